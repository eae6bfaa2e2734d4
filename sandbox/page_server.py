"""The sandbox's page: both sides in one browser window, live.

GET  /                     the page
GET  /static/{name}        its styles and scripts
GET  /api/events           server-sent events: first `snapshot`, then every change
POST /api/bridge/restart   kills the bridge, as a crash would, and lets it start again

What the two halves can do is listed in `page_telegram` and `page_planfix`.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from sandbox.bridge_process import Bridge
from sandbox.feed import Event, Feed
from sandbox.listener import Listener
from sandbox.page_files import page_file
from sandbox.page_hub import Hub
from sandbox.page_planfix import PlanfixSide
from sandbox.page_requests import guard
from sandbox.page_telegram import TelegramSide
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox

MAX_BODY = 64 * 1024 * 1024


class PageServer:
    """Serves the page and carries out what is done on it. `url` is its address, once started."""

    def __init__(
        self, telegram: TelegramSandbox, planfix: PlanfixSandbox, bridge: Bridge | None = None
    ) -> None:
        """Take the two servers, and the bridge if its state is to be shown."""
        self.url = ""
        self._hub = Hub(self._snapshot)
        self.telegram = TelegramSide(telegram, self._hub)
        self._planfix = PlanfixSide(planfix, self._hub, bridge)
        self._bridge = bridge
        self._feeds: list[tuple[Feed, Callable[[Event], None]]] = [
            (telegram.feed, self.telegram.pass_on),
            (planfix.feed, self._planfix.pass_on),
        ]
        if bridge:
            self._feeds.append((bridge.feed, self._hub.publish))
        self._pumps: list[asyncio.Task[None]] = []
        self._listener = Listener(self._make_app)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on `host` and `port`; 0 takes a free port.

        Raises:
            OSError: The port is taken.
        """
        await self._listener.start(host, port)
        self.url = f"http://{host}:{self._listener.port}/"
        self._pumps = [asyncio.create_task(_pump(*feed)) for feed in self._feeds]

    async def close(self) -> None:
        """Disconnect the pages and stop."""
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self._hub.close()
        await self._listener.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _make_app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/api/events", self._hub.serve)
        app.router.add_post("/api/bridge/restart", self._restart)
        app.router.add_routes(self.telegram.routes() + self._planfix.routes())
        return app

    def _snapshot(self) -> dict[str, Any]:
        return {
            "type": "snapshot",
            "customers": self.telegram.snapshot(),
            **self._planfix.snapshot(),
            "bridge": self._bridge.to_json() if self._bridge else None,
        }

    async def _index(self, _request: web.Request) -> web.Response:
        return page_file("index.html")

    async def _static(self, request: web.Request) -> web.Response:
        return page_file(request.match_info["name"])

    async def _restart(self, _request: web.Request) -> web.Response:
        if self._bridge is None or not self._bridge.managed:
            raise web.HTTPConflict(text="the bridge was not started here")
        self._bridge.kill()
        return web.json_response({})


async def _pump(feed: Feed, take: Callable[[Event], None]) -> None:
    async for event in feed.follow():
        take(event)
