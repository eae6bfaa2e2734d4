"""What an operator's message is for Telegram: parts, each one method of the Bot API. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiogram.methods import SendDocument, SendMessage, SendPhoto
from aiogram.types import FSInputFile

from bot.chats import ChatAddress

MAX_TEXT: Final = 4096
"""UTF-16 units of a message's text, after entities are parsed."""
MAX_CAPTION: Final = 1024
MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024
PHOTO_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class LocalFile:
    """An operator's file, downloaded."""

    path: Path
    name: str
    mime_type: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message to send: `name` tells it from the other parts of the same operator's message."""

    name: str
    text: str = ""
    file: LocalFile | None = None

    def method(self, address: ChatAddress) -> SendMessage | SendPhoto | SendDocument:
        """The method that sends it to `address`."""
        where: dict[str, Any] = {
            "chat_id": address.chat_id,
            "message_thread_id": address.topic_id,
            "business_connection_id": address.business_connection_id,
        }
        if self.file is None:
            return SendMessage(text=self.text, **where)
        upload = FSInputFile(self.file.path, self.file.name)
        if self.file.mime_type in PHOTO_TYPES and self.file.size <= MAX_PHOTO_BYTES:
            return SendPhoto(photo=upload, caption=self.text or None, **where)
        return SendDocument(document=upload, caption=self.text or None, **where)


def parts_of(text: str, files: Sequence[LocalFile]) -> list[Part]:
    """Cut an operator's text and files into parts that Telegram takes, in their order."""
    caption = bool(files) and utf16_length(text) <= MAX_CAPTION
    parts = [] if caption else [Part(f"text {n}", c) for n, c in enumerate(chunks_of(text))]
    for number, file in enumerate(files):
        parts.append(Part(f"file {number}", text if caption and number == 0 else "", file))
    return parts


def utf16_length(text: str) -> int:
    """The length of `text` as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def chunks_of(text: str, limit: int = MAX_TEXT) -> Iterator[str]:
    """Cut `text` into pieces of at most `limit` UTF-16 units, at a line or a word if possible."""
    rest = text.strip()
    while utf16_length(rest) > limit:
        head = rest.encode("utf-16-le", "surrogatepass")[: limit * 2]
        piece = head.decode("utf-16-le", "ignore")
        cut = max(piece.rfind("\n"), 0) or max(piece.rfind(" "), 0) or len(piece)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest
