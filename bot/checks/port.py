"""Our port: free, taken, or a running bridge's."""

import errno
import ipaddress
import socket
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import aiohttp

from bot.checks.finding import Finding, State, found
from bot.checks.network import TroubleError
from bot.checks.probing import answering_probes, probe
from bot.settings.settings import ServerSettings, Settings
from bot.texts.checks import CheckTexts

NAME: Final = "port"

_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class PortLook:
    """Who has our port."""

    finding: Finding
    running: bool = False
    """A bridge of this bot."""
    listening: bool = False
    """Nobody had it; now we have, and answer probes."""


async def take_port(settings: Settings, words: CheckTexts, stack: AsyncExitStack) -> PortLook:
    """Look who has our port. If nobody has, listen there until `stack` is closed."""
    server = settings.server
    where = f"{server.host}:{server.port}"
    if server.port and await _bridge_answers(settings):
        return PortLook(found(NAME, State.OK, words.port.running, where=where), running=True)
    try:
        await stack.enter_async_context(answering_probes(settings))
    except OSError as error:
        return PortLook(_refused(error.__cause__ or error, where, words))
    return PortLook(found(NAME, State.OK, words.port.free, where=where), listening=True)


def _refused(cause: BaseException, where: str, words: CheckTexts) -> Finding:
    texts = words.port
    if isinstance(cause, ssl.SSLError | ValueError):  # the certificate has a check of its own
        return found(NAME, State.SKIPPED, texts.no_certificate, where=where)
    if isinstance(cause, socket.gaierror):
        return found(NAME, State.FAILED, texts.no_host, setting="server.host", where=where)
    number = cause.errno if isinstance(cause, OSError) else None
    told, setting = {
        errno.EADDRINUSE: (texts.taken, "server.port"),
        errno.EACCES: (texts.forbidden, "server.port"),
        errno.EADDRNOTAVAIL: (texts.no_host, "server.host"),
    }.get(number or 0, (texts.refused, "server.host"))
    reason = getattr(cause, "strerror", None) or type(cause).__name__
    return found(NAME, State.FAILED, told, setting=setting, where=where, reason=str(reason))


async def _bridge_answers(settings: Settings) -> bool:
    """Whether a bridge of this bot listens there."""
    # Whose certificate it is does not matter here: the signed answer tells who it is.
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        try:
            _, ours = await probe(
                session, _local_address(settings.server), settings, seconds=_PATIENCE
            )
        except TroubleError:
            return False
        return ours


def _local_address(server: ServerSettings) -> str:
    host = server.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        if address.is_unspecified:
            host = "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004 - IPv4
        host = f"[{host}]" if ":" in host else host
    scheme = "https" if server.tls_certificate else "http"
    return f"{scheme}://{host}:{server.port}"
