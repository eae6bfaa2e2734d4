"""Slows down addresses whose attempts to get in keep failing. Who has the key never waits."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.logs.throttle import LogThrottle
from bot.media.view import FROM_US
from bot.monitoring.metrics import Metrics
from bot.settings.types import Network
from planfix_adapter import InvalidToken, WebhookError

log = structlog.get_logger("bot.web.doorkeeper")

FREE_FAILURES: Final = 5
"""So many attempts of an address may fail before it is slowed down: people make mistakes."""
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 1.0
MEMORY: Final = 600.0
"""Seconds without a failure after which an address is as good as new."""
MOST_ADDRESSES: Final = 10_000

SHORTEST_KEY: Final = 16
"""Characters. Pauses alone do not protect a key that can be guessed."""

_FAILED = frozenset({401, 403, 404})
_DOORS = frozenset({"planfix", "telegram", "media", "status"})


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


def warn_of_short_keys(setting: str, keys: Iterable[str]) -> None:
    """Say so if a key of ours, which `setting` gives, is too short."""
    if any(len(key) < SHORTEST_KEY for key in keys):
        log.warning("door.short_key", setting=setting, shortest=SHORTEST_KEY)


class Doorkeeper:
    """Counts failed attempts by address, logs them sparingly and without what they tried.

    Args:
        proxies: Who may tell in `X-Forwarded-For` for whom it asks, besides loopback.
        metrics: Where failures are counted.
    """

    def __init__(self, proxies: Sequence[Network], metrics: Metrics) -> None:
        self._proxies = tuple(proxies)
        self._metrics = metrics
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._throttle = LogThrottle()

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Slow down what a handler is about to refuse."""
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            if refusal.status in _FAILED:
                await self._slow_down(request, refusal.status)
            raise
        tried_to_get_in = response.status in _FAILED and FROM_US not in response
        if tried_to_get_in and not response.prepared:
            await self._slow_down(request, response.status)
        return response

    async def planfix_refused(self, request: web.Request, error: WebhookError) -> None:
        """Slow down a call that lacks our key; only take note of one that is wrong otherwise."""
        if isinstance(error, InvalidToken):
            await self._slow_down(request, error.status)
        else:
            self._note(request, error.status, self.address_of(request))

    async def _slow_down(self, request: web.Request, status: int) -> None:
        address = self.address_of(request)
        self._note(request, status, address)
        await asyncio.sleep(self._pause(address))

    def _note(self, request: web.Request, status: int, address: str) -> None:
        """Tell which door it was, and not the path: it may hold what was tried."""
        first = request.path.removeprefix("/").partition("/")[0]
        door = first if first in _DOORS else "other"
        self._metrics.refused.labels(door, str(status)).inc()
        if (unlogged := self._throttle.held_back()) is not None:
            log.warning(
                "door.refused", door=door, status=status, address=address, unlogged=unlogged
            )

    def _pause(self, address: str) -> float:
        """Count one more failure of the address; returns how many seconds it has to wait."""
        now = time.monotonic()
        known = self._failures.pop(address, None)
        count = known.count + 1 if known and now - known.last < MEMORY else 1
        self._failures[address] = _Failures(count, now)
        if len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)
        if count <= FREE_FAILURES:
            return 0.0
        pause: float = FIRST_PAUSE * 2 ** min(count - FREE_FAILURES - 1, 10)
        return min(LONGEST_PAUSE, pause)

    def address_of(self, request: web.Request) -> str:
        """Who asks: the peer or, if that is a proxy of ours, whom it names last."""
        peer = _address(request.remote or "")
        if peer is None or not self._is_proxy(peer):
            return _group(peer)
        named = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, ())).split(",")
        for text in reversed(named):
            address = _address(text.strip())
            if address is None:
                break
            peer = address
            if not self._is_proxy(address):
                break
        return _group(peer)

    def _is_proxy(self, address: IPv4Address | IPv6Address) -> bool:
        return address.is_loopback or any(address in network for network in self._proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _group(address: IPv4Address | IPv6Address | None) -> str:
    """What counts as one: an IPv4 address, or the 64 bits of IPv6 that a client gets as a whole."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address or "unknown")
