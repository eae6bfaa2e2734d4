"""From where operators' files are fetched, and from where never."""

import asyncio
import gzip
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from answers import FileHost
from bot.planfix.file_hosts import (
    BadAddressError,
    FileHosts,
    ForeignHostError,
    PrivateHostError,
    PublicResolver,
    is_public,
)
from bot.planfix.files import FileNotFetchedError, PlanfixFiles
from bot.texts import operator_texts
from bot.to_telegram import Kind
from planfix_adapter import Attachment

WORDS = operator_texts("en").delivery
ACCOUNT = "https://acme.planfix.ru/webchat/api"


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    """A server of files."""
    server = FileHost()
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def files(host: FileHost, tmp_path: Path) -> AsyncIterator[PlanfixFiles]:
    """What downloads from that server, which is PlanFix's own."""
    hosts = FileHosts(host.url("/webchat/api"), [])
    fetcher = PlanfixFiles(tmp_path / "files", hosts, WORDS, silence=0.3)
    yield fetcher
    await fetcher.close()


async def refusal(files: PlanfixFiles, url: str, name: str = "a.pdf") -> FileNotFetchedError:
    """Why a file is not fetched."""
    async with files.place() as place:
        with pytest.raises(FileNotFetchedError) as caught:
            await files.fetch(Attachment(name, url), 0, place)
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.planfix.ru/files/a.pdf",
        "https://ACME.planfix.ru:443/files/a.pdf",
        "https://cdn.example/a.pdf",
        "http://cdn.example:8080/a.pdf",
        "http://10.0.0.7:9000/a.pdf",
        "http://[::1]:9000/a.pdf",
        "https://xn--80asg7a0b.xn--p1ai/a.pdf",
        "https://файлы.рф/a.pdf",
    ],
)
def test_allowed(address: str) -> None:
    """PlanFix's own host is allowed over HTTPS, a listed one as it is listed."""
    listed = ["cdn.example", "10.0.0.7:9000", "[::1]:9000", "файлы.рф"]
    FileHosts(ACCOUNT, listed).allow(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.planfix.ru/a.pdf",
        "https://acme.planfix.ru:8443/a.pdf",
        "https://acme.planfix.ru./a.pdf",
        "https://acme.planfix.ru.evil.ru/a.pdf",
        "https://evil.ru/?acme.planfix.ru",
        "https://evil.ru#@acme.planfix.ru",
        "https://evil.ru\\@acme.planfix.ru/",
        "https://acme.planfix.ru@evil.ru/",
        "https://acme.planfix.ru:x@evil.ru/",
        "https://user:password@acme.planfix.ru/a.pdf",
        "https://other.planfix.ru/a.pdf",
        "https://planfix.ru/a.pdf",
        "https://127.0.0.1/a.pdf",
        "https://2130706433/a.pdf",
        "https://0x7f000001/a.pdf",
        "https://017700000001/a.pdf",
        "https://127.1/a.pdf",
        "https://[::1]/a.pdf",
        "https://[::ffff:127.0.0.1]/a.pdf",
        "https://0/a.pdf",
        "https://localhost/a.pdf",
        "https://169.254.169.254/latest/meta-data",
        "http://listed.example:81/a.pdf",
        "https://аcme.planfix.ru/a.pdf",
        "https://acme。planfix.ru.evil.ru/",
        "file:///etc/passwd",
        "ftp://acme.planfix.ru/a.pdf",
        "//acme.planfix.ru/a.pdf",
        "data:text/plain,x",
        "javascript:alert(1)",
        "https://",
        "https://acme.planfix.ru:99999/",
        "https://[::1",
        "",
    ],
)
def test_not_allowed(address: str) -> None:
    """No other host, port or scheme is allowed, however it is disguised."""
    with pytest.raises((BadAddressError, ForeignHostError, PrivateHostError)):
        FileHosts(ACCOUNT, ["listed.example:80"]).allow(address)


def test_own_ports() -> None:
    """Beside a port of its own, PlanFix's host may have files at the usual one."""
    hosts = FileHosts("https://acme.planfix.ru:8443/webchat/api", [])
    hosts.allow("https://acme.planfix.ru:8443/a.pdf")
    hosts.allow("https://acme.planfix.ru/a.pdf")
    with pytest.raises(ForeignHostError):
        hosts.allow("https://acme.planfix.ru:9443/a.pdf")


@pytest.mark.parametrize("host", ["10.0.0.5", "[fd00::1]", "169.254.1.1", "0.0.0.0"])  # noqa: S104 - not to listen on
def test_own_private_address(host: str) -> None:
    """Not even PlanFix's own host may be a private address, unless it is listed."""
    url = f"https://{host}/webchat/api"
    with pytest.raises(PrivateHostError):
        FileHosts(url, []).allow(url)
    FileHosts(url, [host]).allow(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "::", "::1",  # noqa: S104 - not to listen on
        "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "nonsense", "",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    """No address outside of the public internet counts as public, however it is wrapped."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860:4860::8888"]
)
def test_public_addresses(address: str) -> None:
    """Addresses of the public internet are."""
    assert is_public(address)


async def test_names_with_private_addresses() -> None:
    """A name that leads to a private address is not connected to, unless it is listed."""
    for hosts, allowed in (
        (FileHosts(ACCOUNT, []), False),
        (FileHosts(ACCOUNT, ["localhost"]), True),
    ):
        resolver = PublicResolver(hosts)
        if allowed:
            assert await resolver.resolve("localhost", 80, socket.AF_INET)
        else:
            with pytest.raises(PrivateHostError):
                await resolver.resolve("localhost", 80, socket.AF_INET)
        await resolver.close()


async def test_every_connection_asks_again(host: FileHost, tmp_path: Path) -> None:
    """PlanFix's own name, once it leads to a private address, is fetched from no more.

    `localhost` stands for such a name: it is PlanFix's and so may be asked for, but not listed.
    """
    hosts = FileHosts(f"https://localhost:{host.port}/webchat/api", [])
    hosts._private.clear()  # noqa: SLF001 - as if the name were not this machine's
    files = PlanfixFiles(tmp_path, hosts, WORDS)
    error = await refusal(files, f"https://localhost:{host.port}/a.pdf")
    assert error.reason == WORDS.private_host.format(host="localhost")
    assert error.url == ""
    assert host.asked == []
    await files.close()


async def test_fetches(host: FileHost, files: PlanfixFiles) -> None:
    """A file is saved byte by byte, and gone when the message is done with."""
    host.routes["/a.pdf"] = b"%PDF" + bytes(300_000)
    async with files.place() as place:
        file = await files.fetch(Attachment("a.pdf", host.url("/a.pdf")), 3, place)
        assert file.path.read_bytes() == host.routes["/a.pdf"]
        assert (file.number, file.name, file.kind, file.size) == (
            3,
            "a.pdf",
            Kind.DOCUMENT,
            300_004,
        )
    assert not place.exists()
    assert host.headers[0]["Accept-Encoding"] == "identity"
    assert "Cookie" not in host.headers[0]


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [("", "/x/%D1%8F.pdf", "я.pdf"), ("", "/", "file_1"), ("..", "/b.txt", "b.txt")],
)
async def test_files_without_a_name(
    host: FileHost, files: PlanfixFiles, name: str, path: str, expected: str
) -> None:
    """A file without a name has the one of its address, or a made one."""
    host.routes["/x/я.pdf"] = host.routes["/"] = host.routes["/b.txt"] = b"x"
    async with files.place() as place:
        assert (await files.fetch(Attachment(name, host.url(path)), 0, place)).name == expected


async def test_no_cookies(host: FileHost, files: PlanfixFiles) -> None:
    """A cookie that a server sets is not sent back."""

    async def answer(_request: web.Request) -> web.Response:
        response = web.Response(body=b"x")
        response.set_cookie("session", "1")
        return response

    host.routes["/a"] = answer
    async with files.place() as place:
        for number in range(2):
            await files.fetch(Attachment("a", host.url("/a")), number, place)
    assert all("Cookie" not in headers for headers in host.headers)


async def test_redirects(host: FileHost, files: PlanfixFiles) -> None:
    """Redirects are followed, but only to allowed addresses."""

    async def to(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    host.routes["/r"] = to
    host.routes["/a"] = b"x"
    async with files.place() as place:
        url = host.url("/r?to=/a")
        assert (await files.fetch(Attachment("a", url), 0, place)).size == 1
    for target in (
        "http://127.0.0.1:1/a",
        "http://localhost/a",
        "file:///etc/passwd",
        "http://[::1",
    ):
        error = await refusal(files, host.url(f"/r?to={target}"))
        assert error.url == ""
        assert not error.passing


async def test_endless_redirects(host: FileHost, files: PlanfixFiles) -> None:
    """A file whose address leads to itself is given up."""

    async def again(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/again")

    host.routes["/again"] = again
    assert (await refusal(files, host.url("/again"))).reason == WORDS.redirects


async def test_byte_cap(host: FileHost, files: PlanfixFiles) -> None:
    """A body that does not tell its length is read up to the limit and no further."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1024**2))
            sent += 1

    host.routes["/a"] = endless
    error = await refusal(files, host.url("/a"))
    assert error.reason == WORDS.too_large.format(limit=50)
    assert error.size == "> 50"
    assert 50 <= sent < 80


async def test_announced_length(host: FileHost, files: PlanfixFiles) -> None:
    """A file that announces too many bytes is not read at all."""

    async def announce(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(61 * 1024**2)})
        await response.prepare(request)
        await asyncio.sleep(60)
        return response

    host.routes["/a"] = announce
    assert (await refusal(files, host.url("/a"))).size == "61"


async def test_compression(host: FileHost, files: PlanfixFiles) -> None:
    """A compressed body, which could be a bomb, is not unpacked."""

    async def bomb(_request: web.Request) -> web.Response:
        body = gzip.compress(bytes(10 * 1024**2))
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    host.routes["/a"] = bomb
    assert (await refusal(files, host.url("/a"))).reason == WORDS.compressed


async def test_login_page(host: FileHost, files: PlanfixFiles) -> None:
    """A web page in place of a file is no file; a file that is a web page is."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>log in</html>", content_type="text/html")

    host.routes["/a"] = page
    assert (await refusal(files, host.url("/a"))).reason == WORDS.login_page
    async with files.place() as place:
        assert await files.fetch(Attachment("page.HTML", host.url("/a")), 0, place)


async def test_silence(host: FileHost, files: PlanfixFiles) -> None:
    """A server that says nothing, or stops in the middle, is not waited for for ever."""

    async def silent(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async def stopping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"x")
        await asyncio.sleep(60)
        return response

    host.routes["/silent"], host.routes["/stopping"] = silent, stopping
    for path in ("/silent", "/stopping"):
        error = await refusal(files, host.url(path))
        assert error.reason == WORDS.silent
        assert error.passing


async def test_nobody_there(files: PlanfixFiles, host: FileHost) -> None:
    """A server that is away may be back later."""
    await host.close()
    assert (await refusal(files, host.url("/a"))).passing


async def test_leftovers(host: FileHost, files: PlanfixFiles, tmp_path: Path) -> None:
    """What a killed bridge left behind long ago is removed."""
    old, new = tmp_path / "files" / "old", tmp_path / "files" / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (1, 1))
    host.routes["/a"] = b"x"
    async with files.place():
        assert not old.exists()
        assert new.exists()
