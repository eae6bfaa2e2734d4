"""Who a customer is, for PlanFix: sent with the first message, and again when it changes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiogram import Bot
from aiogram.types import User

from bot.chats.chats import ChatRecord
from bot.media.links import FileRef, MediaLinks
from bot.telegram.api import TelegramCallError, raw_call
from bot.texts import OperatorTexts
from bot.to_planfix.people import card_digest, contact_data, names_of
from planfix_adapter import Contact, ContactId

LOOK_AT_PICTURE_EVERY: Final = 24 * 3600
"""Seconds. Telegram does not tell when a picture changes, so the bridge looks now and then."""


@dataclass(frozen=True, slots=True)
class Card:
    """A customer's card, compared with what PlanFix was told before."""

    contact: Contact
    """What goes with the message: the names, and with the first message everything."""
    update: Contact | None
    """What PlanFix has to be told besides, because it has changed."""
    remember: Mapping[str, str | int]
    """What to remember once PlanFix knows: fields of `ChatRecord`."""


class ContactCards:
    """Describes customers.

    Args:
        bot: To ask for profile pictures.
        links: Make links to the pictures.
        words: The operators' language.
        updates: Whether PlanFix is told of changes.
    """

    def __init__(self, bot: Bot, links: MediaLinks, words: OperatorTexts, *, updates: bool) -> None:
        self._bot = bot
        self._links = links
        self._words = words
        self._updates = updates

    async def card(self, user: User, known: ChatRecord, phone: str = "") -> Card:
        """The card of `user`, of whom `known` is remembered, and who has told their `phone`."""
        if user.language_code is None and known.language:  # Telegram does not tell it each time
            user = user.model_copy(update={"language_code": known.language})
        names = names_of(user)
        bare = Contact(ContactId(str(user.id)), *names)
        digest = card_digest(user)
        first = not known.card
        due = time.time() - known.picture_checked > LOOK_AT_PICTURE_EVERY
        if known.card == digest and not phone and not (due and self._updates):
            return Card(bare, None, {})
        remember: dict[str, str | int] = {"card": digest, "language": user.language_code or ""}
        picture = await self._picture(user) if first or due else None
        if first or due:
            remember["picture_checked"] = int(time.time())
        if picture is not None:
            remember["picture"] = picture.unique_id
        new_picture = picture is not None and picture.unique_id != known.picture
        full = Contact(
            ContactId(str(user.id)),
            *names,
            picture_url=picture.url if picture and new_picture else "",
            phone=phone,
            data=contact_data(user, self._words),
        )
        if first:
            return Card(full, None, remember)
        changed = self._updates and (known.card != digest or new_picture)
        return Card(bare, full if changed or phone else None, remember)

    async def _picture(self, user: User) -> "_Picture | None":
        """The customer's profile picture, with empty texts if there is none; None: no answer."""
        try:
            result = await raw_call(
                self._bot, "getUserProfilePhotos", {"user_id": user.id, "limit": 1}, seconds=5
            )
            if not result["photos"]:
                return _Picture("", "")
            best = result["photos"][0][-1]
            file = FileRef(best["file_id"], f"{user.id}.jpg", "image/jpeg")
            return _Picture(best["file_unique_id"], self._links.link(file))
        except (TelegramCallError, LookupError, TypeError):
            return None  # a picture is no reason to keep a message waiting


@dataclass(frozen=True, slots=True)
class _Picture:
    unique_id: str
    url: str
