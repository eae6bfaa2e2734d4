"""What to do with each kind of update: the customers' way to PlanFix."""

import json
import warnings
from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, F, Router
from aiogram.enums import ChatType
from aiogram.filters import CommandStart
from aiogram.types import Message, TelegramObject, Update, User
from pydantic import ValidationError

from bot.chats import Chats
from bot.journal import ChatKey, Posting
from bot.lanes import NOTICE, READ, STATUS, TELEGRAM, note, read_note
from bot.media import MediaLinks
from bot.metrics import Metrics
from bot.planfix_calls import planfix_call
from bot.telegram_contacts import ContactCards
from bot.texts import OperatorTexts, customer_texts
from bot.to_planfix import Content, content_of
from bot.worker import Done, Mail, Refused
from planfix_adapter import Attachment, ChatId, Contact, ContactId, NewMessage, PlanfixClient

log = structlog.get_logger("bot.telegram")

# aiogram would print the whole update, and with it what the customer wrote.
warnings.filterwarnings("ignore", "Detected unknown update type", RuntimeWarning)


class TelegramHandlers:
    """Handles stored updates: each becomes a message in PlanFix, or a documented nothing."""

    def __init__(
        self,
        *,
        bot: Bot,
        planfix: PlanfixClient,
        chats: Chats,
        cards: ContactCards,
        links: MediaLinks,
        words: OperatorTexts,
        metrics: Metrics,
    ) -> None:
        self._bot = bot
        self._planfix = planfix
        self._chats = chats
        self._cards = cards
        self._links = links
        self._words = words
        self._metrics = metrics
        self._passed_over: set[ChatKey] = set()
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(self._router())

    def _router(self) -> Router:
        router = Router()
        private = F.chat.type == ChatType.PRIVATE
        router.message.register(self._on_start, private, CommandStart())
        router.message.register(self._on_message, private)
        return router

    async def handle_update(self, mail: Mail) -> Done:
        """Handle the update at the head of `mail`.

        Raises:
            Later: PlanFix has to be asked again later.
            Refused: The update can never be handled.
        """
        raw = json.loads(mail.entries[0].body)
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            raise Refused(f"not an update as the Bot API has it ({error.title})") from None
        result = await self._dispatcher.feed_update(self._bot, update, mail=mail)
        if isinstance(result, Done):
            return result
        return await self._on_anything_else(update, raw, mail)

    async def handle_echo(self, mail: Mail) -> Done:
        """Show operators what the bot itself said to the customer."""
        echo = read_note(mail.entries[0].body)
        contact = Contact(ContactId(echo["contact_id"]), echo["name"], echo["last_name"])
        message = NewMessage(
            ChatId(mail.chat), echo["text"], contact, title=self._title(contact), is_echo=True
        )
        with planfix_call(self._metrics, "newMessage", mail.chat):
            await self._planfix.new_message(message)
        return Done()

    async def _on_message(self, message: Message, mail: Mail) -> Done:
        return await self._forward(message, content_of(message, self._words), mail)

    async def _on_start(self, message: Message, mail: Mail) -> Done:
        done = await self._forward(message, content_of(message, self._words), mail)
        user = message.from_user
        text = customer_texts(user.language_code if user else None).greeting
        return Done(follow_ups=[*done.follow_ups, _notice(mail.chat, user, text)])

    async def _on_anything_else(self, update: Update, raw: dict[str, Any], mail: Mail) -> Done:
        kind = next((name for name in raw if name != "update_id"), "empty update")
        event = update.event if kind in Update.model_fields else None
        chat = getattr(event, "chat", None)
        user = getattr(event, "from_user", None) or getattr(event, "user", None)
        if user is None or (chat and chat.type != ChatType.PRIVATE):
            return self._pass_over(mail.chat, kind)
        content = Content(self._words.unsupported.format(kind=kind))
        return await self._forward(event, content, mail, user=user)

    def _pass_over(self, chat: ChatKey, kind: str) -> Done:
        """Forward nothing from groups and channels, and say so once per chat."""
        if chat not in self._passed_over:
            self._passed_over.add(chat)
            log.warning("telegram.passed_over", chat=chat, kind=kind, reason="not a private chat")
        return Done()

    async def _forward(
        self,
        event: Message | TelegramObject | None,
        content: Content,
        mail: Mail,
        *,
        user: User | None = None,
    ) -> Done:
        user = user or getattr(event, "from_user", None)
        if user is None:
            return self._pass_over(mail.chat, type(event).__name__)
        known = await self._chats.load(mail.chat)
        card = await self._cards.card(user, known)
        if card.update:
            with planfix_call(self._metrics, "updateContact", mail.chat):
                await self._planfix.update_contact(card.update)
        message = NewMessage(
            ChatId(mail.chat),
            content.text,
            card.contact,
            attachments=tuple(Attachment(f.name, self._links.link(f)) for f in content.files),
            title=self._title(card.contact),
        )
        with planfix_call(self._metrics, "newMessage", mail.chat):
            await self._planfix.new_message(message)
        if card.remember:
            await self._chats.save(mail.chat, **card.remember)
        return Done(follow_ups=self._read_marks(event, mail.chat) if known.unread else [])

    def _title(self, contact: Contact) -> str:
        name = f"{contact.name} {contact.last_name}".strip()
        return self._words.title.format(name=name)

    def _read_marks(self, event: object, chat: ChatKey) -> Sequence[Posting]:
        """A customer who writes has seen the answers above: the only sign a bot gets."""
        if not isinstance(event, Message):
            return []
        return [note(STATUS, chat, READ, message_id=event.message_id)]


def _notice(chat: ChatKey, user: User | None, text: str) -> Posting:
    """What the bot says to the customer; once it is sent, `PLANFIX` gets its echo."""
    name, last_name = (user.first_name, user.last_name or "") if user else ("", "")
    contact_id = str(user.id) if user else chat
    return note(
        TELEGRAM, chat, NOTICE, text=text, contact_id=contact_id, name=name, last_name=last_name
    )
