"""The connections of our server: how many there may be, and how long a client may stall each."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.logs.throttle import LogThrottle

log = structlog.get_logger("bot.web.connections")

SERVER_NAME: Final = "bridge"
"""What our answers tell of the software; nothing about versions."""

FIRST_REQUEST: Final = 15.0
"""Seconds in which a new connection must have brought a whole request's head."""
UNTAKEN: Final = 30.0
"""Seconds for which a client may leave its answer lying in our buffers."""
CLOSING: Final = 5.0
"""Seconds in which a client must take the rest of what was sent before the connection's end."""

_SWEEP = 1.0
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nServer: bridge\r\nRetry-After: 5\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class Connections:
    """All connections of the server, at most `most` of them.

    When a new one comes and there is no room, the one goes whose client has kept us waiting for
    longest, whether for a request or for the rest of its body. So a crowd of idle clients does
    not keep a real one out. Only if we are at work for everybody is the new one turned away.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}  # for their clients; the longest first
        self.malformed = LogThrottle()
        self._full = LogThrottle()

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: "Connection") -> bool:
        """Take a new connection in; False if there is no room for it."""
        if len(self._open) >= self._most and not self._make_room():
            return False
        self._open.add(connection)
        self._waiting[connection] = None
        return True

    def forget(self, connection: "Connection") -> None:
        """Take note that a connection has ended."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    def _make_room(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if (unlogged := self._full.held_back()) is not None:
            log.warning("server.full", connections=len(self._open), unlogged=unlogged)
        if oldest is None:
            return False
        self.forget(oldest)
        oldest.drop()
        return True

    @web.middleware
    async def attend(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note for whom we are at work."""
        connection = request.protocol
        if not isinstance(connection, Connection):
            return await handler(request)
        connection.asked = True
        with self._attending(connection, waiting=not request.content.is_eof()):
            return await handler(request)

    @contextmanager
    def _attending(self, connection: "Connection", *, waiting: bool) -> Iterator[None]:
        self._waiting.pop(connection, None)
        if waiting and connection in self._open:
            self._waiting[connection] = None
        try:
            yield
        finally:
            self._waiting.pop(connection, None)
            if connection in self._open:
                self._waiting[connection] = None

    async def watch(self) -> None:
        """Drop overdue connections until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(_SWEEP)
            now = clock()
            for connection in [one for one in self._open if one.is_overdue(now)]:
                connection.drop()


class Connection(web.RequestHandler):
    """aiohttp's connection, with bounds for what aiohttp lets a client do for ever.

    An idle connection and a stalled head are ended by aiohttp's keep-alive time, a stalled body by
    whoever reads it.
    """

    __slots__ = ("_closing_since", "_connections", "_opened_at", "_untaken_since", "_wire", "asked")

    def __init__(self, connections: Connections, server: web.Server, **options: Any) -> None:  # noqa: ANN401 - aiohttp's own
        loop = asyncio.get_running_loop()
        super().__init__(server, loop=loop, **options)
        self._connections = connections
        self._wire: asyncio.Transport | None = None
        self._opened_at = loop.time()
        self._untaken_since: float | None = None
        self._closing_since: float | None = None
        self.asked = False
        """Whether a whole request's head has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or turn the client away if there are too many."""
        super().connection_made(transport)
        self._wire = self.transport
        if self._wire and not self._connections.admit(self):
            self._wire.write(_TOO_MANY)
            self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """End."""
        self._connections.forget(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Take note that the client does not take what it is sent."""
        self._untaken_since = self._loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Take note that it does again."""
        self._untaken_since = None
        super().resume_writing()

    def drop(self) -> None:
        """End at once, whatever is still to be sent."""
        if self._wire:
            self._wire.abort()

    def is_overdue(self, now: float) -> bool:
        """Whether the client has stalled for too long, by the loop's clock."""
        if self._wire and self._wire.is_closing() and self._closing_since is None:
            self._closing_since = now
        return (
            (not self.asked and now - self._opened_at > FIRST_REQUEST)
            or (self._untaken_since is not None and now - self._untaken_since > UNTAKEN)
            or (self._closing_since is not None and now - self._closing_since > CLOSING)
        )

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP with 400, in one quiet line of log; a bug with 500 and a stack."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        if (unlogged := self._connections.malformed.held_back()) is not None:
            log.warning(
                "server.malformed_request",
                address=request.remote,
                kind=type(exc).__name__,
                unlogged=unlogged,
            )
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        response = web.Response(status=400, text="Bad request", headers={hdrs.SERVER: SERVER_NAME})
        response.force_close()
        return response
