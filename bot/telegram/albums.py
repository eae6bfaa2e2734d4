"""Albums: Telegram sends their items one by one, and does not say how many there are."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiogram import Bot
from aiogram.types import Message

from bot.journal.entries import Entry
from bot.journal.handling import Later, Mail
from bot.journal.lanes import UPDATE
from bot.telegram.updates import read_update

MAX_ITEMS: Final = 10
"""Telegram puts no more into an album."""
QUIET: Final = 5.0
"""Seconds without a further item after which an album is taken to be complete."""

PATIENCE: Final = 60.0
"""Seconds after which what is there is passed on even if Telegram cannot be heard."""

_SEEN: Final = b"album"
"""The head's progress once it is known to begin an album."""


@dataclass(frozen=True, slots=True)
class Album:
    """The messages of an album, in their order."""

    messages: Sequence[Message]
    unreadable: Sequence[str]


async def whole_album(group_id: str, mail: Mail, bot: Bot, listening_since: float | None) -> Album:
    """The album that begins at the head of `mail`.

    It is complete when it has as many items as an album can have, when another entry of the chat
    stands behind it, or when nothing has come for `QUIET` seconds in which something could.

    Args:
        group_id: What its items share.
        mail: The entries at the head of the chat's mailbox.
        bot: To read them with.
        listening_since: Since when all that Telegram has comes in, in seconds since 1970; None: it
            does not.

    Raises:
        Later: More of it may come.
    """
    album = _album_at_head(group_id, mail.entries, bot)
    count = len(album.messages)
    if count >= MAX_ITEMS or count < len(mail.entries):
        return album
    wait = _quiet_from(mail.entries[count - 1], listening_since) + QUIET - time.time()
    if not mail.progress:
        # The entries may have been claimed long ago: only a fresh claim shows what has come since.
        await mail.record(_SEEN)
    elif wait <= 0:
        return album
    # Bounded because a clock may jump.
    seconds = min(QUIET, max(0.0, wait))
    raise Later("more of an album may come", seconds=seconds, failed=False)


def _quiet_from(last: Entry, listening_since: float | None) -> float:
    """When the quiet behind the last item began: while nothing can come in, nothing is quiet."""
    if listening_since is not None:
        return max(last.stored_at, listening_since)
    return time.time() if last.age() < PATIENCE else last.stored_at


def _album_at_head(group_id: str, entries: Sequence[Entry], bot: Bot) -> Album:
    messages: list[Message] = []
    unreadable: dict[str, None] = {}
    for entry in entries[:MAX_ITEMS]:
        stored = read_update(entry.body, bot) if entry.kind == UPDATE else None
        message = stored.update.message if stored and stored.update else None
        if stored is None or message is None or message.media_group_id != group_id:
            break
        messages.append(message)
        unreadable |= dict.fromkeys(stored.unreadable)
    return Album(messages, list(unreadable))
