"""HTTP/1.1 with as little work as Python allows: requests in, answers out, nothing checked.

Only what the two bridges send is understood: bodies with a Content-Length, one request at a time.
"""

import asyncio
from collections.abc import Callable
from typing import Final

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"

Reply = Callable[..., None]
"""Sends the answer: `reply(body)`, or `reply(body, status)`; nothing if the client has gone."""
Handle = Callable[[str, bytes, Reply], None]
"""What a server does with a request: its path, its body, and how to answer, at once or later."""


class _Messages(asyncio.Protocol):
    """Cuts what comes in into heads and bodies."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection is there."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of TCP it always is
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand on every message that is complete."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            head, begin = self._buffer[:end], end + len(_END)
            complete = begin + _length(head)
            if len(self._buffer) < complete:
                return
            body, self._buffer = self._buffer[begin:complete], self._buffer[complete:]
            self.message_received(head, body)

    def message_received(self, head: bytes, body: bytes) -> None:
        """Take one message."""
        raise NotImplementedError


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0]) if rest else 0


class _Served(_Messages):
    """A connection of a client."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle

    def message_received(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        self._handle(path, body, self._reply)

    def _reply(self, body: bytes = b"", status: bytes = b"200 OK") -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )


async def serve(handle: Handle, port: int = 0) -> tuple[asyncio.Server, int]:
    """Serve on loopback; gives the server and its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Served(handle), "127.0.0.1", port, backlog=1024)
    return server, server.sockets[0].getsockname()[1]


class Client(_Messages):
    """One connection to a server, which is kept; one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._answered: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def connect(cls, port: int) -> "Client":
        """Connect to a port of loopback."""
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(cls, "127.0.0.1", port)
        return client

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """POST a form; gives the status and the body of the answer.

        Raises:
            ConnectionError: The server hung up.
        """
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(
            b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b"
            % (path.encode(), len(body), body)
        )
        return await self._answered

    def message_received(self, head: bytes, body: bytes) -> None:
        """Take an answer."""
        if self._answered and not self._answered.done():
            self._answered.set_result((int(head.split(b" ", 2)[1]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits that no answer will come."""
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("the server hung up"))

    def close(self) -> None:
        """Hang up."""
        self.transport.close()
