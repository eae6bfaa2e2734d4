"""Both sources of updates in the test's own process: a sandbox Telegram and an empty journal."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiogram import Bot
from redis.asyncio import Redis

from bot.chats.chats import Chats
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.monitoring.metrics import Metrics
from bot.settings.settings import TelegramSettings
from bot.telegram import source as telegram_source
from bot.telegram.api import http_session, make_bot
from bot.telegram.source import Poller, UpdateStore
from sandbox.telegram import TelegramSandbox
from support import TOKEN


class Source:
    """A sandbox Telegram, an empty journal, and a bot between them."""

    def __init__(self, telegram: TelegramSandbox, redis: Redis, prefix: str) -> None:
        self.telegram = telegram
        self.redis = redis
        self.bot: Bot = make_bot(
            TelegramSettings.model_validate({"token": TOKEN, "api_url": telegram.url})
        )
        self.journal = Journal(redis, prefix)
        self.store = UpdateStore(self.journal, Chats(redis, prefix), Metrics())
        self.poller = Poller(self.bot, self.store)

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """The poller at work."""
        task = asyncio.create_task(self.poller.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def stored(self) -> list[dict[str, Any]]:
        """Every update in the journal, chat by chat."""
        leases, _ = await self.journal.claim(PLANFIX, chats=100, entries=1000)
        found = [json.loads(entry.body) for lease in leases for entry in lease.entries]
        await self.journal.reclaim(PLANFIX)
        return found

    async def until_acknowledged(self) -> None:
        """Wait until Telegram has nothing more for us."""
        await self.telegram.wait_for(lambda: not self.telegram.updates.pending)


@asynccontextmanager
async def receiving(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Source]:
    """A source between a sandbox Telegram and a real Valkey; its retries come quickly."""
    monkeypatch.setattr(telegram_source, "_PAUSE", 0.05)
    monkeypatch.setattr(telegram_source, "_LONGEST_PAUSE", 0.1)
    async with TelegramSandbox(token=TOKEN, webhook_pause_scale=0.05) as telegram:
        source = Source(telegram, redis, prefix)
        yield source
        await (await http_session(source.bot)).close()  # aiogram would sleep for a moment


@asynccontextmanager
async def frozen(redis: Redis) -> AsyncIterator[None]:
    """Valkey hangs."""
    process_id = (await redis.info("server"))["process_id"]
    os.kill(process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process_id, signal.SIGCONT)
