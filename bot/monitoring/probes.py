"""`/healthz`, `/readyz` and `/metrics`."""

from asyncio import timeout
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.batcher import Batcher
from bot.journal.journal import Journal
from bot.journal.lanes import LANES
from bot.monitoring.metrics import Metrics

_PATIENCE: Final = 2.0
"""Seconds that Redis may take. Whoever asks how we are does not wait longer."""

_ASKERS: Final = 10_000
"""So many share one look at Redis: strangers must not take its connections from the workers."""


class Monitoring:
    """Tells machines how the bridge is.

    Args:
        redis: The store; the bridge is ready only while it answers.
        journal: To count what waits.
        metrics: What is shown.
        source_running: Whether updates of Telegram come in.
    """

    def __init__(
        self, redis: Redis, journal: Journal, metrics: Metrics, source_running: Callable[[], bool]
    ) -> None:
        self._redis = redis
        self._journal = journal
        self._metrics = metrics
        self._source_running = source_running
        self._redis_answers = Batcher(self._ping, most=_ASKERS)
        self._page = Batcher(self._make_page, most=_ASKERS)

    def register(self, app: web.Application) -> None:
        """Add the routes to `app`."""
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", self.show_metrics)

    async def alive(self, _: web.Request) -> web.Response:
        """200 as long as the process answers at all."""
        return web.json_response({"alive": True})

    async def ready(self, _: web.Request) -> web.Response:
        """200 if Redis answers and updates come in, else 503; tells which."""
        state = {"redis": await self._redis_answers(None), "telegram": self._source_running()}
        return web.json_response(state, status=200 if all(state.values()) else 503)

    async def _ping(self, askers: list[None]) -> list[bool]:
        answer = False
        with suppress(RedisError, OSError):
            async with timeout(_PATIENCE):
                answer = bool(await self._redis.ping())
        return [answer] * len(askers)

    async def show_metrics(self, _: web.Request) -> web.Response:
        """Prometheus' text format."""
        body = await self._page(None)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _make_page(self, askers: list[None]) -> list[bytes]:
        with suppress(RedisError, OSError):  # without them, the counters are still worth showing
            async with timeout(_PATIENCE):
                await self._count()
        return [generate_latest(self._metrics.registry)] * len(askers)

    async def _count(self) -> None:
        for lane in LANES:
            self._metrics.waiting_chats.labels(lane).set(await self._journal.waiting(lane))
        self._metrics.dead_letters.set(await self._journal.dead_letters())
