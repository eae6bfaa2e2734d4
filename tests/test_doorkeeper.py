"""Who counts as one address, and how failures are remembered."""

from ipaddress import ip_network

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.monitoring.metrics import Metrics
from bot.web import doorkeeper
from bot.web.doorkeeper import FREE_FAILURES, Doorkeeper
from planfix_adapter import InvalidParameters, InvalidToken


class Wire:
    """The part of a connection that tells whose it is."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        """What aiohttp asks a transport."""
        return (self._peer, 4321) if name == "peername" else default


def test_a_key_that_can_be_guessed_is_told() -> None:
    """A short key is named by its setting, and not shown; a long one is fine."""
    with structlog.testing.capture_logs() as said:
        doorkeeper.warn_of_short_keys("server.status_key", ["long enough for anybody", "short"])
        doorkeeper.warn_of_short_keys("planfix.webhook_token", ["long enough for anybody"])
    assert [(each["event"], each["setting"]) for each in said] == [
        ("door.short_key", "server.status_key")
    ]
    assert "short" not in {str(value) for value in said[0].values()}


def asked_by(peer: str, *forwarded: str) -> web.Request:
    """A request of `peer` with `X-Forwarded-For` headers."""
    headers = [("X-Forwarded-For", value) for value in forwarded]
    return make_mocked_request("POST", "/planfix", headers, transport=Wire(peer))  # type: ignore[arg-type]


def keeper(*proxies: str) -> Doorkeeper:
    """A doorkeeper that believes these proxies."""
    return Doorkeeper([ip_network(proxy) for proxy in proxies], Metrics())


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", [], "198.51.100.1"),
        ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 10.1.0.7"], "10.1.0.7"),
        ("127.0.0.1", ["203.0.113.9, nonsense"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.0.7", ["203.0.113.9"], "10.1.0.7"),
        ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
    ],
)
def test_only_proxies_are_believed(peer: str, forwarded: list[str], address: str) -> None:
    """`X-Forwarded-For` counts from its end, as far as proxies of ours have written it."""
    assert keeper("10.0.0.0/24").address_of(asked_by(peer, *forwarded)) == address


async def fail(at: Doorkeeper, address: str, times: int) -> None:
    """Let an address fail."""
    for _ in range(times):
        await at.planfix_refused(asked_by(address), InvalidToken())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which takes time."""
    made: list[float] = []

    async def note(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(doorkeeper.asyncio, "sleep", note)
    return made


async def test_pauses_grow_up_to_a_bound(pauses: list[float]) -> None:
    """The first failures cost nothing, the next ones ever more, and never more than the bound."""
    await fail(keeper(), "198.51.100.1", 30)
    assert pauses[:FREE_FAILURES] == [0.0] * FREE_FAILURES
    assert pauses[FREE_FAILURES:] == sorted(pauses[FREE_FAILURES:])
    assert pauses[FREE_FAILURES] > 0
    assert pauses[-1] == doorkeeper.LONGEST_PAUSE


async def test_wrong_calls_with_the_key_cost_nothing(pauses: list[float]) -> None:
    """What breaks other rules than the key's is not slowed down."""
    at = keeper()
    for _ in range(30):
        await at.planfix_refused(asked_by("198.51.100.1"), InvalidParameters())
    assert not pauses


async def test_few_addresses_are_remembered(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many addresses fail, only the latest ones are kept."""
    monkeypatch.setattr(doorkeeper, "MOST_ADDRESSES", 2)
    at = keeper()
    await fail(at, "198.51.100.1", FREE_FAILURES + 1)
    await fail(at, "198.51.100.2", 1)
    await fail(at, "198.51.100.1", 1)
    assert pauses[-1] > 0
    await fail(at, "198.51.100.3", 1)
    await fail(at, "198.51.100.4", 1)
    await fail(at, "198.51.100.1", 1)
    assert pauses[-1] == 0


async def test_failures_are_forgiven(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """After a quiet time, an address is as good as new."""
    at = keeper()
    await fail(at, "198.51.100.1", FREE_FAILURES + 1)
    monkeypatch.setattr(doorkeeper, "MEMORY", 0.0)
    await fail(at, "198.51.100.1", 1)
    assert pauses[-1] == 0
