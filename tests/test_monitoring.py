"""What machines are told about the bridge."""

import os
import signal
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.journal.entries import ChatKey, Posting, Tries
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.journal.overview import glance
from bot.monitoring import probes as monitoring
from bot.monitoring.metrics import Metrics
from bot.monitoring.probes import Monitoring
from bot.monitoring.watch import Watch


class Source:
    """Where updates come in, or do not."""

    running, leading, trouble = True, True, ""


class Watched:
    """The three paths on a server of their own, over a source that runs or does not."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self.source = Source()
        self.url = ""
        watch = Watch(redis, prefix, Journal(redis, prefix), self.source, [])
        self._app = web.Application()
        self.monitoring = Monitoring(redis, watch, Metrics())
        self.monitoring.register(self._app)
        self.runner = web.AppRunner(self._app, access_log=None)

    async def start(self) -> None:
        """Listen on a free port."""
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def get(self, path: str) -> tuple[int, str]:
        """GET a path: status and text."""
        async with aiohttp.ClientSession() as http, http.get(self.url + path) as response:
            return response.status, await response.text()


@pytest.fixture
async def watched(redis: Redis, prefix: str) -> AsyncIterator[Watched]:
    """The three paths over a real Valkey."""
    server = Watched(redis, prefix)
    await server.start()
    yield server
    await server.runner.cleanup()


async def test_ready_needs_both_redis_and_updates(watched: Watched) -> None:
    """`/readyz` says which part is missing; `/healthz` says yes all the while."""
    assert await watched.get("/readyz") == (200, '{"redis": true, "telegram": true}')
    watched.source.running = False
    assert await watched.get("/readyz") == (503, '{"redis": true, "telegram": false}')
    assert (await watched.get("/healthz"))[0] == 200


async def test_a_frozen_redis_makes_nobody_wait(
    watched: Watched, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Redis hangs, every path answers within its patience."""
    monkeypatch.setattr(monitoring, "_PATIENCE", 0.2)
    process_id = (await redis.info("server"))["process_id"]
    os.kill(process_id, signal.SIGSTOP)
    try:
        assert await watched.get("/readyz") == (503, '{"redis": false, "telegram": true}')
        assert (await watched.get("/healthz"))[0] == 200
        assert (await watched.get("/metrics"))[0] == 200
    finally:
        os.kill(process_id, signal.SIGCONT)


async def test_metrics_show_what_waits(watched: Watched, redis: Redis, prefix: str) -> None:
    """`/metrics` counts chats that wait, and names no chat."""
    posting = Posting(PLANFIX, ChatKey("987654"), "kind", b"body")
    await Journal(redis, prefix).put_all([posting, posting])
    status, text = await watched.get("/metrics")
    assert status == 200
    assert 'bridge_waiting_chats{lane="planfix"} 1.0' in text
    assert 'bridge_waiting_entries{lane="planfix"} 2.0' in text
    assert "bridge_dead_letters 0.0" in text
    assert "987654" not in text


async def test_a_glance_costs_the_same_at_any_size(redis: Redis, prefix: str) -> None:
    """Of a thousand chats a bounded number is looked at; what waits in all is estimated from it."""
    journal = Journal(redis, prefix)
    chats = [ChatKey(str(number)) for number in range(1000)]
    await journal.put_all([Posting(PLANFIX, chat, "kind", b"body") for chat in chats * 3])
    [tried], _ = await journal.claim(PLANFIX, chats=1)
    await journal.postpone(tried, 60, Tries(4, 0, "no answer"))
    before = await _commands(redis)
    seen = await glance(redis, prefix, PLANFIX)
    assert await _commands(redis) - before < 1500
    assert (seen.chats, seen.entries, seen.estimated) == (1000, 3000, True)
    few = await glance(redis, prefix, PLANFIX, longest=1000)
    assert tried.chat in {box.chat for box in few.longest}, "what was tried in vain is seen too"


async def _commands(redis: Redis) -> int:
    """How many commands Redis has carried out, scripts' own among them."""
    stats = await redis.info("commandstats")
    return sum(each["calls"] for each in stats.values())
