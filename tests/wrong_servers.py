"""Servers that are not what somebody believes: pages, closed proxies, certificates of all kinds."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def web_server(
    *,
    status: int = 200,
    text: str = "",
    content_type: str = "text/plain",
    headers: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """A web server that answers everything alike; gives its `host:port`."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=content_type, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    async with serving(app, tls) as where:
        yield where


@asynccontextmanager
async def serving(app: web.Application, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """An application on loopback; gives its `host:port`."""
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(ssl=tls)
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        await server.close()


@asynccontextmanager
async def raw_server(serve: Serve) -> AsyncIterator[str]:
    """A server of bytes on loopback; gives its `host:port`."""
    tasks = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        tasks.add(task)
        try:
            await serve(reader, writer)  # type: ignore[misc]
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def refuse_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be an HTTP proxy that cannot reach what is asked for."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
    await writer.drain()


class Certificates:
    """An authority, and what it signs, as files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.authority = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.authority))

    def files(self, host: str, *, days: float = 90, authority: trustme.CA | None = None) -> (
        tuple[Path, Path]
    ):  # fmt: skip
        """A certificate for `host` that holds for `days` from now, and its key."""
        now = datetime.now(UTC)
        made = (authority or self._authority).issue_cert(
            host, not_before=now - timedelta(days=30), not_after=now + timedelta(days=days)
        )
        certificate = self._folder / f"{host}.{days}.pem"
        key = self._folder / f"{host}.{days}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
        made.private_key_pem.write_to_path(str(key))
        return certificate, key

    def server(self, host: str, *, days: float = 90) -> ssl.SSLContext:
        """What a server with such a certificate needs."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.files(host, days=days))
        return context
