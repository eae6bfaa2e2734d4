"""`/healthz`, `/readyz` and `/metrics`."""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal import Journal
from bot.lanes import LANES
from bot.metrics import Metrics


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
        state = {"redis": await self._redis_answers(), "telegram": self._source_running()}
        return web.json_response(state, status=200 if all(state.values()) else 503)

    async def _redis_answers(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def show_metrics(self, _: web.Request) -> web.Response:
        """Prometheus' text format."""
        try:
            for lane in LANES:
                waiting = await self._journal.waiting(lane)
                self._metrics.waiting_chats.labels(lane).set(waiting)
            self._metrics.dead_letters.set(await self._journal.dead_letters())
        except (RedisError, OSError):
            pass  # the counters are still worth showing
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
