"""Sends to Telegram within its limits, and turns failures into outcomes."""

import time
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import TelegramMethod

from bot.chats import Chats
from bot.journal import ChatKey
from bot.limits import Limits
from bot.metrics import Metrics
from bot.telegram_errors import Failure, Verdict, understand
from bot.worker import Later

log = structlog.get_logger("bot.telegram")

UPLOAD_TIMEOUT = 300


class TelegramRefusedError(Exception):
    """Telegram will never take the message; `reason` in its words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
        if pause := await self._limits.wait_turn(chat, count):
            raise Later("Telegram's limit for this chat", seconds=pause, failed=False)
        start = time.perf_counter()
        outcome = "ok"
        try:
            sent = await self._bot(method, request_timeout=UPLOAD_TIMEOUT)
            return [message.message_id for message in (sent if isinstance(sent, list) else [sent])]
        except (TelegramAPIError, ClientDecodeError) as error:
            failure = understand(error)
            outcome = failure.verdict.name.lower()
        finally:
            seconds = time.perf_counter() - start
            self._metrics.calls.labels("telegram", outcome).observe(seconds)
            log.info("telegram.called", chat=chat, outcome=outcome, ms=round(seconds * 1000))
        return await self._conclude(chat, failure)

    async def _conclude(self, chat: ChatKey, failure: Failure) -> list[int]:
        match failure.verdict:
            case Verdict.SENT:
                return [failure.message_id] if failure.message_id else []
            case Verdict.REFUSED:
                raise TelegramRefusedError(failure.reason)
            case Verdict.MOVED if failure.new_chat_id:
                address = await self._chats.address_of(chat)
                await self._chats.move(address.chat_id, failure.new_chat_id)
                raise Later(failure.reason, seconds=0, failed=False)
            case Verdict.UNKNOWN:
                self._metrics.possible_repeats.labels("telegram").inc()
                log.warning("telegram.outcome_unknown", chat=chat, reason=failure.reason)
        raise Later(failure.reason, seconds=failure.retry_after)
