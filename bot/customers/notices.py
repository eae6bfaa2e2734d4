"""What the bot itself says to a customer, as postings; once it is sent, `PLANFIX` gets its echo."""

from collections.abc import Mapping
from typing import Any, Final

from aiogram.types import (
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    User,
)

from bot.journal.entries import ChatKey, Posting
from bot.journal.lanes import NOTICE, TELEGRAM, note
from bot.to_planfix.people import names_of

MIRROR: Final = "mirror"
"""The field with what operators read in place of the text; empty: nothing."""
_BUTTON: Final = "phone_button"
_REMOVE: Final = "remove_keyboard"


def notice(
    chat: ChatKey,
    customer: User,
    text: str,
    *,
    phone_button: str = "",
    remove_keyboard: bool = False,
    mirror: str | None = None,
) -> Posting:
    """A text for a customer.

    Args:
        chat: Where to.
        customer: Who reads it.
        text: What they read.
        phone_button: What stands on a button that asks for their number; empty: there is none.
        remove_keyboard: Whether an earlier button goes away.
        mirror: What operators read of it; empty: nothing; None: the text.
    """
    more: dict[str, Any] = {_BUTTON: phone_button} if phone_button else {}
    more |= {_REMOVE: True} if remove_keyboard else {}
    more |= {} if mirror is None else {MIRROR: mirror}
    return note(TELEGRAM, chat, NOTICE, text=text, **contact_fields(customer), **more)


def contact_fields(customer: User) -> dict[str, str]:
    """What an echo has to know of the customer."""
    name, last_name = names_of(customer)
    return {"contact_id": str(customer.id), "name": name, "last_name": last_name}


def keyboard_of(fields: Mapping[str, Any]) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """The keyboard that goes with a stored notice."""
    if button := fields.get(_BUTTON):
        return phone_keyboard(button)
    return ReplyKeyboardRemove(remove_keyboard=True) if fields.get(_REMOVE) else None


def phone_keyboard(button: str) -> ReplyKeyboardMarkup:
    """A keyboard of one button, which sends the customer's own number."""
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=button, request_contact=True)]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
