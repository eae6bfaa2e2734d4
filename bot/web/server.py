"""Our HTTP server: what it takes from anybody before a handler looks at it."""

import asyncio
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog
from aiohttp import hdrs, web

from bot.settings.settings import ServerSettings
from bot.tasks import cancel
from bot.web.certificate import Certificate
from bot.web.connections import SERVER_NAME, Connection, Connections

log = structlog.get_logger("bot.web.server")

MOST_CONNECTIONS: Final = 2_000
FEWEST_CONNECTIONS: Final = 50
OTHER_FILES: Final = 500
"""Open files that are not clients: connections to Redis, PlanFix and Telegram, files on disk."""

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of a body that a handler may ask for as a whole."""

_WANTED_FILES = 8_192
_BACKLOG = 512
_RECEIVE_BUFFER = 32 * 1024  # each connection may fill it several times over in our memory
_GRACE = 1.0
_TLS_HANDSHAKE = 10.0
_BOUNDS: dict[str, Any] = {
    "keepalive_timeout": 75.0,  # longer than proxies keep theirs, as a rule
    "lingering_time": 1.0,  # to swallow what came after a request that was answered already
    "max_line_size": 8_190,
    "max_field_size": 4_096,
    "max_headers": 48,
    "auto_decompress": False,  # a few bytes must not become gigabytes
    "read_bufsize": _RECEIVE_BUFFER,
    "access_log": None,
}


@asynccontextmanager
async def serving(
    app: web.Application, settings: ServerSettings, *, most: int | None = None
) -> AsyncIterator[int]:
    """Serve `app`; gives the port.

    Args:
        app: What is served; not started yet.
        settings: Where to listen.
        most: Connections at a time; None: as many as the system has files for.

    Raises:
        OSError: The port cannot be had.
    """
    certificate = _certificate(settings)
    connections = Connections(_most_connections() if most is None else most)
    app.middlewares.append(connections.attend)
    app.on_response_prepare.append(_add_headers)
    # A client that has gone must not go on to cost memory. What is being stored is stored anyway.
    runner = web.AppRunner(app, shutdown_timeout=_GRACE, handler_cancellation=True)
    await runner.setup()
    watches = [asyncio.create_task(connections.watch(), name="watch connections")]
    if certificate:
        watches.append(asyncio.create_task(certificate.watch(), name="watch certificate"))
    try:
        tls = certificate.context if certificate else None
        listener = await _listen(runner, connections, settings, tls)
        port: int = listener.sockets[0].getsockname()[1]
        log.info("server.started", host=settings.host, port=port)
        try:
            yield port
        finally:
            listener.close()
    finally:
        await runner.cleanup()
        await cancel(*watches)


async def _listen(
    runner: web.AppRunner,
    connections: Connections,
    settings: ServerSettings,
    tls: ssl.SSLContext | None,
) -> asyncio.Server:
    server = runner.server
    if server is None:
        raise RuntimeError("the runner is not set up")
    try:
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(connections, server, **_BOUNDS),
            settings.host,
            settings.port,
            ssl=tls,
            ssl_handshake_timeout=_TLS_HANDSHAKE if tls else None,
            backlog=_BACKLOG,
        )
    except OSError as error:
        number = error.errno or 0  # negative: the host's name was not found
        reason = os.strerror(number) if number > 0 else error.strerror
        raise OSError(
            f"server.host, server.port: cannot listen on {settings.host}:{settings.port}: {reason}"
        ) from error
    for listening in listener.sockets:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    return listener


def _certificate(settings: ServerSettings) -> Certificate | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    try:
        return Certificate(settings.tls_certificate, settings.tls_key)
    except (OSError, ValueError) as error:
        raise OSError(
            "server.tls_certificate, server.tls_key: are no pair of a certificate and its key "
            "as PEM files without a password"
        ) from error


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers[hdrs.SERVER] = SERVER_NAME
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


def _most_connections() -> int:
    """As many as leave enough files for everything else."""
    return max(FEWEST_CONNECTIONS, min(MOST_CONNECTIONS, raise_file_limit() - OTHER_FILES))


def raise_file_limit() -> int:
    """Let the process open as many files as we want, if it may; returns how many it can."""
    if sys.platform == "win32":
        return _WANTED_FILES
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _WANTED_FILES:
        return _WANTED_FILES
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, _WANTED_FILES)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
