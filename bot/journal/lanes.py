"""The journal's lanes and the kinds of entries in them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.journal.entries import ChatKey, Lane, Posting

PLANFIX: Final = Lane("planfix")
"""What is on its way to PlanFix's tasks."""
TELEGRAM: Final = Lane("telegram")
"""What is on its way to customers."""
STATUS: Final = Lane("status")
"""Reports about operators' messages, on their way to PlanFix."""

LANES: Final = (PLANFIX, TELEGRAM, STATUS)

UPDATE: Final = "update"
"""In `PLANFIX`: an update, as Telegram gave it."""
ECHO: Final = "echo"
"""In `PLANFIX`: what the bot itself said to the customer, for operators to see."""
ANSWER: Final = "answer"
"""In `TELEGRAM`: an operator's message, as PlanFix gave it, without the key."""
NOTICE: Final = "notice"
"""In `TELEGRAM`: what the bot itself says to the customer."""
ALARM: Final = "alarm"
"""In `TELEGRAM`: what an administrator has to know."""
SENT: Final = "sent"
"""In `STATUS`: Telegram has taken an operator's message."""
ERROR: Final = "error"
"""In `STATUS`: an operator's message cannot be delivered."""
READ: Final = "read"
"""In `STATUS`: the customer has written, and so has seen the answers before."""


def note(lane: Lane, chat: ChatKey, kind: str, **fields: Any) -> Posting:  # noqa: ANN401 - JSON values
    """A posting of our own making; `read_note` gives its fields back."""
    return Posting(lane, chat, kind, json.dumps(fields, ensure_ascii=False).encode())


def read_note(body: bytes) -> Mapping[str, Any]:
    """The fields of a posting that `note` made."""
    fields: Mapping[str, Any] = json.loads(body)
    return fields
