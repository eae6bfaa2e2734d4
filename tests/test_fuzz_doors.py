"""Ten thousand strange inputs at the doors of the real bridge: it answers, and stays as it was."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.connections import FIRST_REQUEST
from strange_inputs import (
    FORM,
    FORM_TYPES,
    FORMS,
    HEADER_VALUE,
    HEADERS,
    METHODS,
    PATH,
    RIGHT,
    RIGHT_LINK,
    UPDATES,
    asked_by_another,
)  # fmt: skip
from support import PLANFIX_KEY, TOKEN, WEBHOOK_KEY, World, world
from wire import Answer, Wire, is_harmless, request, take, throw

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = 640
"""Of each test; each example is made into several inputs."""
INPUTS = 10_000
STALLED = 150
"""So many unfinished inputs are kept open, to see them ended."""
MEGABYTE = 1024 * 1024


def examples(count: int = EXAMPLES) -> settings:
    """The same `count` examples in each run."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@dataclass
class Siege:
    """A bridge and what was thrown at it."""

    running: World
    memory_before: int
    inputs: int = 0
    stalled: list[socket.socket] = field(default_factory=list)

    def ask(self, wire: Wire, data: bytes) -> Answer:
        """Send a request, whose answer must be no error of the server's own, and tell nothing."""
        self.inputs += 1
        answer = wire.ask(data)
        assert answer.status < 500, answer
        assert b"Traceback" not in answer.body
        assert "aiohttp" not in answer.headers
        return answer

    def throw(self, data: bytes) -> None:
        """Send bytes and see what comes at once; if nothing does, perhaps look again later."""
        self.inputs += 1
        thrown = throw(self.running.bridge.port, data)
        said, ended = take(thrown, 0.002)
        assert b"HTTP/1.1 5" not in said
        if said or ended or len(self.stalled) >= STALLED:
            thrown.close()
        else:
            self.stalled.append(thrown)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def siege(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    """A bridge that Telegram calls, and that has seen a few requests."""
    folder = tmp_path_factory.mktemp("bridge")
    async with world(folder, BRIDGE_TELEGRAM__MODE="webhook") as running:
        for _ in range(20):
            await running.bridge.get("/metrics")
        yield Siege(running, memory(running))


def memory(running: World) -> int:
    """Bytes that the bridge has in memory."""
    status = Path(f"/proc/{running.bridge.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


async def drive(fuzz: Callable[[Wire], None], siege: Siege) -> None:
    """Run a fuzz beside the loop that the far sides need."""
    with Wire(siege.running.bridge.port) as wire:
        await asyncio.to_thread(fuzz, wire)


def secret_of(siege: Siege) -> str:
    """What Telegram shows when it calls."""
    secret = siege.running.telegram.webhook.settings.secret
    assert secret
    return secret


def chunked(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A request whose body comes in two chunks."""
    head = request(method, path, headers | {"Transfer-Encoding": "chunked"})
    half = len(body) // 2
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part]
    return head + b"".join(chunks) + b"0\r\n\r\n"


def requests_to_break(siege: Siege) -> list[bytes]:
    """Good requests to every door."""
    update = {"X-Telegram-Bot-Api-Secret-Token": secret_of(siege)}
    return [
        request("POST", "/planfix", {"Content-Type": FORM}, urlencode(RIGHT).encode()),
        chunked("POST", "/planfix", {"Content-Type": FORM}, b"cmd=newMessage"),
        request("POST", "/telegram", update, b'{"update_id": 1}'),
        request("GET", RIGHT_LINK, {"Range": "bytes=0-1"}),
        request("GET", "/healthz", {"Upgrade": "websocket", "Connection": "Upgrade"}),
        request("GET", "/metrics", {}) * 3,
    ]


async def test_raw_bytes(siege: Siege) -> None:
    """Whatever comes on the socket, alone or behind a good request, gets no 5xx."""
    good = st.sampled_from(requests_to_break(siege))
    broken = st.builds(
        lambda data, at, size, noise: data[:at] + noise + data[at + size :],
        good, st.integers(0, 200), st.integers(0, 40), st.binary(min_size=1, max_size=30),
    )  # fmt: skip
    behind = request("GET", "/healthz", {})

    @examples(2 * EXAMPLES)
    @given(data=st.one_of(broken, broken, st.binary(min_size=1, max_size=300)))
    def fuzz(_: Wire, data: bytes) -> None:
        siege.throw(data)
        siege.throw(behind + data)

    await drive(fuzz, siege)


async def test_planfix_webhook(siege: Siege) -> None:
    """Forms of every sort get an answer of PlanFix's API, in time."""

    @examples()
    @given(method=METHODS, headers=HEADERS, content_type=FORM_TYPES, body=FORMS)
    def fuzz(
        wire: Wire, method: str, headers: dict[str, str], content_type: str, body: bytes
    ) -> None:
        odd = asked_by_another(headers) | {"Content-Type": content_type}
        plain = asked_by_another({"Content-Type": FORM})
        siege.ask(wire, request(method, "/planfix", odd, body))
        siege.ask(wire, request("POST", "/planfix", plain, body))
        siege.ask(wire, chunked("POST", "/planfix", plain, body))
        siege.ask(wire, request("POST", f"/planfix?{quote(body)}", plain, body + body))

    await drive(fuzz, siege)


async def test_telegram_webhook(siege: Siege) -> None:
    """Updates of every sort, with the secret and without, get an answer in time."""
    secret = {"X-Telegram-Bot-Api-Secret-Token": secret_of(siege)}

    @examples()
    @given(method=METHODS, headers=HEADERS, body=UPDATES, wrong=HEADER_VALUE)
    def fuzz(wire: Wire, method: str, headers: dict[str, str], body: bytes, wrong: str) -> None:
        forged = asked_by_another({"X-Telegram-Bot-Api-Secret-Token": wrong})
        siege.ask(wire, request(method, "/telegram", asked_by_another(headers | secret), body))
        siege.ask(wire, request("POST", "/telegram", secret, body))
        siege.ask(wire, chunked("POST", "/telegram", secret, body))
        assert siege.ask(wire, request("POST", "/telegram", forged, body)).status in {400, 401}

    await drive(fuzz, siege)


async def test_media_links(siege: Siege) -> None:
    """Paths of every sort get a plain refusal: the one link that is ours is of no file."""

    @examples()
    @given(method=METHODS, headers=HEADERS, path=PATH, wanted=HEADER_VALUE)
    def fuzz(wire: Wire, method: str, headers: dict[str, str], path: str, wanted: str) -> None:
        answers = [
            siege.ask(wire, request(method, path, asked_by_another(headers))),
            siege.ask(wire, request("GET", path, asked_by_another({}))),
            siege.ask(wire, request("GET", path, asked_by_another({"Range": f"bytes={wanted}"}))),
            siege.ask(wire, request("HEAD", path + path, asked_by_another({"If-Range": wanted}))),
        ]
        assert {answer.status for answer in answers} <= {400, 404, 405, 417}

    await drive(fuzz, siege)


async def test_nothing_stalls_for_ever(siege: Siege) -> None:
    """Every input that was not answered at once has been hung up on in time."""
    deadline = time.monotonic() + FIRST_REQUEST + 5  # though most of them are older
    for thrown in siege.stalled:
        thrown.settimeout(max(0.001, deadline - time.monotonic()))
        with thrown, suppress(ConnectionError):
            assert b"HTTP/1.1 5" not in await asyncio.to_thread(thrown.recv, 65536)


async def test_the_bridge_is_as_it_was(siege: Siege) -> None:
    """After all that: it works, has not grown, and each line of its log is one event."""
    bridge = siege.running.bridge
    assert siege.inputs >= INPUTS
    assert (await bridge.get("/readyz"))[0] == 200
    assert memory(siege.running) - siege.memory_before < 60 * MEGABYTE
    events = [json.loads(line) for line in bridge.output]
    assert not [event for event in events if "exception" in event]
    assert not [line for line in bridge.output if not is_harmless(line)]
    text = "".join(bridge.output)
    assert not [key for key in (WEBHOOK_KEY, PLANFIX_KEY, TOKEN, secret_of(siege)) if key in text]


async def test_who_leaves_costs_no_memory(siege: Siege) -> None:
    """Strangers who send most of a large body and leave, 800 MB in all, fill little memory."""
    before = memory(siege.running)
    port = siege.running.bridge.port
    headers = {"Content-Type": FORM, "Content-Length": "900000"}
    data = request("POST", "/planfix", headers) + b"message=" + b"a" * 800_000

    def come_and_go() -> None:
        with ExitStack() as stack:
            for _ in range(200):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5))
                client.setblocking(False)
                with suppress(BlockingIOError):
                    client.send(data)

    for _ in range(5):
        await asyncio.to_thread(come_and_go)
        assert (await siege.running.bridge.get("/readyz"))[0] == 200
    assert memory(siege.running) - before < 400 * MEGABYTE
