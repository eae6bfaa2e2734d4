"""An operator's word that asks the customer for their phone number, with a button that sends it."""

import structlog
from aiogram import Bot
from aiogram.methods import SendMessage
from aiogram.types import User
from pydantic import ValidationError

from bot.chats.chats import ASKED, ChatAddress, Chats
from bot.customers.notices import contact_fields, phone_keyboard
from bot.journal.entries import Posting
from bot.journal.handling import Later, Mail
from bot.journal.lanes import ECHO, PLANFIX, note
from bot.telegram.api import TelegramCallError, raw_call
from bot.telegram.sender import TelegramSender
from bot.texts import CustomerLanguages

log = structlog.get_logger("bot.customers")

_BAD_REQUEST, _FORBIDDEN = 400, 403
_SECONDS = 10


class PhoneRequest:
    """Asks customers for their number.

    Args:
        bot: To ask Telegram what the customer is called, for PlanFix.
        sender: The way to the customer.
        chats: Where it is noted that they were asked.
        languages: What they read.
        word: What an operator writes; empty: there is no such word.
    """

    def __init__(
        self,
        bot: Bot,
        sender: TelegramSender,
        chats: Chats,
        languages: CustomerLanguages,
        word: str,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._chats = chats
        self._languages = languages
        self._word = word.casefold()

    def is_meant_by(self, text: str, address: ChatAddress) -> bool:
        """Whether an operator's text is the word; only people have a number, not groups."""
        private = address.chat_id > 0 and address.business_connection_id is None
        return bool(self._word) and private and text.strip().casefold() == self._word

    async def ask(self, address: ChatAddress, mail: Mail) -> tuple[int, Posting]:
        """Ask; gives the number of the message, and its echo for operators.

        Raises:
            Later: Telegram is not there: try again.
            TelegramRefusedError: The customer cannot be asked.
        """
        texts = self._languages.texts((await self._chats.load(mail.chat)).language)
        customer = await self._customer(address)
        keyboard = phone_keyboard(texts.phone_button)
        # Noted first: once Telegram has it, nothing may fail and have it sent again.
        await self._chats.save(mail.chat, phone=ASKED)
        numbers = await self._sender.send(
            mail.chat,
            SendMessage(chat_id=address.chat_id, text=texts.ask_phone, reply_markup=keyboard),
        )
        log.info("customers.phone_asked", chat=mail.chat)
        echo = note(PLANFIX, mail.chat, ECHO, text=texts.ask_phone, **contact_fields(customer))
        return (numbers[0] if numbers else 0), echo

    async def _customer(self, address: ChatAddress) -> User:
        """The customer, as Telegram knows them now: an echo must not rename them in PlanFix."""
        unknown = User(id=address.chat_id, is_bot=False, first_name="")
        try:
            found = await raw_call(
                self._bot, "getChat", {"chat_id": address.chat_id}, seconds=_SECONDS
            )
            return User.model_validate({**found, "is_bot": False})
        except TelegramCallError as error:
            if error.code in {_BAD_REQUEST, _FORBIDDEN}:
                return unknown  # sending will tell why
            raise Later(str(error), seconds=error.retry_after, away=error.code is None) from None
        except (ValidationError, TypeError):
            return unknown
