"""Cards of people and chats that a customer shares."""

import re
from collections.abc import Iterator
from typing import Final

from aiogram.types import Contact, Message, SharedUser

from bot.chats.phones import to_e164
from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, note
from bot.to_planfix.people import clean_name

MAX_VCARD_LINES: Final = 20
_ESCAPED: Final = re.compile(r"\\([\\,;:nN])")


def is_own_contact(message: Message) -> bool:
    """Whether a customer shares their own phone number, and not somebody else's."""
    sender, shared = message.from_user, message.contact
    return bool(sender and shared and shared.user_id == sender.id)


def contact(message: Message, words: ContentTexts) -> Content:
    """A contact: name, phone, and what else its card tells."""
    shared = message.contact
    if shared is None:
        return Content()
    label = words.own_contact if is_own_contact(message) else words.kinds["contact"]
    name = " ".join(filter(None, (clean_name(shared.first_name), clean_name(shared.last_name))))
    lines = [note(label, name, shown_phone(shared)), *_vcard_lines(shared, words)]
    return Content("\n".join(lines))


def shown_phone(shared: Contact) -> str:
    """The phone number in its one form, or as it came if it has none."""
    of_a_user = shared.user_id is not None  # Telegram's own; others come from an address book
    number = to_e164(shared.phone_number, international=of_a_user)
    return number or clean(shared.phone_number)


def _vcard_lines(shared: Contact, words: ContentTexts) -> list[str]:
    labels = {
        "TEL": words.phone,
        "ORG": words.organization,
        "TITLE": words.job_title,
        "EMAIL": words.email,
        "ADR": words.address,
        "URL": words.site,
        "BDAY": words.birthday,
        "NOTE": words.remark,
    }
    known = shown_phone(shared)
    lines = [
        f"{labels[name]}: {value}"
        for name, value in read_vcard(shared.vcard or "")
        if name in labels and not (name == "TEL" and (to_e164(value) or value) == known)
    ]
    return lines[:MAX_VCARD_LINES]


def read_vcard(vcard: str) -> Iterator[tuple[str, str]]:
    """The fields of a vCard (RFC 6350) that have a value, by their names in capitals."""
    unfolded = re.sub(r"\r?\n[ \t]", "", vcard)
    for line in unfolded.splitlines():
        field, _, raw = line.partition(":")
        name = field.partition(";")[0].rpartition(".")[2].strip().upper()
        pieces = (_unescaped(piece) for piece in re.split(r"(?<!\\);", raw))
        value = clean(", ".join(piece for piece in pieces if piece))
        if name and value:
            yield name, value.removeprefix("tel:")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], text).strip()


def users_shared(message: Message, words: ContentTexts) -> Content:
    """The people that a customer chose when a button asked for them."""
    shared = message.users_shared
    if shared is None:
        return Content()
    return Content(note(words.kinds["users_shared"], *map(_shared_user, shared.users)))


def _shared_user(user: SharedUser) -> str:
    name = " ".join(filter(None, (clean_name(user.first_name), clean_name(user.last_name))))
    username = f"@{user.username}" if user.username else ""
    shown = " ".join(filter(None, (name, f"({username})" if name and username else username)))
    return shown or f"id {user.user_id}"


def user_shared(message: Message, words: ContentTexts) -> Content:
    """The same, from a Bot API server before 7.0."""
    shared = message.user_shared
    if shared is None or message.users_shared:
        return Content()
    return Content(note(words.kinds["user_shared"], f"id {shared.user_id}"))


def chat_shared(message: Message, words: ContentTexts) -> Content:
    """The chat that a customer chose when a button asked for it."""
    shared = message.chat_shared
    if shared is None:
        return Content()
    link = f"https://t.me/{shared.username}" if shared.username else ""
    name = clean_name(shared.title) or f"id {shared.chat_id}"
    return Content(note(words.kinds["chat_shared"], name, link))
