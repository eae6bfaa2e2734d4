"""Far sides for the adapter: small servers on loopback, each on a port of its own."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from planfix_adapter import PlanfixClient

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ServeApp = Callable[[web.Application], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]

KEY = "planfix-key-0123456789"
PROVIDER = "telegram"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Ends what a test started, in the reverse order."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def serve(stack: AsyncExitStack) -> ServeApp:
    """Serves an application and gives its address."""

    async def start(app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    return start


@pytest.fixture
def serve_raw(stack: AsyncExitStack) -> ServeRaw:
    """Serves plain TCP, one `talk` per connection, and gives its address."""

    async def start(talk: Talk) -> str:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await talk(reader, writer)
            except asyncio.CancelledError:
                pass  # the test is over, and a talk may wait for ever
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        stack.callback(server.close)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    return start


@dataclass
class Planfix:
    """A PlanFix that notes each call and gives prepared answers, or an empty 200."""

    url: str = ""
    calls: list[list[tuple[str, str]]] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    answers: deque[web.Response] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """Notes a call and answers it."""
        self.requests.append(request)
        self.calls.append(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        self.arrived.set()
        return self.answers.popleft() if self.answers else web.Response()


@pytest.fixture
async def planfix(serve: ServeApp) -> Planfix:
    """A PlanFix on loopback."""
    planfix = Planfix()
    app = web.Application()
    app.router.add_route("*", "/webchat/api", planfix.handle)
    planfix.url = await serve(app) + "/webchat/api"
    return planfix


@pytest.fixture
def connect(stack: AsyncExitStack) -> Callable[..., Awaitable[PlanfixClient]]:
    """Makes clients that are closed when the test is over."""

    async def start(url: str, **options: object) -> PlanfixClient:
        client = PlanfixClient(url, KEY, PROVIDER, **options)  # type: ignore[arg-type]
        return await stack.enter_async_context(client)

    return start
