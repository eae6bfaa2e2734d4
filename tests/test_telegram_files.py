"""Files on their way from Telegram: whatever goes wrong there, no part is taken for the whole."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import pytest
from yarl import URL

from bot.media import view as media_view
from bot.media.links import FileRef, MediaLinks
from bot.telegram import files as telegram_files
from media_server import DATA, MEGABYTE, WEEK, Media, serving
from sandbox.faults import Kind
from sandbox.telegram import TelegramSandbox
from support import TOKEN, World, until, world


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """A sandbox Telegram."""
    async with TelegramSandbox(token=TOKEN) as sandbox:
        yield sandbox


@pytest.fixture
async def media(telegram: TelegramSandbox) -> AsyncIterator[Media]:
    """A media view over a sandbox Telegram."""
    async with serving(telegram) as view:
        yield view


async def test_a_path_that_has_gone_is_asked_for_again(media: Media) -> None:
    """Paths are remembered, and when Telegram knows one no longer, getFile is called once more."""
    url = media.link()
    await media.fetch(url)
    await media.fetch(url)
    assert calls_of(media, "getFile") == 1
    media.telegram.world.files.expire_links()
    status, _, body = await media.fetch(url)
    assert (status, body) == (200, DATA)
    assert calls_of(media, "getFile") == 2


def calls_of(media: Media, method: str) -> int:
    """How often the bot called a method."""
    return sum(call.method == method for call in media.telegram.calls)


FILES = "/file/"


@pytest.mark.parametrize(
    ("match", "kind", "options"),
    [
        (FILES, "status", {"code": 404}),
        (FILES, "status", {"code": 500, "body": f"no file at /file/bot{TOKEN}/x"}),
        (FILES, "status", {"code": 200, "body": "<html>", "content_type": "text/html"}),
        (FILES, "status", {"code": 302, "headers": {"Location": f"http://x/file/bot{TOKEN}/y"}}),
        (FILES, "refuse", {}),
        (FILES, "reset", {}),
        ("getFile", "status", {"code": 502, "body": "<html>"}),
        ("getFile", "garbage", {}),
        ("getFile", "reset", {}),
        ("getFile", "garbage", {"body": '{"ok": true, "result": {}}'}),
        ("getFile", "garbage", {"body": '{"ok": true, "result": [1]}'}),
    ],
)
async def test_a_telegram_in_trouble_means_later(
    media: Media, match: str, kind: Kind, options: dict[str, Any]
) -> None:
    """Whatever Telegram answers instead of the file, the asker is told to come again."""
    media.telegram.faults.add(kind, match, times=None, **options)
    status, headers, body = await media.fetch(media.link())
    assert (status, body) == (503, b"")
    assert int(headers["Retry-After"]) > 0
    assert TOKEN not in str(headers)
    media.telegram.faults.clear()
    assert (await media.fetch(media.link()))[0] == 200


async def test_an_unreachable_telegram_means_later(media: Media) -> None:
    """While Telegram is away, 503; when it asks to wait, for as long as it says."""
    url = media.link()
    media.telegram.too_many_requests("getFile", retry_after=77)
    status, headers, _ = await media.fetch(url)
    assert (status, headers["Retry-After"]) == (503, "77")
    await media.telegram.stop_listening()
    assert (await media.fetch(url))[0] == 503


class FileServer:
    """A file server that promises `promised` bytes and sends `sends`, in HTTP as raw as it gets."""

    def __init__(self, head: str, sends: bytes, *, then_hang: bool = False) -> None:
        self._head = head
        self._sends = sends
        self._then_hang = then_hang
        self._server: asyncio.Server | None = None
        self.release = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release.set()
        assert self._server
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if b"getFile" in request:
            answer = b'{"ok":true,"result":{"file_path":"a/b","file_size":300000}}'
            head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(answer)}"
            writer.write(head.encode() + b"\r\n\r\n" + answer)
        else:
            writer.write(f"HTTP/1.1 200 OK\r\n{self._head}\r\n\r\n".encode() + self._sends)
            await writer.drain()
            if self._then_hang:
                await self.release.wait()
        writer.close()


HALF = DATA[:150_000]


@pytest.mark.parametrize(
    ("head", "sends"),
    [
        ("Content-Length: 300000", HALF),
        ("Connection: close", HALF),  # no length: the end looks like any other
        ("Transfer-Encoding: chunked", b"%x\r\n" % len(HALF) + HALF + b"\r\n"),
        ("Transfer-Encoding: chunked", b"%x\r\n" % len(HALF) + HALF + b"\r\nzz\r\n"),
        ("Connection: close", DATA + b"more"),
    ],
)
async def test_a_file_that_breaks_off_is_seen_to_be_broken(
    telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch, head: str, sends: bytes
) -> None:
    """When Telegram stops in the middle, or sends too much, the asker gets no complete file."""
    monkeypatch.setattr(telegram_files, "_SILENCE", 0.5)  # aiohttp passes over a broken chunk size
    async with FileServer(head, sends) as server, serving(telegram, api_url=server.url) as media:
        url = media.url + media.links.link(FileRef("id", "a.bin"))
        with pytest.raises(aiohttp.ClientPayloadError):
            await media.fetch(url)


async def test_a_file_that_hangs_breaks_off(
    telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file server that stops sending in the middle does not hold a place for ever."""
    monkeypatch.setattr(telegram_files, "_SILENCE", 0.2)
    server = FileServer("Content-Length: 300000", HALF, then_hang=True)
    async with server, serving(telegram, api_url=server.url) as media:
        with pytest.raises(aiohttp.ClientPayloadError):
            await media.fetch(media.url + media.links.link(FileRef("id", "a.bin")))


async def test_downloads_are_bounded(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """One download too many waits a little, and is told to come later; places are given back."""
    monkeypatch.setattr(media_view, "_WAIT_FOR_PLACE", 0.1)
    url = media.link()
    await media.fetch(url)  # so that the path is known
    media.telegram.faults.add("hang_before", FILES, times=2)
    stuck = [asyncio.create_task(media.fetch(url)) for _ in range(2)]
    await until(lambda: media.telegram.faults.count("hang_before") == 2)
    assert (await media.fetch(url))[0] == 503
    media.telegram.faults.clear()
    assert [answer[0] for answer in await asyncio.gather(*stuck)] == [200, 200]
    assert (await media.fetch(url))[0] == 200


async def test_who_does_not_read_is_hung_up_on(
    media: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that takes nothing loses its connection, and its place is free again."""
    monkeypatch.setattr(media_view, "_SLOWEST_CHUNK", 0.2)
    path = urlsplit(media.link(b"x" * 15 * MEGABYTE)).path
    port = urlsplit(media.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readexactly(100)
    await until(lambda: not media.view.on_the_way)
    writer.close()


def only_file(folder: Path) -> Path:
    """The one file that the local server has put somewhere into `folder`."""
    [found] = [path for path in folder.rglob("*") if path.is_file()]
    return found


async def test_a_local_servers_files_come_from_its_disk(tmp_path: Path) -> None:
    """With `--local`, getFile gives a path on disk, and the file is read there."""
    async with (
        TelegramSandbox(token=TOKEN, local=tmp_path) as telegram,
        serving(telegram) as media,
    ):
        telegram.faults.add("status", FILES, times=None)
        status, _, body = await media.fetch(media.link())
        assert (status, body) == (200, DATA)


async def test_a_local_server_on_another_disk_is_asked_by_http(tmp_path: Path) -> None:
    """If the local server's path is not on our disk, the file comes through its file address."""
    async with (
        TelegramSandbox(token=TOKEN, local=tmp_path) as telegram,
        serving(telegram) as media,
    ):
        url = media.link(name="отчёт 100%.bin")
        await media.fetch(url)
        on_disk = only_file(tmp_path)
        on_disk.unlink()
        status, _, body = await media.fetch(url)
        assert (status, body) == (200, DATA)


@pytest.mark.parametrize("trap", ["folder", "pipe", "link"])
async def test_nothing_but_regular_files_is_read(tmp_path: Path, trap: str) -> None:
    """A folder, a pipe or a link in the file's place is not served and does not hang."""
    async with (
        TelegramSandbox(token=TOKEN, local=tmp_path) as telegram,
        serving(telegram) as media,
    ):
        url = media.link()
        await media.fetch(url)
        on_disk = only_file(tmp_path)
        on_disk.unlink()
        if trap == "folder":
            on_disk.mkdir()
        elif trap == "pipe":
            os.mkfifo(on_disk)
        else:
            on_disk.symlink_to("/etc/hostname")
        async with asyncio.timeout(5):
            assert (await media.fetch(url))[0] == 503


BIG = 45 * MEGABYTE


def peak_memory(process_id: int) -> int:
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def fetch_big(running: World, urls: list[str]) -> int:
    """Fetch files of `BIG` bytes at once; returns what that added to the bridge's peak memory."""
    before = peak_memory(running.bridge.pid)

    async def fetch(http: aiohttp.ClientSession, url: str) -> int:
        async with http.get(URL(url, encoded=True)) as response:
            return sum([len(chunk) async for chunk in response.content.iter_chunked(MEGABYTE)])

    async with aiohttp.ClientSession() as http:
        sizes = await asyncio.gather(*(fetch(http, url) for url in urls))
    assert sizes == [BIG] * len(urls)
    return peak_memory(running.bridge.pid) - before


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells peak memory")
async def test_large_files_cost_little_memory(tmp_path: Path) -> None:
    """45 MB through the real process add less than 25 MB to its peak, ten at once less than 100."""
    local = tmp_path / "telegram"
    async with world(tmp_path / "bridge", local=local) as running:
        file_id = running.telegram.add_file(bytes(BIG), "a.bin")
        url = MediaLinks(TOKEN, running.bridge.url, WEEK).link(FileRef(file_id, "a.bin"))
        assert await fetch_big(running, [url]) < 25 * MEGABYTE
        assert await fetch_big(running, [url] * 10) < 100 * MEGABYTE
        only_file(local).unlink()  # so that it comes by HTTP
        assert await fetch_big(running, [url] * 5) < 25 * MEGABYTE
