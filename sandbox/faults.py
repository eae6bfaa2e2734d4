"""Faults on demand for a sandbox server: an aiohttp middleware and the rules it follows.

The kinds:

* `status`: answer `code` with `body`, the request not handled;
* `refuse`: close the connection at once;
* `hang_before`: take no more of the request and never answer;
* `hang_after`: handle the request and never answer;
* `reset`: take the whole request, handle nothing, reset the connection;
* `reset_after`: handle the request, then reset the connection;
* `slow`: wait `seconds`, then handle as usual;
* `garbage`: handle the request, answer 200 with junk.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Kind = Literal[
    "status", "refuse", "hang_before", "hang_after", "reset", "reset_after", "slow", "garbage"
]
Namer = Callable[[web.Request], Awaitable[str]]

JUNK = b"\x00\xff{junk"


@dataclass
class Fault:
    """One rule: what goes wrong, for which requests, how many more times."""

    kind: Kind
    match: str | None = None
    times: int | None = 1
    code: int = 500
    body: str = ""
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    fired: int = 0

    def fits(self, called: str, path: str) -> bool:
        """Say whether it is for a request; letter case does not matter."""
        wanted = (self.match or "").lower()
        return wanted == called.lower() or wanted in path.lower()

    def strike(self) -> None:
        """Count one more firing."""
        self.fired += 1
        if self.times is not None:
            self.times -= 1


class Faults:
    """The rules of one server, oldest first; the first that matches a request fires."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.fired: list[tuple[Kind, str]] = []
        self._release = asyncio.Event()

    def add(
        self,
        kind: Kind,
        match: str | None = None,
        times: int | None = 1,
        *,
        code: int = 500,
        body: str = "",
        content_type: str = "text/plain",
        headers: dict[str, str] | None = None,
        seconds: float = 1.0,
    ) -> Fault:
        """Add a rule and return it.

        Args:
            kind: What goes wrong; see the module.
            match: A method, a command or a part of the path; None: every request.
            times: How often it fires; None: until cleared.
            code: The status of `status`.
            body: The body of `status` and, if not empty, of `garbage`.
            content_type: Of that body.
            headers: Further headers of `status`, such as `Retry-After`.
            seconds: How long `slow` waits.
        """
        fault = Fault(kind, match, times, code, body, content_type, headers or {}, seconds)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Forget every rule and drop the connections that hang."""
        self.rules.clear()
        self.release()

    def release(self) -> None:
        """Drop the connections that hang; the rules stay."""
        self._release.set()
        self._release = asyncio.Event()

    def count(self, kind: Kind | None = None) -> int:
        """Return how many faults of `kind`, or of all kinds, have fired."""
        return sum(1 for fired, _ in self.fired if kind in {None, fired})

    def middleware(self, name: Namer) -> Middleware:
        """Return the middleware that applies the rules.

        Args:
            name: Names a request (its method or command) from the request. It may read the
                body; it is asked only while there are rules that match by name.
        """

        @web.middleware
        async def apply(request: web.Request, handler: Handler) -> web.StreamResponse:
            fault = await self._take(request, name)
            return await (self._fire(fault, request, handler) if fault else handler(request))

        return apply

    async def _take(self, request: web.Request, name: Namer) -> Fault | None:
        if not self.rules:
            return None
        called = await name(request) if any(rule.match for rule in self.rules) else ""
        for rule in self.rules:
            if rule.fits(called, request.path):
                rule.strike()
                self.fired.append((rule.kind, called or request.path))
                self.rules = [each for each in self.rules if each.times != 0]
                return rule
        return None

    async def _fire(
        self, fault: Fault, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        match fault.kind:
            case "status":
                return _status(fault, await request.read())
            case "slow":
                await asyncio.sleep(fault.seconds)
                return await handler(request)
            case "hang_before":
                await self._release.wait()
            case "reset":
                await request.read()
            case "refuse":
                pass
            case _:
                return await self._spoil_answer(fault, request, await handler(request))
        return _reset(request)

    async def _spoil_answer(
        self, fault: Fault, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        if fault.kind == "garbage":
            return web.Response(body=fault.body.encode() or JUNK, content_type=fault.content_type)
        if fault.kind == "hang_after":
            await self._release.wait()
        _reset(request)
        return answer


def _status(fault: Fault, _taken: bytes) -> web.Response:
    return web.Response(
        status=fault.code,
        text=fault.body,
        content_type=fault.content_type,
        headers=fault.headers,
    )


def _reset(request: web.Request) -> web.Response:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            linger = struct.pack("ii", 1, 0)  # close with RST, not with FIN
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response()
