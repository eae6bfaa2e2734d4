"""Makes texts from outside fit for a log: without secrets, and without power over a terminal."""

import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus, unquote

LONGEST_VALUE: Final = 2_000
"""Characters of a field; further ones are cut off."""

_TOKEN_SHAPE = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{30,}")
_SHORTEST_SECRET = 4
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, line and paragraph ends, what turns or hides text, halves of characters."""


class Redactor:
    """Takes the given secrets, and whatever looks like a bot token, out of texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        known = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """`text` with each secret replaced."""
        if self._known:
            text = self._known.sub("[secret]", text)
        return _TOKEN_SHAPE.sub("[secret]", text)


def _spellings(secret: str) -> set[str]:
    """The secret as it is, and as it looks in addresses, in JSON and in Python's words."""
    plain = {text for text in (secret, unquote(secret)) if len(text) >= _SHORTEST_SECRET}
    once = plain | {spelling for text in plain for spelling in _quoted(text)}
    twice = {spelling for text in once for spelling in _quoted(text)}
    in_addresses = {quote(text, safe=safe) for text in plain for safe in ("", "/")}
    return once | twice | in_addresses | {quote_plus(text) for text in plain}


def _quoted(text: str) -> tuple[str, str, str]:
    return json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]


def escape(text: str) -> str:
    """`text` with everything that acts on a terminal spelled out as JSON does it."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def cut(text: str, most: int = LONGEST_VALUE) -> str:
    """`text`, or its beginning if it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def escape_stack(stack: str) -> str:
    """A stack trace, with each line set in, so that none can pass for an event."""
    return "\n".join(f"    {escape(line)}" for line in stack.split("\n"))
