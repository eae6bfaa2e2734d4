"""Sends to Telegram within its limits, and turns failures into outcomes."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.methods import SendMessage, TelegramMethod

from bot.chats.chats import ChatAddress, Chats
from bot.journal.entries import ChatKey
from bot.journal.handling import Later
from bot.monitoring.metrics import THEIR_LIMIT, Metrics
from bot.telegram import chat_actions
from bot.telegram.api import TelegramCallError, raw_call
from bot.telegram.errors import CALL_ERRORS, Failure, Verdict, understand
from bot.telegram.limits import Limits
from bot.telegram.refusals import Scope, scope_of

log = structlog.get_logger("bot.telegram")

UPLOAD_TIMEOUT: Final = 300
TEXT_TIMEOUT: Final = 60

_PATIENCE = 15.0
"""Seconds to wait for the turn of a file, which would have to be fetched again later."""
_LOOK_TIMEOUT = 10


class TelegramRefusedError(Exception):
    """Telegram will never take the message; `reason` in its words, `scope`: what it refuses."""

    def __init__(self, reason: str, scope: Scope) -> None:
        super().__init__(reason)
        self.reason = reason
        self.scope = scope


class TelegramSender:
    """Carries out sending methods, one message or one album each."""

    def __init__(self, bot: Bot, chats: Chats, limits: Limits, metrics: Metrics) -> None:
        self._bot = bot
        self._chats = chats
        self._limits = limits
        self._metrics = metrics

    async def send(self, chat: ChatKey, method: TelegramMethod[Any]) -> list[int]:
        """Send, and return the numbers of the messages; empty if Telegram's answer hid them.

        Raises:
            Later: It was not sent, or nobody knows: try again.
            TelegramRefusedError: Telegram will never take it.
        """
        count = len(getattr(method, "media", None) or "1")
        upload = not isinstance(method, SendMessage)
        await self._wait_turn(chat, count, patience=_PATIENCE if upload else 0)
        start = time.perf_counter()
        outcome = "ok"
        try:
            seconds = UPLOAD_TIMEOUT if upload else TEXT_TIMEOUT
            sent = await self._bot(method, request_timeout=seconds)
            return [message.message_id for message in (sent if isinstance(sent, list) else [sent])]
        except CALL_ERRORS as error:
            failure = understand(error)
            outcome = failure.verdict.name.lower()
        finally:
            took = time.perf_counter() - start
            what = "upload" if upload else "text"
            self._metrics.calls.labels("telegram", what, outcome).observe(took)
            log.debug("telegram.called", chat=chat, outcome=outcome, ms=round(took * 1000))
        return await self._conclude(chat, failure)

    async def _wait_turn(self, chat: ChatKey, count: int, *, patience: float) -> None:
        """Wait for the turn to send, here if it does not take longer than `patience` seconds."""
        while pause := await self._limits.wait_turn(chat, count):
            if pause > patience:
                raise Later("Telegram's limit for this chat", seconds=pause, failed=False)
            await asyncio.sleep(pause)

    def showing(self, address: ChatAddress, action: str) -> AbstractAsyncContextManager[None]:
        """Show the customer that something is on its way, if the `with` block takes a while."""
        return chat_actions.showing(self._bot, address, action)

    async def _conclude(self, chat: ChatKey, failure: Failure) -> list[int]:
        match failure.verdict:
            case Verdict.SENT:
                return [failure.message_id] if failure.message_id else []
            case Verdict.REFUSED:
                scope = scope_of(failure.reason, forbidden=failure.forbidden)
                raise TelegramRefusedError(failure.reason, scope)
            case Verdict.MOVED if failure.new_chat_id:
                address = await self._chats.address_of(chat)
                await self._chats.move(address.chat_id, failure.new_chat_id)
                raise Later(failure.reason, seconds=0, failed=False)
            case Verdict.UNKNOWN:
                self._metrics.possible_repeats.labels("telegram").inc()
                log.warning("telegram.outcome_unknown", chat=chat, reason=failure.reason)
        away = failure.verdict is Verdict.NOT_SENT and failure.retry_after is None
        if failure.retry_after is not None:
            self._metrics.limited("telegram", THEIR_LIMIT, failure.retry_after)
        unknown = failure.verdict is Verdict.UNKNOWN
        raise Later(failure.reason, seconds=failure.retry_after, away=away, unknown=unknown)

    async def look_for_telegram(self) -> None:
        """Make sure that Telegram is there, by a call that may be repeated.

        Raises:
            Later: It is not.
        """
        try:
            await raw_call(self._bot, "getMe", {}, seconds=_LOOK_TIMEOUT)
        except TelegramCallError as error:
            if error.code is None or error.code >= 500:  # noqa: PLR2004 - HTTP's number
                raise Later(str(error), away=True) from None
