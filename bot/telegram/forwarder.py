"""The customers' way into PlanFix: one message with its files and its contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.types import User
from redis.exceptions import RedisError

from bot.chats.chats import ChatRecord, Chats
from bot.chats.memory import Memory
from bot.chats.remembered import Said
from bot.customers.notices import MIRROR
from bot.journal.entries import ChatKey, Posting
from bot.journal.handling import Done, Mail, Refused
from bot.journal.lanes import ECHO, PLANFIX, READ, STATUS, note, read_note
from bot.media.links import MediaLinks
from bot.monitoring.metrics import Metrics
from bot.planfix.calls import planfix_call, send_message
from bot.start.payload import NOTHING_SAID, StartPayload
from bot.telegram.contacts import ContactCards
from bot.telegram.large_files import without_too_large
from bot.texts import OperatorTexts
from bot.to_planfix import Content, CustomerFile
from planfix_adapter import Attachment, ChatId, Contact, ContactId, NewMessage, PlanfixClient

log = structlog.get_logger("bot.telegram")


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """Something for the operators from a customer."""

    customer: User
    content: Content
    said: Sequence[Said] = ()
    """What to remember of it."""
    written_id: int | None = None
    """Its number in the chat, if the customer has just written it, and so has seen the rest."""
    phone: str = ""
    """The customer's own number, in E.164, if this message tells it."""
    note_if_known: str = ""
    """A further line, if the customer has written before."""
    task: StartPayload = NOTHING_SAID
    """What the task is to have, if PlanFix opens one for this message."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What became of a customer's message: PlanFix has it."""

    known: ChatRecord
    """What was remembered of the chat before."""
    left_out: Sequence[CustomerFile]
    """Files that could not be carried; operators were told."""
    follow_ups: Sequence[Posting]


class Forwarder:
    """Gives PlanFix what customers send."""

    def __init__(
        self,
        *,
        bot: Bot,
        planfix: PlanfixClient,
        chats: Chats,
        memory: Memory,
        cards: ContactCards,
        links: MediaLinks,
        words: OperatorTexts,
        metrics: Metrics,
    ) -> None:
        self._bot = bot
        self._planfix = planfix
        self._chats = chats
        self._memory = memory
        self._cards = cards
        self._links = links
        self._words = words
        self._metrics = metrics

    async def forward(self, message: CustomerMessage, mail: Mail) -> Forwarded:
        """Give PlanFix a customer's message, and what is new of the customer.

        Raises:
            Later: It has to be tried again later.
            Refused: PlanFix will never take it.
        """
        known = await self._chats.load(mail.chat, mail.known)
        card = await self._cards.card(message.customer, known, message.phone)
        content, left_out = await without_too_large(
            self._bot, message.content, self._words.content, mail.tries
        )
        if message.phone:  # before PlanFix knows it: an operator may use it at once
            await self._chats.save_phone(mail.chat, message.phone)
        if card.update:
            await self._update_contact(card.update, mail)
        text = content.text
        if known.card and message.note_if_known:
            text = f"{text}\n{message.note_if_known}"
        try:
            await self._send(text, content, card.contact, message.task, mail)
        except Refused as refused:
            raise Refused(refused.reason, [self._gap(card.contact, refused, mail)]) from None
        finally:  # now, so that it goes to disk together with the settlement
            self._memory.remember(mail.chat, message.said)
        log.info(
            "message.forwarded", chat=mail.chat, entry=mail.entries[0].id,
            files=len(content.files), **mail.times(), text=text,
        )  # fmt: skip
        await self._save(mail.chat, card.remember)
        seen = known.unread and message.written_id is not None
        read = [note(STATUS, mail.chat, READ, message_id=message.written_id)] if seen else []
        return Forwarded(known, left_out, read)

    async def _save(self, chat: ChatKey, fields: Mapping[str, str | int]) -> None:
        """Remember what PlanFix knows of the customer now; a failure is worth no second message."""
        try:
            if fields:
                await self._chats.save(chat, **fields)
        except (RedisError, OSError) as error:
            log.warning("telegram.card_not_saved", chat=chat, error=str(error))

    def _gap(self, contact: Contact, refused: Refused, mail: Mail) -> Posting:
        """A note for operators where a message is missing that PlanFix did not take."""
        text = self._words.message_missing.format(reason=refused.reason, entry=mail.entries[0].id)
        name, last_name = contact.names
        return note(
            PLANFIX,
            mail.chat,
            ECHO,
            text=text,
            contact_id=contact.contact_id,
            name=name,
            last_name=last_name,
        )

    async def handle_echo(self, mail: Mail) -> Done:
        """Show operators what the bot itself said to the customer."""
        echo = read_note(mail.entries[0].body)
        contact = Contact(ContactId(echo["contact_id"]), echo["name"], echo["last_name"])
        text = echo.get(MIRROR) or echo["text"]
        title = self._title(contact)
        message = NewMessage(ChatId(mail.chat), text, contact, title=title, is_echo=True)
        await send_message(self._planfix, self._metrics, message, mail.tries)
        return Done()

    async def _send(
        self, text: str, content: Content, contact: Contact, task: StartPayload, mail: Mail
    ) -> None:
        message = NewMessage(
            ChatId(mail.chat),
            text,
            contact,
            attachments=tuple(
                Attachment(file.ref.name, self._links.link(file.ref)) for file in content.files
            ),
            title=task.title or self._title(contact),
            task_fields=task.fields,
        )
        await send_message(self._planfix, self._metrics, message, mail.tries)

    async def _update_contact(self, contact: Contact, mail: Mail) -> None:
        """Tell PlanFix what has changed; a message must not be lost because it refuses that."""
        try:
            with planfix_call(self._metrics, "updateContact", mail.chat):
                await self._planfix.update_contact(contact)
        except Refused as refused:
            log.warning("planfix.contact_refused", chat=mail.chat, reason=refused.reason)

    def _title(self, contact: Contact) -> str:
        name = f"{contact.name} {contact.last_name}".strip()
        return self._words.title.format(name=name)
