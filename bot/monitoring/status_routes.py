"""The addresses of the page `/status`. The page behind them is imported by the first who looks.

So nobody waits for it when the bridge starts, and who never looks has it in no memory.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web
from redis.asyncio import Redis

from bot.journal.dead_letters import DeadLetters
from bot.logs.safety import Redactor
from bot.monitoring.history import History
from bot.monitoring.status_access import StatusAccess
from bot.monitoring.watch import Bridge, Watch
from bot.settings.settings import Settings
from bot.web.doorkeeper import warn_of_short_keys

if TYPE_CHECKING:
    from bot.monitoring.status_page import StatusPage


@dataclass(frozen=True, slots=True)
class StatusParts:
    """What the page needs to know of the house."""

    bridge: Bridge
    letters: DeadLetters
    """What was put aside for good."""
    watch: Watch
    """Tells how the bridge is."""
    history: History
    """Tells how it was."""
    access: StatusAccess
    """Who may see the page."""
    language: str
    """For browsers that ask for neither Russian nor English."""
    redact: Callable[[str], str]
    """Takes secrets out of texts, in case one got into a message."""


class StatusRoutes:
    """`/status` and what is below it."""

    def __init__(self, parts: StatusParts) -> None:
        self._parts = parts
        self._page: StatusPage | None = None

    @classmethod
    def of(
        cls, settings: Settings, redis: Redis, prefix: str, watch: Watch, history: History
    ) -> "StatusRoutes":
        """Those of the bridge with these settings."""
        key = settings.server.status_key.get_secret_value() if settings.server.status_key else None
        warn_of_short_keys("server.status_key", [key] if key else [])
        parts = StatusParts(
            Bridge(settings.telegram.bot_id, settings.telegram.mode, time.time()),
            DeadLetters(redis, prefix),
            watch,
            history,
            StatusAccess(key, settings.telegram.token.get_secret_value()),
            settings.planfix.language,
            Redactor(settings.secrets()),
        )
        return cls(parts)

    def register(self, app: web.Application) -> None:
        """Add the routes to `app`."""
        app.router.add_route("*", "/status", self.handle)
        app.router.add_route("*", "/status/{name:[^/]*}", self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """Let the page answer."""
        if self._page is None:
            self._page = await asyncio.to_thread(_load, self._parts)
        return await self._page.handle(request)


def _load(parts: StatusParts) -> "StatusPage":
    from bot.monitoring.status_page import StatusPage  # noqa: PLC0415 - see above

    return StatusPage(parts)
