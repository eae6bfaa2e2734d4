"""Proxies on loopback, as an administrator may have them: HTTP with CONNECT, and SOCKS5."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class RefusedError(Exception):
    """The client may not pass."""


class Proxy:
    """A proxy that lets one user in, and knows the way to made-up hosts.

    Args:
        user: The user's name.
        password: The user's password; may be changed.
        ways: `host:port` as clients name it, and where that is.
    """

    scheme = ""

    def __init__(self, user: str, password: str, ways: dict[str, tuple[str, int]]) -> None:
        self.user = user
        self.password = password
        self.wanted: list[str] = []
        """Where clients wanted to go that were let in."""
        self.refused = 0
        self.port = 0
        self.ways = ways
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Serve on a free port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for writer in list(self._open):
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            place = await self._greet(reader, writer)
            self.wanted.append(place)
            onward = await asyncio.open_connection(*self.ways[place])
            self._open.add(onward[1])
            self._welcome(writer)
            await asyncio.gather(_pass_on(reader, onward[1]), _pass_on(onward[0], writer))
        except RefusedError:
            self.refused += 1
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Let the client in, or raise RefusedError; returns where it wants to go."""
        raise NotImplementedError

    def _welcome(self, writer: asyncio.StreamWriter) -> None:
        """Say that the way is open."""
        raise NotImplementedError


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


class HttpProxy(Proxy):
    """CONNECT, with Basic authentication."""

    scheme = "http"

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        command, place, _ = head.splitlines()[0].split()
        assert command == "CONNECT"
        key = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if f"Proxy-Authorization: Basic {key}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            raise RefusedError
        return place

    def _welcome(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")


class SocksProxy(Proxy):
    """SOCKS5 with a user name and a password, and names that the proxy looks up."""

    scheme = "socks5"

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        _, count = await reader.readexactly(2)
        assert 2 in await reader.readexactly(count)
        writer.write(b"\x05\x02")
        await reader.readexactly(1)
        user, password = await _counted(reader), await _counted(reader)
        if (user, password) != (self.user, self.password):
            writer.write(b"\x01\x01")
            raise RefusedError
        writer.write(b"\x01\x00")
        assert await reader.readexactly(4) == b"\x05\x01\x00\x03"  # connect, to a name
        host = await _counted(reader)
        return f"{host}:{int.from_bytes(await reader.readexactly(2))}"

    def _welcome(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x05\x00\x00\x01" + bytes(6))


async def _counted(reader: asyncio.StreamReader) -> str:
    [length] = await reader.readexactly(1)
    return (await reader.readexactly(length)).decode()
