"""Clients that stall: real traffic goes on, and each of them is hung up on in time."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.settings.settings import ServerSettings
from bot.web import connections
from bot.web.server import raise_file_limit, serving
from support import ROOT, world
from wire import throw

IDLE, STALLED = 1_000, 300
MEGABYTE = 1024 * 1024
PATIENCE = 5.0
"""Seconds within which a message must be through."""

FORM_HEAD = (
    b"POST /planfix HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 900000\r\n\r\n"
)
STALLS = [
    b"POST /planf",
    b"GET /healthz HTTP/1.1\r\nX-A: b\r\n",
    FORM_HEAD + b"cmd=newMessage&",
    FORM_HEAD + b"cmd=newMessage&message=" + b"a" * 200_000,
    b"POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
]


def memory(process_id: int) -> int:
    """Bytes that a process has in memory."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@pytest.mark.skipif(raise_file_limit() < 2 * (IDLE + STALLED), reason="too few files allowed")
async def test_real_traffic_goes_on(tmp_path: Path) -> None:
    """With 1,000 idle and 300 stalled clients, messages pass both ways in no time worth naming."""
    async with world(tmp_path) as running:
        customer = running.telegram.add_customer("Анна")
        customer.send_text("до")
        await running.planfix.wait_for(lambda: bool(running.planfix.accepted("newMessage")))
        before = memory(running.bridge.pid)
        with ExitStack() as stack:
            for _ in range(IDLE):
                stack.enter_context(socket.create_connection(("127.0.0.1", running.bridge.port)))
            for number in range(STALLED):
                stalled = await asyncio.to_thread(
                    throw, running.bridge.port, STALLS[number % len(STALLS)]
                )
                stack.enter_context(stalled)
            for turn in range(5):
                status, _ = await asyncio.wait_for(
                    running.planfix.answer(str(customer.chat_id), f"answer {turn}"), PATIENCE
                )
                assert status == 200
            customer.send_text("после")
            await running.planfix.wait_for(
                lambda: len(running.planfix.accepted("newMessage")) == 2, timeout=PATIENCE
            )
            await running.telegram.wait_for(
                lambda: sum(m["from"]["is_bot"] for m in customer.messages) >= 5, timeout=PATIENCE
            )
            assert memory(running.bridge.pid) - before < 150 * MEGABYTE


@asynccontextmanager
async def served(app: web.Application, most: int = 10) -> AsyncIterator[int]:
    """An application behind our server's bounds; gives the port."""
    settings = ServerSettings(port=0, public_url="http://127.0.0.1")
    async with serving(app, settings, most=most) as port:
        yield port


def app_with(handler: Callable[[web.Request], object]) -> web.Application:
    """An application with one handler for everything."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)  # type: ignore[arg-type]
    return app


async def hello(_: web.Request) -> web.Response:
    """Greet."""
    return web.Response(text="hello")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds short enough to wait for."""
    monkeypatch.setattr(connections, "FIRST_REQUEST", 0.3)
    monkeypatch.setattr(connections, "UNTAKEN", 0.3)
    monkeypatch.setattr(connections, "CLOSING", 0.3)
    monkeypatch.setattr(connections, "_SWEEP", 0.05)


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client's connection that takes in little by itself."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=client, limit=1024)


async def hung_up(reader: asyncio.StreamReader) -> bool:
    """Whether the server ends the connection within a few seconds."""
    try:
        async with asyncio.timeout(5):
            while await reader.read(65536):
                pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.usefixtures("short")
async def test_a_head_that_drips_is_not_waited_for() -> None:
    """A byte now and then does not keep a new connection open."""
    async with served(app_with(hello)) as port:
        reader, writer = await connect(port)
        writer.write(b"GET / HTTP/1.1\r\n")
        end = asyncio.create_task(hung_up(reader))
        while not end.done():
            writer.write(b"X")
            await asyncio.wait([end], timeout=0.02)
        assert await end
        writer.close()


@pytest.mark.usefixtures("short")
async def test_a_client_that_asked_may_be_idle() -> None:
    """The bound for new connections does not end those that are kept for the next request."""
    async with served(app_with(hello)) as port:
        reader, writer = await connect(port)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await asyncio.wait_for(reader.readuntil(b"hello"), 5)
            await asyncio.sleep(0.6)  # longer than the bound
        writer.close()


@pytest.mark.usefixtures("short")
async def test_an_answer_that_nobody_takes_is_given_up() -> None:
    """Who asks for much and reads nothing loses the connection, and the handler is free."""
    free = asyncio.Event()

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * MEGABYTE)
        finally:
            free.set()

    async with served(app_with(flood)) as port:
        reader, writer = await connect(port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(free.wait(), 5)
        assert await hung_up(reader)
        writer.close()


async def test_the_idlest_makes_room() -> None:
    """When there are too many, a new client is served, and the one goes that waited longest."""
    async with served(app_with(hello), most=10) as port:
        crowd = [await connect(port) for _ in range(10)]
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
        assert await hung_up(crowd[0][0])
        crowd[1][1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await asyncio.wait_for(crowd[1][0].readuntil(b"hello"), 5)
        for _, writer in crowd:
            writer.close()


async def test_stalled_bodies_make_room_too() -> None:
    """Clients whose bodies do not come keep nobody out either."""

    async def read(request: web.Request) -> web.Response:
        return web.Response(body=await request.read() or b"hello")

    async with served(app_with(read), most=10) as port:
        crowd = [await connect(port) for _ in range(10)]
        for _, writer in crowd:
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
            await writer.drain()
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
        for _, writer in crowd:
            writer.close()


async def test_work_is_not_thrown_away_for_new_clients() -> None:
    """If we are at work for everybody, a new client is told to come again, in words of HTTP."""
    go_on = asyncio.Event()
    working = asyncio.Semaphore(0)

    async def work(_: web.Request) -> web.Response:
        working.release()
        await go_on.wait()
        return web.Response(text="hello")

    async with served(app_with(work), most=3) as port:
        crowd = [await connect(port) for _ in range(3)]
        for _, writer in crowd:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await working.acquire()
        reader, writer = await connect(port)
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 503 ")
        writer.close()
        go_on.set()
        for reader, writer in crowd:
            assert await asyncio.wait_for(reader.readuntil(b"hello"), 5)
            writer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_file_limit_is_raised() -> None:
    """A process that may open more files than it does by default makes use of that."""
    code = (
        "import resource as r; from bot.web.server import raise_file_limit; "
        "r.setrlimit(r.RLIMIT_NOFILE, (256, 1024)); "
        "print(raise_file_limit(), *r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1024", "1024", "1024"]
