"""The files of a message, each with a name that tells what it is."""

import mimetypes
import re
from dataclasses import dataclass
from datetime import UTC
from math import ceil
from typing import Any, Final

from aiogram.types import Message, PhotoSize, Sticker

from bot.media.links import FileRef
from bot.texts import ContentTexts
from bot.to_planfix.content import Content, CustomerFile, clean, note

CLOUD_FILE_LIMIT: Final = 20 * 1024 * 1024
"""Bytes. Telegram's own servers give a bot no larger files."""

FILE_KINDS: Final = {
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "document": "",
    "photo": "image/jpeg",
    "live_photo": "video/mp4",
    "sticker": "image/webp",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}
"""The fields that hold a file, and its type where Telegram does not tell it."""

_EXTENSIONS: Final = {
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/x-m4a": ".m4a",
    "application/x-tgsticker": ".tgs",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}

_ANYTHING: Final = "application/octet-stream"
_EXTENSION: Final = re.compile(r"\.\w{1,8}$")
_SLASHES: Final = re.compile(r"[/\\]")
_BREAKS: Final = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """What the names of files without a name are made of."""

    date: str
    number: str

    @classmethod
    def of(cls, message: Message) -> "Origin":
        """The message's date and number."""
        return cls(message.date.astimezone(UTC).strftime("%Y-%m-%d"), str(message.message_id))

    def part(self, index: int) -> "Origin":
        """One of several files of the same message."""
        return Origin(self.date, f"{self.number}_{index}")


def files_of(holder: object, origin: Origin) -> tuple[CustomerFile, ...]:
    """The files in `holder`: a message, or a part of one that has fields with the same names."""
    kinds = [kind for kind in FILE_KINDS if getattr(holder, kind, None)]
    if "animation" in kinds and "document" in kinds:
        kinds.remove("document")  # the same file once more, for old clients
    return tuple(customer_file(kind, getattr(holder, kind), origin) for kind in kinds)


def customer_file(kind: str, media: Any, origin: Origin) -> CustomerFile:  # noqa: ANN401 - one of many types of aiogram's
    """One file of a message.

    Args:
        kind: The field that holds it.
        media: Its value: a list of sizes for a photo, else an object with a `file_id`.
        origin: For its name, if it has none.
    """
    if isinstance(media, list):
        media = max(media, key=_area)
    mime_type = clean(getattr(media, "mime_type", None) or "")
    if mime_type in {"", _ANYTHING}:
        mime_type = _mime_type(kind, media) or mime_type
    own_name = _name(getattr(media, "file_name", None))
    name = own_name or _title(media) or f"{kind}_{origin.date}_{origin.number}"
    if not own_name or (kind != "document" and not _EXTENSION.search(own_name)):
        name += extension(mime_type)
    return CustomerFile(
        FileRef(media.file_id, name, mime_type), media.file_size or 0, media.file_unique_id
    )


def extension(mime_type: str) -> str:
    """The usual ending of a name, with its dot; empty if there is none."""
    return _EXTENSIONS.get(mime_type) or mimetypes.guess_extension(mime_type) or ""


def _area(size: PhotoSize) -> int:
    return size.width * size.height


def _mime_type(kind: str, media: object) -> str:
    if isinstance(media, Sticker):
        if media.is_video:
            return "video/webm"
        if media.is_animated:
            return "application/x-tgsticker"
    return FILE_KINDS[kind]


def _title(media: object) -> str:
    """A song's name."""
    parts = (_name(getattr(media, field, None)) for field in ("performer", "title"))
    return " — ".join(part for part in parts if part)


def _name(text: str | None) -> str:
    """A part of a file's name, without what would break a line or lead to a folder."""
    return _SLASHES.sub("_", _BREAKS.sub(" ", clean(text or ""))).strip()


def too_large(file: CustomerFile, words: ContentTexts) -> str:
    """Says that a file cannot be carried, with its name, its size and why."""
    return note(
        words.too_large.format(
            name=file.ref.name,
            size=ceil(file.size / 1024**2),
            limit=CLOUD_FILE_LIMIT // 1024**2,
        )
    )


def file_content(message: Message, _words: ContentTexts) -> Content:
    """The file of a message whose words are in its caption."""
    return Content("", files_of(message, Origin.of(message)))


def sticker(message: Message, words: ContentTexts) -> Content:
    """A sticker's picture and its emoji."""
    emoji = message.sticker.emoji if message.sticker else None
    return Content(
        note(words.kinds["sticker"], clean(emoji or "")), files_of(message, Origin.of(message))
    )
