"""`/healthz`, `/readyz` and `/metrics`."""

from asyncio import timeout
from contextlib import suppress
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.batcher import Batcher
from bot.monitoring.metrics import Metrics
from bot.monitoring.watch import Snapshot, Watch

_PATIENCE: Final = 2.0
"""Seconds that Redis may take. Whoever asks how we are does not wait longer."""

_ASKERS: Final = 10_000
"""So many share one look at Redis: strangers must not take its connections from the workers."""


class Monitoring:
    """Tells machines how the bridge is.

    Args:
        redis: The store; the bridge is ready only while it answers.
        watch: Looks at what waits, and whether updates come in.
        metrics: What is shown.
    """

    def __init__(self, redis: Redis, watch: Watch, metrics: Metrics) -> None:
        self._redis = redis
        self._watch = watch
        self._metrics = metrics
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
        receiving = self._watch.local().receiving
        state = {"redis": await self._redis_answers(None), "telegram": receiving}
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
        self._show(await self._watch.look(_PATIENCE))
        return [generate_latest(self._metrics.registry)] * len(askers)

    def _show(self, now: Snapshot) -> None:
        """Set the gauges. Without Redis those about it stay as they were, but for `redis_up`."""
        metrics = self._metrics
        metrics.receiving.set(now.receiving)
        metrics.leading.set(now.leading)
        for lane, seconds in now.away.items():
            metrics.away.labels(lane).set(seconds)
        metrics.redis_up.set(now.redis is not None)
        if now.redis is None:
            return
        metrics.redis_ping.set(now.redis.seconds)
        metrics.redis_memory.set(now.redis.memory)
        metrics.redis_memory_limit.set(now.redis.memory_limit)
        metrics.redis_saved.set(now.redis.saved)
        metrics.dead_letters.set(now.dead_letters)
        for view in now.lanes:
            metrics.waiting_chats.labels(view.lane).set(view.chats)
            metrics.waiting_entries.labels(view.lane).set(view.entries)
            metrics.oldest.labels(view.lane).set(view.oldest)
