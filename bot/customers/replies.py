"""What the bot answers by itself to what a customer has written, beside forwarding it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import structlog
from aiogram.types import Message, User
from redis.exceptions import RedisError

from bot.chats.chats import ASKED, TOLD, ChatRecord, Chats
from bot.customers import out_of_hours
from bot.customers.notices import notice
from bot.customers.out_of_hours import OutOfHours
from bot.journal.entries import ChatKey, Posting
from bot.journal.handling import Mail
from bot.texts import CustomerLanguages, CustomerTexts
from bot.texts.overrides import LONGEST_FILE_NAMES
from bot.to_planfix import CustomerFile
from bot.to_planfix.cards import is_own_contact
from bot.to_planfix.files import CLOUD_FILE_LIMIT, FILE_KINDS
from bot.to_planfix.people import names_of

log = structlog.get_logger("bot.customers")

AskPhone = Literal["off", "start", "word"]

_WORDS: Final = frozenset({
    "text", "caption", *FILE_KINDS, "contact", "location", "venue", "poll", "checklist",
    "rich_message", "story", "paid_media", "dice", "game",
})  # fmt: skip
"""Fields of messages that somebody has written; others only tell what happened in the chat."""


class Replies:
    """Makes the bot's own answers.

    Args:
        languages: What customers read.
        chats: Where it is noted what they were told.
        ask_phone: When they are asked for their number.
        hours: When somebody is there.
    """

    def __init__(
        self,
        languages: CustomerLanguages,
        chats: Chats,
        ask_phone: AskPhone,
        hours: OutOfHours,
    ) -> None:
        self._languages = languages
        self._chats = chats
        self._ask_phone = ask_phone
        self._hours = hours

    async def to_start(self, customer: User, known: ChatRecord, mail: Mail) -> list[Posting]:
        """The greeting, with the request for the number if there is one to be made."""
        texts = self._texts(customer, known)
        greeting = texts.greeting.format(name=names_of(customer)[0])
        if self._ask_phone != "start" or known.phone == TOLD:
            return [notice(mail.chat, customer, greeting)]
        await self._note(mail.chat, phone=ASKED)
        text = f"{greeting}\n\n{texts.ask_phone}"
        return [notice(mail.chat, customer, text, phone_button=texts.phone_button)]

    async def to_message(
        self,
        message: Message,
        customer: User,
        known: ChatRecord,
        left_out: Sequence[CustomerFile],
        mail: Mail,
    ) -> list[Posting]:
        """What follows from an ordinary message, or the last one of an album; mostly nothing."""
        opens = self._hours.closed_until(message.date)
        if not (opens or left_out or message.contact):
            return []
        texts = self._texts(customer, known)
        answers = [notice(mail.chat, customer, _cannot_take(left_out, texts))] if left_out else []
        if message.contact and (reply := self._to_contact(message, customer, known, mail)):
            return [*answers, reply]
        if opens and not _WORDS.isdisjoint(message.model_fields_set):
            answers += await self._told_closed(opens, customer, known, mail)
        return answers

    def _to_contact(
        self, message: Message, customer: User, known: ChatRecord, mail: Mail
    ) -> Posting | None:
        """Thanks for the own number, or a word that another's was not meant."""
        texts = self._texts(customer, known)
        if is_own_contact(message):
            if self._ask_phone == "off" and known.phone != ASKED:
                return None
            return notice(mail.chat, customer, texts.phone_thanks, remove_keyboard=True)
        if known.phone != ASKED:
            return None
        button = texts.phone_button
        return notice(mail.chat, customer, texts.phone_foreign, phone_button=button)

    async def _told_closed(
        self, opens: datetime, customer: User, known: ChatRecord, mail: Mail
    ) -> list[Posting]:
        mark = out_of_hours.mark_of(opens, mail.entries[0].id, known)
        if not mark:
            return []
        await self._note(mail.chat, told_closed=mark)
        log.info("customers.told_closed", chat=mail.chat, opens=opens.isoformat())
        text = out_of_hours.text_of(opens, self._texts(customer, known))
        return [notice(mail.chat, customer, text)]

    async def _note(self, chat: ChatKey, **told: str) -> None:
        """Remember what the customer is told; PlanFix has the message, so failing is no way out."""
        try:
            await self._chats.save(chat, **told)
        except (RedisError, OSError) as error:
            log.warning("customers.not_noted", chat=chat, error=str(error))

    def _texts(self, customer: User, known: ChatRecord) -> CustomerTexts:
        """The texts in the customer's language, which Telegram does not tell each time."""
        return self._languages.texts(customer.language_code or known.language)


def _cannot_take(files: Sequence[CustomerFile], texts: CustomerTexts) -> str:
    names = ", ".join(texts.speech.quoted.format(text=file.ref.name) for file in files)
    if len(names) > LONGEST_FILE_NAMES:
        names = f"{names[: LONGEST_FILE_NAMES - 1]}…"
    limit = CLOUD_FILE_LIMIT // 1024**2
    return texts.cannot_take_file.format(files=names, limit=limit)
