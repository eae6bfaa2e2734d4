"""The doors of the real bridge: strangers learn nothing, wait ever longer, and leave no mark."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from bot.logs.throttle import BURST
from bot.media.links import FileRef, MediaLinks
from bot.web.doorkeeper import FREE_FAILURES, LONGEST_PAUSE
from support import PLANFIX_KEY, TOKEN, WEBHOOK_KEY, World, world
from wire import Answer, Wire, is_harmless, request, say

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = "application/x-www-form-urlencoded"
HOSTILE = "\x1b[31m\r\n2026-01-01 [error] fake\x9b2J\u2028\u202e"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bridge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A bridge that Telegram calls, and that logs for people."""
    folder = tmp_path_factory.mktemp("bridge")
    settings = {"BRIDGE_TELEGRAM__MODE": "webhook", "BRIDGE_LOG__FORMAT": "console"}
    async with world(folder, **settings) as running:
        yield running


def planfix_call(address: str, key: str, **fields: str) -> bytes:
    """A call of PlanFix, through a proxy that names the caller's address."""
    form = {"cmd": "newMessage", "providerId": "telegram", "token": key, **fields}
    headers = {"Content-Type": FORM, "X-Forwarded-For": address}
    return request("POST", "/planfix", headers, urlencode(form).encode())


def telegram_call(address: str, secret: str) -> bytes:
    """A call of Telegram, through the same proxy."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "X-Forwarded-For": address}
    return request("POST", "/telegram", headers, b'{"update_id": 1}')


def fetch(address: str, link: str) -> bytes:
    """A fetch of a file, through the same proxy."""
    return request("GET", f"/media/{link}/a.jpg", {"X-Forwarded-For": address})


def ask(bridge: World, data: bytes) -> tuple[Answer, float]:
    """The answer to a request on a connection of its own, and the seconds that it took."""
    start = time.monotonic()
    with Wire(bridge.bridge.port) as wire:
        answer = wire.ask(data)
    return answer, time.monotonic() - start


async def test_a_link_of_ours_is_no_attempt_to_get_in(bridge: World) -> None:
    """Who fetches files that Telegram has no more, by links that we made, never waits for it."""
    links = MediaLinks(TOKEN, bridge.bridge.url, timedelta(hours=1))
    path = links.link(FileRef("gone", "a.jpg")).removeprefix(bridge.bridge.url)
    for _ in range(FREE_FAILURES + 7):
        data = request("GET", path, {"X-Forwarded-For": "203.0.113.77"})
        answer, seconds = await asyncio.to_thread(ask, bridge, data)
        assert answer.status == 404
        assert seconds < LONGEST_PAUSE * 0.8


DOORS = [
    lambda address: planfix_call(address, "wrong"),
    lambda address: telegram_call(address, "wrong"),
    lambda address: fetch(address, "wrong"),
]


@pytest.mark.parametrize("door", range(len(DOORS)))
async def test_failures_slow_their_address_down(bridge: World, door: int) -> None:
    """Whoever fails again and again waits; others do not, and neither does who has the key."""
    address = f"203.0.113.{door}"
    for _ in range(FREE_FAILURES + 6):
        await asyncio.to_thread(ask, bridge, DOORS[door](address))
    refused, slow = await asyncio.to_thread(ask, bridge, DOORS[door](f"1.2.3.4, {address}"))
    assert refused.status in {401, 404}
    assert slow > LONGEST_PAUSE * 0.9
    another, quick = await asyncio.to_thread(
        ask, bridge, DOORS[door](f"{address}, 198.51.100.{door}")
    )
    assert another.status == refused.status
    assert quick < LONGEST_PAUSE * 0.8
    right = planfix_call(address, WEBHOOK_KEY, chatId="777", message="a", messageId=f"d{door}")
    answer, quick = await asyncio.to_thread(ask, bridge, right)
    assert answer.status == 200
    assert quick < LONGEST_PAUSE * 0.8


async def test_failures_are_logged_sparingly_and_without_the_key(bridge: World) -> None:
    """Forty attempts leave some lines, which name the door and the address and not the key."""
    tried = "tried-key-0123456789"
    for number in range(40):
        await asyncio.to_thread(ask, bridge, planfix_call(f"192.0.2.{number}", tried))
        await asyncio.to_thread(ask, bridge, fetch(f"192.0.2.{number + 100}", tried))
    lines = [line for line in bridge.bridge.output if "door.refused" in line]
    assert 1 <= len(lines) <= BURST + 10
    assert all("address=" in line and "door=" in line for line in lines)
    assert not [line for line in bridge.bridge.output if tried in line]
    assert (
        'bridge_refused_total{door="planfix",status="401"}'
        in (await bridge.bridge.get("/metrics"))[1]
    )


async def test_nothing_from_outside_acts_on_the_terminal(bridge: World) -> None:
    """What PlanFix and strangers send shows in the log, if at all, as harmless text on one line."""
    name = "hostile-mark"
    call = planfix_call("::1", WEBHOOK_KEY, chatId="777", message="a", messageId=name + HOSTILE)
    assert (await asyncio.to_thread(ask, bridge, call))[0].status == 200
    red = planfix_call(
        "::1", WEBHOOK_KEY, chatId="777", message="a", messageId="\x1b[31m\x9b\u202e"
    )
    assert (await asyncio.to_thread(ask, bridge, red))[0].status == 200
    strange = planfix_call(f"{name}\x1b[31m", "wrong", messageId=HOSTILE)
    await asyncio.to_thread(ask, bridge, strange)
    await asyncio.to_thread(ask, bridge, b"GET /\x1b[31m HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(5):
        while not any(name in line for line in bridge.bridge.output):  # noqa: ASYNC110 - see below
            await asyncio.sleep(0.01)  # in this format, nothing tells of a line
    assert not [line for line in bridge.bridge.output if not is_harmless(line)]
    assert not [line for line in bridge.bridge.output if line.startswith("2026-01-01 [error]")]


UNREADABLE = [
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(1_000)) + b"\r\n",
]


@pytest.mark.parametrize("data", UNREADABLE)
async def test_what_is_no_http_costs_one_line_at_most(bridge: World, data: bytes) -> None:
    """Broken requests get a bare 400; the log tells of them without any stack."""
    said, ended = await asyncio.to_thread(say, bridge.bridge.port, data, 5.0)
    assert ended
    assert said.split(b" ")[1] == b"400"
    assert said.endswith(b"Bad request")
    assert b"aiohttp" not in said
    assert not [line for line in bridge.bridge.output if "Traceback" in line]


ANSWERED = [
    ("GET", "/healthz", 200),
    ("GET", "/nothing", 404),
    ("PUT", "/healthz", 405),
    ("TRACE", "/telegram", 405),
    ("GET", "/telegram", 405),
    ("POST", "/telegram", 401),
    ("GET", "/planfix", 400),
    ("DELETE", "/media/a/b", 405),
    ("GET", "/media/a/b", 404),
    ("GET", "/media/a", 404),
    ("GET", "/../../etc/passwd", 404),
    ("GET", "/%2e%2e/config.toml", 404),
    ("GET", "/config.toml", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERED)
async def test_answers_tell_nothing_of_what_is_inside(
    bridge: World, method: str, path: str, status: int
) -> None:
    """No answer names a version, a file of ours or a secret, or has a stack trace."""
    answer, _ = await asyncio.to_thread(ask, bridge, request(method, path, {}))
    assert answer.status == status
    text = answer.headers + answer.body.decode()
    assert "Server: bridge" in text
    for hint in ("aiohttp", "Python", "Traceback", ".py", TOKEN, PLANFIX_KEY, WEBHOOK_KEY):
        assert hint not in text


async def test_huge_bodies_are_not_taken(bridge: World) -> None:
    """A body that nobody wants is refused at once, and its sender is hung up on soon."""

    async def send(path: str, length: str) -> None:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\n{length}\r\n\r\n"
        data = head.encode() + b"fffffff\r\n" + b"x" * 100_000
        said, ended = await asyncio.to_thread(say, bridge.bridge.port, data, 8.0)
        assert int(said.split(b" ")[1]) in {400, 401, 404, 405}, path
        assert ended, path

    lengths = ("Content-Length: 99999999999", "Transfer-Encoding: chunked")
    paths = ("/nothing", "/healthz", "/media/a/b", "/planfix", "/telegram")
    await asyncio.gather(*(send(path, length) for path in paths for length in lengths))
