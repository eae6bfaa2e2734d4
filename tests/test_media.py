"""Media links: signed, expiring, streamed, and silent about where the files are."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import aiohttp
import pytest
from aiogram import Bot
from aiohttp import web
from itsdangerous import URLSafeTimedSerializer
from yarl import URL

from bot import media_view, telegram_files
from bot.byte_ranges import ByteRange
from bot.media import FileRef, MediaLinks, safe_name
from bot.media_view import MediaView
from bot.settings import TelegramSettings
from bot.telegram_api import make_bot
from bot.telegram_files import TelegramFiles
from sandbox.faults import Kind
from sandbox.telegram import TelegramSandbox
from support import TOKEN, World, until, world

MEGABYTE = 1024 * 1024
DATA = os.urandom(300_000)
WEEK = timedelta(days=7)


class Media:
    """A media view of our own over a Telegram."""

    def __init__(self, api_url: str, telegram: TelegramSandbox, lifetime: timedelta) -> None:
        self.telegram = telegram
        self.bot: Bot = make_bot(
            TelegramSettings.model_validate({"token": TOKEN, "api_url": api_url})
        )
        self.links = MediaLinks(TOKEN, "", lifetime)
        self.view = MediaView(self.links, TelegramFiles(self.bot), at_once=2)
        self.http = aiohttp.ClientSession()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        self.view.register(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop everything."""
        await self.http.close()
        assert self._runner
        await self._runner.cleanup()
        await self.bot.session.close()

    def link(self, data: bytes = DATA, name: str = "a.bin", mime_type: str = "") -> str:
        """A link to a new file."""
        file_id = self.telegram.add_file(data, name)
        return self.url + self.links.link(FileRef(file_id, name, mime_type))

    async def fetch(
        self, url: str, method: str = "GET", **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Fetch a link: status, headers, body. Redirects are not followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(
            method, URL(url, encoded=True), headers=named, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()


@asynccontextmanager
async def serving(
    telegram: TelegramSandbox, *, api_url: str = "", lifetime: timedelta = WEEK
) -> AsyncIterator[Media]:
    """A media view over `telegram`, or over another server at `api_url`."""
    media = Media(api_url or telegram.url, telegram, lifetime)
    await media.start()
    try:
        yield media
    finally:
        await media.close()


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


async def test_the_file_comes_whole_with_its_headers(media: Media) -> None:
    """A fetch gives the bytes, their number, and headers that are safe in any browser."""
    status, headers, body = await media.fetch(media.link(name="a.pdf", mime_type="application/pdf"))
    assert (status, body) == (200, DATA)
    assert headers["Content-Length"] == str(len(DATA))
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize("size", [0, 1])
async def test_tiny_files_come(media: Media, size: int) -> None:
    """An empty file and one of a single byte are files too."""
    status, _, body = await media.fetch(media.link(b"x" * size))
    assert (status, body) == (200, b"x" * size)


@pytest.mark.parametrize(
    ("wanted", "status", "part", "content_range"),
    [
        ("bytes=0-9", 206, DATA[:10], "bytes 0-9/300000"),
        ("bytes=299990-", 206, DATA[-10:], "bytes 299990-299999/300000"),
        ("bytes=-5", 206, DATA[-5:], "bytes 299995-299999/300000"),
        ("bytes=5-9999999", 206, DATA[5:], "bytes 5-299999/300000"),
        ("bytes=300000-", 416, b"", "bytes */300000"),
        ("bytes=0-1,5-9", 200, DATA, None),
        ("bytes=9-5", 200, DATA, None),
        ("bytes=-", 200, DATA, None),
        ("lines=1-2", 200, DATA, None),
        ("bytes=" + "9" * 5000 + "-", 200, DATA, None),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
async def test_ranges(
    tmp_path: Path, wanted: str, status: int, part: bytes, content_range: str | None
) -> None:
    """One range gives that part, from Telegram and from disk; several or nonsense, the whole."""
    for local in (None, tmp_path):
        async with (
            TelegramSandbox(token=TOKEN, local=local) as telegram,
            serving(telegram) as media,
        ):
            got, headers, body = await media.fetch(media.link(), Range=wanted)
        assert (got, body) == (status, part)
        assert headers.get("Content-Range") == content_range
        assert headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [("bytes=0-", 10, range(10)), ("bytes=-3", 2, range(2)), ("bytes=-0", 5, range(5, 5))],
)
def test_ranges_within_a_file(header: str, size: int, expected: range) -> None:
    """A range is cut to what the file has."""
    wanted = ByteRange.parse(header)
    assert wanted
    assert wanted.within(size) == expected


async def test_a_range_of_another_file_gives_the_whole(media: Media) -> None:
    """`If-Range` with our tag gives the part, with any other the whole file."""
    url = media.link()
    _, headers, _ = await media.fetch(url)
    tag = headers["ETag"]
    status, _, body = await media.fetch(url, Range="bytes=0-9", If_Range=tag)
    assert (status, body) == (206, DATA[:10])
    status, _, body = await media.fetch(url, Range="bytes=0-9", If_Range='"another"')
    assert (status, body) == (200, DATA)


async def test_head_tells_the_length_alone(media: Media) -> None:
    """HEAD gives what GET would say, without the bytes."""
    status, headers, body = await media.fetch(media.link(), "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(DATA)), b"")


HOSTILE = [
    "Счёт № 5 «срочно».pdf",
    'a"b\\c/d.txt',
    "x\r\nSet-Cookie: a=b\r\n\r\n<html>.txt",
    "💌 письмо 👨‍👩‍👧.jpg",
    "я" * 127 + ".docx",
    "я" * 1000 + ".docx",
    "..",
    "../../etc/passwd",
    "100%25 ?#&+;.txt",
    "\u202egnp.exe",
    "",
    "й" + "и\u0306" + ".txt",
    "\ud83d.txt",
    "no extension",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_survives_in_the_link_and_the_header(media: Media, name: str) -> None:
    """Whatever a file is called, its link works and the header gives that name, made safe."""
    status, headers, body = await media.fetch(media.link(b"data", name))
    assert (status, body) == (200, b"data")
    disposition = headers["Content-Disposition"]
    found = re.fullmatch(
        r"attachment; filename=\"([ -!#-\[\]-~]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)",
        disposition,
    )
    assert found
    assert unquote(found[2]) == safe_name(name)
    assert len(safe_name(name).encode()) <= 255
    assert "Set-Cookie" not in headers


def test_names_stay_themselves() -> None:
    """A good name is not changed, and a long one keeps its extension."""
    assert safe_name("Счёт № 5 «срочно».pdf") == "Счёт № 5 «срочно».pdf"
    assert safe_name("я" * 1000 + ".docx").endswith("я.docx")


@pytest.mark.parametrize(
    ("mime_type", "shown", "disposition"),
    [
        ("image/png", "image/png", "inline"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("image/png\r\nX-A: b", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
async def test_only_safe_types_are_told(
    media: Media, mime_type: str, shown: str, disposition: str
) -> None:
    """Types on the list are told and shown; all others are bytes to be saved."""
    _, headers, _ = await media.fetch(media.link(mime_type=mime_type))
    assert headers["Content-Type"] == shown
    assert headers["Content-Disposition"].startswith(disposition)


def _tampered(media: Media) -> dict[str, str]:
    """Links that must not work, by what is wrong with them."""
    base, token, name = media.link(name="a.bin").rsplit("/", 2)
    unsigned = URLSafeTimedSerializer(b"", salt=b"media a.bin").dumps(["id", ""])
    return {
        "truncated": f"{base}/{token[:-1]}/{name}",
        "changed": f"{base}/{'A' if token[0] != 'A' else 'B'}{token[1:]}/{name}",
        "other name": f"{base}/{token}/b.bin",
        "other key": media.url + MediaLinks("another", "", WEEK).link(FileRef("id", "a.bin")),
        "unsigned": f"{base}/{unsigned!s}/{name}",
        "junk": f"{base}/%00%ff{'x' * 3000}/{name}",
        "no such file": media.url + media.links.link(FileRef("AgAC-unknown", "a.bin")),
    }


async def test_links_that_do_not_work_give_no_hint(media: Media) -> None:
    """Forged, truncated, renamed, gone: one and the same answer."""
    good = await media.fetch(media.link())
    assert good[0] == 200
    answers = [await media.fetch(url) for url in _tampered(media).values()]
    assert {(status, body) for status, _, body in answers} == {(404, b"")}
    assert len({frozenset(dict(headers).items()) for _, headers, _ in answers}) == 1


async def test_an_expired_link_is_a_plain_404(telegram: TelegramSandbox) -> None:
    """Once its lifetime is over, a link gives the same 404."""
    async with serving(telegram, lifetime=timedelta(seconds=-1)) as media:
        status, _, body = await media.fetch(media.link())
    assert (status, body) == (404, b"")


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
