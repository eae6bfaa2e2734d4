"""What a customer's message becomes: words for operators to read, and files."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.media.links import FileRef
from bot.texts import ContentTexts

SNIPPET: Final = 80
"""So many characters of somebody's words are quoted."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A file in a customer's message."""

    ref: FileRef
    size: int
    """Bytes; 0 if Telegram does not tell."""
    unique_id: str
    """Stays the same when the same file is sent again."""


@dataclass(frozen=True, slots=True)
class Content:
    """The words and the files of a message."""

    text: str = ""
    files: tuple[CustomerFile, ...] = field(default=())

    def __bool__(self) -> bool:
        """Whether there is anything for an operator."""
        return bool(self.files or self.text.strip())


def joined(parts: Iterable[Content]) -> Content:
    """Several contents as one: their words on lines of their own, their files in order."""
    found = list(parts)
    text = "\n".join(part.text for part in found if part.text.strip())
    return Content(text, tuple(file for part in found for file in part.files))


def clean(text: str) -> str:
    """`text` without what no form can hold: control characters and halves of characters."""
    return _CONTROL.sub("", text)


def note(label: str, *details: str) -> str:
    """Words of ours among a customer's: `[label: detail, detail]`."""
    shown = ", ".join(detail for detail in details if detail)
    return f"[{label}: {shown}]" if shown else f"[{label}]"


def quoted(text: str, words: ContentTexts, limit: int = SNIPPET) -> str:
    """Somebody's words on one line, in quotation marks, cut if they are long."""
    return words.quoted.format(text=shortened(text, limit))


def shortened(text: str, limit: int = SNIPPET) -> str:
    """`text` on one line, of at most `limit` characters."""
    line = " ".join(clean(text[: limit * 4]).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
