"""What to do with each kind of update: the customers' way to PlanFix."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    Update,
    User,
)

from bot.chats.chats import NOWHERE, ChatAddress, Chats
from bot.chats.phones import to_e164
from bot.customers.commands import Commands, command_in
from bot.customers.replies import Replies
from bot.journal.entries import ChatKey
from bot.journal.handling import Done, Mail, Refused
from bot.start.links import StartLinks
from bot.telegram.albums import Album, whole_album
from bot.telegram.api import TelegramCallError, raw_call
from bot.telegram.forwarder import CustomerMessage, Forwarder
from bot.telegram.updates import StoredUpdate, customer_in, plain_words, read_update
from bot.texts import OperatorTexts
from bot.to_planfix import Content, content_of, events, unsupported
from bot.to_planfix.cards import is_own_contact
from bot.to_planfix.content import clean, joined
from bot.to_planfix.content import note as words_of_ours
from bot.to_planfix.kinds import NOT_CARRIED
from bot.to_planfix.people import customer_of
from bot.to_planfix.said import said_in

log = structlog.get_logger("bot.telegram")

HANDLED: Final = frozenset(
    {"message", "edited_message", "message_reaction", "callback_query", "my_chat_member"}
)
"""Kinds of updates that have a handler of their own below."""

_ELSEWHERE: Final = "not a private chat"
_BUSINESS: Final = "business connections are not carried"
_INLINE: Final = "typed in another chat, and not sent to the bot"

IGNORED: Final[dict[str, str]] = {
    "channel_post": _ELSEWHERE,
    "edited_channel_post": _ELSEWHERE,
    "message_reaction_count": _ELSEWHERE,
    "chat_member": _ELSEWHERE,
    "chat_join_request": _ELSEWHERE,
    "chat_boost": _ELSEWHERE,
    "removed_chat_boost": _ELSEWHERE,
    "business_connection": _BUSINESS,
    "business_message": _BUSINESS,
    "edited_business_message": _BUSINESS,
    "deleted_business_messages": _BUSINESS,
    "inline_query": _INLINE,
    "chosen_inline_result": _INLINE,
    "poll": "says how a poll of the bot stands; nobody wrote",
}
"""Kinds of updates that are not carried, and why."""

NAMED: Final = frozenset(
    {
        "guest_message",
        "managed_bot",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "shipping_query",
        "stopped_message_generation",
        "subscription",
    }
)
"""Kinds of updates that the bridge does not ask for. If they come, and all that aiogram does not
know, operators read their names."""

_START: Final = re.compile(r"/start(?:@\w+)?(?:\s+(.*)|$)", re.DOTALL)
"""The payload of the link that the customer followed is its group."""

BUTTON_LIFETIME: Final = 150
"""Seconds after which Telegram takes no more answer to a pressed button."""


class TelegramHandlers:
    """Handles stored updates: each becomes a message in PlanFix, or a documented nothing."""

    def __init__(
        self,
        *,
        bot: Bot,
        chats: Chats,
        forwarder: Forwarder,
        words: OperatorTexts,
        start_links: StartLinks,
        listening_since: Callable[[], float | None],
        replies: Replies,
        commands: Commands,
    ) -> None:
        self._bot = bot
        self._chats = chats
        self._forwarder = forwarder
        self._words = words.content
        self._start_links = start_links
        self._listening_since = listening_since
        self._replies = replies
        self._commands = commands
        self._passed_over: set[ChatKey] = set()

    async def handle_update(self, mail: Mail) -> Done:
        """Handle the update at the head of `mail`.

        Raises:
            Later: PlanFix has to be asked again later, or more of an album may come.
            Refused: The update can never be handled.
        """
        try:
            stored = read_update(mail.entries[0].body, self._bot)
            address = ChatAddress.parse(mail.chat)
        except ValueError as error:
            raise Refused(f"no update: {error}") from None
        if address.business_connection_id:
            return self._pass_over(mail.chat, stored.kind, _BUSINESS)
        if stored.unreadable:
            log.warning("telegram.partly_unreadable", chat=mail.chat, fields=stored.unreadable)
        if stored.update is None:
            return await self._on_unreadable(stored, mail)
        done = await self._handle(stored, mail)
        return done or await self._on_other(stored, mail)

    async def _handle(self, stored: StoredUpdate, mail: Mail) -> Done | None:
        """Handle what has a handler of its own; None: this has none.

        Not through aiogram's router: for each message it would look at each filter again.
        """
        match stored.event:
            case "message", Message() as message if _is_private(message):
                on_message = self._on_start if _is_start(message) else self._on_message
                return await on_message(message, mail, stored.unreadable)
            case "edited_message", Message() as message if _is_private(message):
                return await self._on_edit(message, mail, stored.unreadable)
            case "message_reaction", MessageReactionUpdated() as event if _is_private(event):
                return await self._on_reaction(event, mail)
            case "my_chat_member", ChatMemberUpdated() as event if _is_private(event):
                return await self._on_membership(event, mail)
            case "callback_query", CallbackQuery() as query:
                return await self._on_button(query, mail)
        return None

    async def _on_start(self, message: Message, mail: Mail, unreadable: Sequence[str]) -> Done:
        payload = _START.match(message.text or "")
        started = self._start_links.read((payload and payload[1]) or "")
        written = self._written(Album([message], unreadable))
        written = replace(
            written,
            content=joined([written.content, events.link_of(started, self._words)]),
            note_if_known=words_of_ours(self._words.started_again),
            task=started.said,
        )
        done = await self._forwarder.forward(written, mail)
        greeting = await self._replies.to_start(written.customer, done.known, mail)
        return Done(follow_ups=[*done.follow_ups, *greeting])

    async def _on_message(self, message: Message, mail: Mail, unreadable: Sequence[str]) -> Done:
        if command := command_in(message):
            customer = customer_of(message.chat, message.from_user)
            answer = await self._commands.answer(command, customer, mail)
            return Done(follow_ups=[answer], reached=False)
        album = Album([message], unreadable)
        if message.media_group_id:
            album = await whole_album(
                message.media_group_id, mail, self._bot, self._listening_since()
            )
        written = self._written(album)
        done = await self._forwarder.forward(written, mail)
        replies = await self._replies.to_message(
            album.messages[-1], written.customer, done.known, done.left_out, mail
        )
        return Done(len(album.messages), [*done.follow_ups, *replies])

    def _written(self, album: Album) -> CustomerMessage:
        message = album.messages[-1]
        own = message.contact if is_own_contact(message) else None
        return CustomerMessage(
            customer_of(message.chat, message.from_user),
            content_of(album.messages, self._words, album.unreadable),
            said=[said_in(item, self._words) for item in album.messages],
            written_id=message.message_id,
            phone=(to_e164(own.phone_number, international=True) or "") if own else "",
        )

    async def _on_edit(self, message: Message, mail: Mail, unreadable: Sequence[str]) -> Done:
        said = said_in(message, self._words)
        if message.location:
            content = events.live_location_end(message, self._words)
            reason = "a live location has moved"
        else:
            before = await self._chats.recall_message(mail.chat, message.message_id)
            content = events.edit_of(message, said, before, self._words, unreadable)
            reason = "only the looks of the message have changed"
        if not content:
            return _ignored(mail.chat, "edited_message", reason)
        customer = customer_of(message.chat, message.from_user)
        done = await self._forwarder.forward(CustomerMessage(customer, content), mail)
        # Only now: an edit that is tried again must not look as if nothing had changed.
        await self._chats.remember(mail.chat, [said])
        return Done(follow_ups=done.follow_ups)

    async def _on_reaction(self, event: MessageReactionUpdated, mail: Mail) -> Done:
        if event.user is None or event.user.id != event.chat.id:
            return _ignored(mail.chat, "message_reaction", "not the customer's own reaction")
        before = await self._chats.recall_message(mail.chat, event.message_id)
        content = events.reaction_of(event, before, self._words)
        if not content:
            return _ignored(mail.chat, "message_reaction", "the reactions are the same")
        return await self._forward_event(event.user, content, mail)

    async def _on_button(self, query: CallbackQuery, mail: Mail) -> Done:
        if mail.entries[0].age() < BUTTON_LIFETIME:
            with suppress(TelegramCallError):
                params: dict[str, str | int] = {"callback_query_id": query.id}
                await raw_call(self._bot, "answerCallbackQuery", params, seconds=5)
        if query.message and query.message.chat.type != ChatType.PRIVATE:
            return self._pass_over(mail.chat, "callback_query")
        return await self._forward_event(
            query.from_user, events.button_of(query, self._words), mail
        )

    async def _on_membership(self, event: ChatMemberUpdated, mail: Mail) -> Done:
        customer = customer_of(event.chat, event.from_user)
        content = events.membership_of(event, self._words)
        return await self._forward_event(customer, content, mail)

    async def _forward_event(self, customer: User, content: Content, mail: Mail) -> Done:
        done = await self._forwarder.forward(CustomerMessage(customer, content), mail)
        return Done(follow_ups=done.follow_ups)

    async def _on_other(self, stored: StoredUpdate, mail: Mail) -> Done:
        """An update without a handler: named to operators, if it is a customer's."""
        if reason := IGNORED.get(stored.kind):
            if reason == _ELSEWHERE:
                return self._pass_over(mail.chat, stored.kind)
            return _ignored(mail.chat, stored.kind, reason)
        customer = customer_in(stored)
        if customer is None:
            if mail.chat == NOWHERE.key():
                raise Refused(f"an update of the kind {stored.kind!r:.80} that names nobody")
            return self._pass_over(mail.chat, stored.kind)
        text = Content(clean(plain_words(stored.body)))
        named = Content(unsupported(stored.kind, self._words))
        return await self._forward_event(customer, joined([text, named]), mail)

    async def _on_unreadable(self, stored: StoredUpdate, mail: Mail) -> Done:
        """An update that is not as the Bot API has it: its plain words, and what else it holds."""
        if reason := IGNORED.get(stored.kind):
            return _ignored(mail.chat, stored.kind, reason)
        customer = customer_in(stored)
        if customer is None:
            if mail.chat.startswith("-"):
                return self._pass_over(mail.chat, stored.kind)
            raise Refused(f"not an update as the Bot API has it: {stored.kind!r:.80}")
        log.warning("telegram.unreadable", chat=mail.chat, kind=stored.kind)
        text = Content(clean(plain_words(stored.body)))
        fields = [n for n in stored.body if n not in {*Update.model_fields, *NOT_CARRIED, "from"}]
        names = [n for n in fields if n not in {"text", "caption"}] or [stored.kind]
        named = [Content(unsupported(name, self._words)) for name in names]
        return await self._forward_event(customer, joined([text, *named]), mail)

    def _pass_over(self, chat: ChatKey, kind: str, reason: str = _ELSEWHERE) -> Done:
        """Forward nothing from groups, channels and business chats; say so once per chat."""
        if chat not in self._passed_over:
            self._passed_over.add(chat)
            log.warning("telegram.passed_over", chat=chat, kind=kind, reason=reason)
        return Done(reached=False)


def _is_private(event: Message | MessageReactionUpdated | ChatMemberUpdated) -> bool:
    return event.chat.type == ChatType.PRIVATE


def _is_start(message: Message) -> bool:
    return bool(message.text and _START.match(message.text))


def _ignored(chat: ChatKey, kind: str, reason: str) -> Done:
    log.info("telegram.ignored", chat=chat, kind=kind, reason=reason)
    return Done(reached=False)
