"""What a customer's message is for PlanFix: a text, files, and who wrote it. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Final

from aiogram.enums import ContentType
from aiogram.types import Message, User

from bot.media import FileRef
from bot.texts import OperatorTexts

CLOUD_FILE_LIMIT: Final = 20 * 1024 * 1024
"""Telegram's own servers give a bot no larger files."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a message contains."""

    text: str
    files: tuple[FileRef, ...] = ()


def content_of(message: Message, words: OperatorTexts) -> Content:
    """The text and the files of a message; what cannot be carried is named in words."""
    if message.text is not None:
        return Content(message.text)
    caption = message.caption or ""
    if message.photo:
        photo = message.photo[-1]
        name = f"photo_{message.message_id}.jpg"
        return Content(caption, (FileRef(photo.file_id, name, "image/jpeg"),))
    if message.content_type == ContentType.DOCUMENT and message.document:
        return _document(message, caption, words)
    return Content(words.unsupported.format(kind=message.content_type))


def _document(message: Message, caption: str, words: OperatorTexts) -> Content:
    document = message.document
    assert document is not None  # noqa: S101 - the caller looked
    name = document.file_name or f"document_{message.message_id}"
    if (document.file_size or 0) > CLOUD_FILE_LIMIT:
        note = words.too_large.format(
            name=name,
            size=f"{(document.file_size or 0) / 1024**2:.0f}",
            limit=CLOUD_FILE_LIMIT // 1024**2,
        )
        return Content(f"{caption}\n{note}".strip())
    return Content(caption, (FileRef(document.file_id, name, document.mime_type or ""),))


def names_of(user: User) -> tuple[str, str]:
    """First and last name for PlanFix; the first is never blank."""
    if user.first_name.strip():
        return user.first_name, user.last_name or ""
    return user.last_name or user.username or str(user.id), ""


def contact_data(user: User, words: OperatorTexts) -> str:
    """What else the operators may know of a customer: their address and language in Telegram."""
    lines = []
    if user.username:
        lines.append(f"https://t.me/{user.username}")
    if user.language_code:
        lines.append(words.language.format(code=user.language_code))
    return "\n".join(lines)


def card_digest(user: User) -> str:
    """Tells whether a customer's card has changed: the name and what `contact_data` holds."""
    parts = (user.first_name, user.last_name, user.username, user.language_code)
    return hashlib.blake2s(repr(parts).encode(), digest_size=9).hexdigest()
