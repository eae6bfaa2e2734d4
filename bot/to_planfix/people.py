"""Who somebody is, in words: the names of users and chats."""

import hashlib
import re
import unicodedata
from typing import Final

from aiogram.types import Chat, User

from bot.texts import OperatorTexts
from bot.to_planfix.content import clean

_INVISIBLE_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
"""Unicode counts these as letters or signs, but they show nothing."""

_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""They would turn round whatever stands after a name."""


def is_visible(text: str) -> bool:
    """Whether `text` shows anything."""
    return any(
        unicodedata.category(char)[0] not in "CZM" and char not in _INVISIBLE_LETTERS
        for char in text
    )


def clean_name(name: str | None) -> str:
    """A name on one line; empty if it shows nothing."""
    text = " ".join(_OVERRIDES.sub("", clean(name or "")).split())
    return text if is_visible(text) else ""


def names_of(user: User) -> tuple[str, str]:
    """First and last name for PlanFix; the first is never blank."""
    first, last = clean_name(user.first_name), clean_name(user.last_name)
    if first:
        return first, last
    return last or clean_name(user.username) or str(user.id), ""


def full_name(user: User) -> str:
    """How operators read of somebody: `Ann Lee (@ann)`."""
    name = " ".join(names_of(user)).strip()
    return f"{name} (@{user.username})" if user.username else name


def chat_name(chat: Chat) -> str:
    """How operators read of a chat or a channel: `News (https://t.me/news)`."""
    names = (clean_name(chat.title), clean_name(chat.first_name), clean_name(chat.last_name))
    name = " ".join(filter(None, names)) or str(chat.id)
    return f"{name} (https://t.me/{chat.username})" if chat.username else name


def customer_of(chat: Chat, user: User | None) -> User:
    """The customer in a private chat, even where something in it is not from them."""
    if user is not None and user.id == chat.id:
        return user
    return User(
        id=chat.id,
        is_bot=False,
        first_name=chat.first_name or "",
        last_name=chat.last_name,
        username=chat.username,
    )


def contact_data(user: User, words: OperatorTexts) -> str:
    """What else operators may know of a customer: address, language and id in Telegram."""
    lines = []
    if user.username:
        lines.append(f"https://t.me/{clean(user.username)}")
    if user.language_code:
        lines.append(words.language.format(code=clean(user.language_code)))
    lines.append(words.telegram_id.format(id=user.id))
    return "\n".join(lines)


def card_digest(user: User) -> str:
    """Tells whether a customer's card has changed: the name and what `contact_data` holds."""
    parts = (user.first_name, user.last_name, user.username, user.language_code)
    return hashlib.blake2s(repr(parts).encode(), digest_size=9).hexdigest()
