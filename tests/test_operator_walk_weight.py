"""How much memory and disk the bridge needs for operators' files."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from answers import FileHost
from support import TOKEN, WEBHOOK_KEY, BridgeProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MEGABYTE = 1024**2
SIZE = 45 * MEGABYTE


@dataclass
class Telegram:
    """A Bot API server that counts the bytes of uploads and keeps none of them."""

    received: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Iterator[int] = field(default_factory=count)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer any method."""
        method = request.match_info["method"].lower()
        if method == "getupdates":
            await request.post()
            await asyncio.sleep(1)
            return web.json_response({"ok": True, "result": []})
        if method == "getme":
            bot = {"id": 42, "is_bot": True, "first_name": "B", "username": "b_bot"}
            return web.json_response({"ok": True, "result": bot})
        if method == "senddocument":
            size = 0
            async for chunk in request.content.iter_any():
                size += len(chunk)
            self.received.append(size)
            self.news.set()
        message = {
            "message_id": next(self.numbers),
            "date": 1,
            "chat": {"id": 1, "type": "private"},
        }
        return web.json_response({"ok": True, "result": message if method[:4] == "send" else True})

    async def wait_for(self, uploads: int) -> None:
        """Wait until so many files have come."""
        while len(self.received) < uploads:
            self.news.clear()
            await self.news.wait()


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Telegram, str]]:
    """It, listening, and its address."""
    server = Telegram()
    app = web.Application()
    app.router.add_route("*", f"/bot{TOKEN}/{{method}}", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield server, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def planfix() -> AsyncIterator[FileHost]:
    """A PlanFix that has nothing but large files."""

    async def large(_request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(SIZE)})
        await response.prepare(_request)
        for _ in range(SIZE // MEGABYTE):
            await response.write(bytes(MEGABYTE))
        return response

    host = FileHost()
    host.routes["/large"] = large
    host.routes["/small"] = b"x" * 1000
    await host.start()
    yield host
    await host.close()


async def answer(bridge: BridgeProcess, planfix: FileHost, chat: int, path: str) -> None:
    """Send a file of PlanFix's to a customer."""
    form = {
        "cmd": "newMessage",
        "providerId": "telegram",
        "token": WEBHOOK_KEY,
        "chatId": str(chat),
        "message": "",
        "attachments[name]": "a.bin",
        "attachments[url]": planfix.url(path),
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{bridge.url}/planfix", data=form) as response,
    ):
        assert response.status == 200


def peak(pid: int) -> int:
    """The most memory that a process has had since `forget_peak`, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024


def forget_peak(pid: int) -> int:
    """Begin to measure anew; returns what it has now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak(pid)


def on_disk(folder: Path) -> int:
    """The bytes of all files in `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def test_weight(telegram: tuple[Telegram, str], planfix: FileHost, tmp_path: Path) -> None:
    """A file of 45 MB adds less than 25 MB of memory, ten at once less than 100; none stays."""
    server, url = telegram
    bridge = BridgeProcess(url, planfix.url("/webchat/api"), tmp_path, {})
    try:
        await bridge.start()
        await answer(bridge, planfix, 1, "/small")
        await server.wait_for(1)
        before = forget_peak(bridge.pid)
        await answer(bridge, planfix, 2, "/large")
        await server.wait_for(2)
        one = peak(bridge.pid) - before
        before = forget_peak(bridge.pid)
        await asyncio.gather(*(answer(bridge, planfix, chat, "/large") for chat in range(3, 13)))
        async with asyncio.timeout(60):
            await server.wait_for(12)
        ten = peak(bridge.pid) - before
        assert min(server.received[1:]) > SIZE
        assert one < 25 * MEGABYTE
        assert ten < 100 * MEGABYTE
    finally:
        await bridge.close(tmp_path)
    assert on_disk(tmp_path / "files") == 0
