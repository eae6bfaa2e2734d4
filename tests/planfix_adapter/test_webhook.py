"""The webhook on a real server: what PlanFix, and what anybody else, is answered."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planfix_adapter import (
    ChatId,
    ChatRef,
    ContactId,
    MessageRejected,
    OperatorMessage,
    PlanfixWebhook,
)

KEY = "our-key-0123456789"
FORM = "application/x-www-form-urlencoded"
CALL = {
    "cmd": "newMessage",
    "providerId": "telegram",
    "token": KEY,
    "chatId": "42",
    "message": "Добрый день",
    "messageId": "m1",
}
INVALID = (400, {"error": "Invalid parameters"})

ServeApp = Callable[[web.Application], Awaitable[str]]


def form(**fields: str) -> bytes:
    """The body of the usual call with some fields set."""
    return urlencode({**CALL, **fields}).encode()


@dataclass
class Bridge:
    """A webhook on a server, its callback, and somebody to call it."""

    url: str = ""
    messages: list[OperatorMessage] = field(default_factory=list)
    error: Exception | None = None

    async def on_message(self, message: OperatorMessage) -> ChatRef:
        """Notes a message, or fails as it was told."""
        self.messages.append(message)
        if self.error:
            raise self.error
        return ChatRef(ChatId("42"), ContactId("7"))

    async def call(
        self, body: object, method: str = "POST", headers: dict[str, str] | None = None
    ) -> tuple[int, object]:
        """The status and the JSON of the answer to one call."""
        headers = {"Content-Type": FORM, **(headers or {})}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url, data=body, headers=headers) as response,
        ):
            assert response.content_type == "application/json"
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def talk(self, head: str, body: bytes = b"") -> tuple[int, object]:
        """The status and the JSON of the answer to raw bytes, once the server has hung up."""
        url = aiohttp.helpers.URL(self.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        lines = ["POST /planfix HTTP/1.1", "Host: x", f"Content-Type: {FORM}", head, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        status, _, content = (
            answer.decode().removeprefix("HTTP/1.1 100 Continue\r\n\r\n").partition(" ")
        )
        assert status == "HTTP/1.1"
        return int(content[:3]), json.loads(content.partition("\r\n\r\n")[2])


@pytest.fixture
async def bridge(serve: ServeApp) -> Bridge:
    """A webhook that takes two keys, bodies of up to 100 kB, and half a second for each."""
    bridge = Bridge()
    webhook = PlanfixWebhook(
        "telegram", ["old key", KEY], bridge.on_message, max_body=100_000, read_timeout=0.3
    )
    app = web.Application()
    webhook.register(app)
    bridge.url = await serve(app) + "/planfix"
    return bridge


async def test_a_message_is_handed_over(bridge: Bridge) -> None:
    """A right call reaches the callback, and PlanFix learns where the message belongs."""
    assert await bridge.call(form()) == (200, {"chatId": "42", "contactId": "7"})
    message = bridge.messages[0]
    assert (message.chat_id, message.text, message.message_id) == ("42", "Добрый день", "m1")
    assert KEY not in repr(message) + message.raw


async def test_calls_share_a_connection(bridge: Bridge) -> None:
    """PlanFix may keep its connection, whatever becomes of its messages."""
    created = 0

    async def count(*_: object) -> None:
        nonlocal created
        created += 1

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(count)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        for bridge.error in (None, MessageRejected("No."), RuntimeError(), None):
            await session.post(bridge.url, data=form(), headers={"Content-Type": FORM})
    assert created == 1


async def test_another_path_can_be_served(serve: ServeApp) -> None:
    """The path is the caller's choice."""
    bridge = Bridge()
    app = web.Application()
    PlanfixWebhook("telegram", [KEY], bridge.on_message).register(app, "/hooks/planfix")
    bridge.url = await serve(app) + "/hooks/planfix"
    assert (await bridge.call(form()))[0] == 200


async def test_both_keys_open_while_they_are_rotated(bridge: Bridge) -> None:
    """The old key and the new one are accepted, a third one is not."""
    assert (await bridge.call(form(token="old key")))[0] == 200
    assert await bridge.call(form(token="third")) == (401, {"error": "Invalid token"})


async def test_strangers_learn_nothing_but_that(bridge: Bridge) -> None:
    """Without the key, any form gets the same answer, whatever else is wrong with it."""
    for body in (b"", b"a=b", form(token="", cmd="other"), form(token="x", providerId="y")):
        assert await bridge.call(body) == (401, {"error": "Invalid token"})


async def test_a_rejected_message_gets_its_reason(bridge: Bridge) -> None:
    """The callback's own reason reaches the operator."""
    bridge.error = MessageRejected("The customer must write first.")
    assert await bridge.call(form()) == (400, {"error": "The customer must write first."})


@pytest.mark.parametrize(
    "error", [RuntimeError("secret"), TimeoutError(), web.HTTPFound("/secret")]
)
async def test_a_failing_callback_is_a_503(
    bridge: Bridge, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """Whatever the callback raises, PlanFix gets a 503, and the log says what happened."""
    bridge.error = error
    assert await bridge.call(form()) == (503, {"error": "Temporarily unavailable"})
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == [
        "planfix_adapter.webhook"
    ]
    assert type(error).__name__ in caplog.text


async def test_the_log_holds_no_key_and_no_text(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our key, nor a wrong one, nor a message is ever logged."""
    caplog.set_level(logging.DEBUG)
    await bridge.call(form())
    await bridge.call(form(token="wrong-key"))
    await bridge.call(form(cmd="other"))
    bridge.error = RuntimeError()
    await bridge.call(form())
    assert "webhook.refused status=401" in caplog.text
    assert not any(word in caplog.text for word in (KEY, "wrong-key", "Добрый"))


@pytest.mark.parametrize(
    "body",
    [
        form(cmd="getTask"),
        form(cmd=""),
        form(providerId="viber"),
        form(chatId=""),
        form(message=""),
        form() + b"&chatId=43",
        form() + b"&attachments[name]=a.jpg",
        form() + b"&attachments[name]=a.jpg&attachments[url]=x&attachments[url]=y",
        form() + b"&x=%4",
        form() + b"&x=%ff",
        form() + b"&x=\xff",
        form() + b"&x=%00",
        form() + b"&x=1" * 10_000,
        form(message="x" * 100_000),
    ],
)
async def test_a_wrong_call_is_refused(bridge: Bridge, body: bytes) -> None:
    """A call that breaks the API's rules gets the API's own answer."""
    assert await bridge.call(body) == INVALID
    assert not bridge.messages


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(bridge: Bridge, method: str) -> None:
    """Only POST is a call of PlanFix."""
    status, answer = await bridge.call(form(), method)
    assert (status, answer or INVALID[1]) == INVALID


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "nonsense"},
        {"Content-Type": f"{FORM}; charset=koi8-r"},
        {"Content-Type": f"{FORM}; charset=utf-16"},
        {"Content-Type": f"{FORM}; charset=klingon"},
        {"Content-Type": f"{FORM}; charset=\"a'b*%"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "nonsense"},
    ],
)
async def test_other_bodies_are_refused(bridge: Bridge, headers: dict[str, str]) -> None:
    """A body that is no plain form in UTF-8 is refused, whatever it is."""
    for body in (form(), json.dumps(CALL).encode(), b"--x\r\n\r\n--x--"):
        assert await bridge.call(body, headers=headers) == INVALID


@pytest.mark.parametrize(
    "content_type", [f"{FORM}; charset=UTF-8", FORM.upper(), f'{FORM};charset="utf8"']
)
async def test_the_usual_spellings_of_a_form_are_taken(bridge: Bridge, content_type: str) -> None:
    """UTF-8 may be named, and case does not matter."""
    assert (await bridge.call(form(), headers={"Content-Type": content_type}))[0] == 200


async def test_a_chunked_body_is_taken_and_bounded(bridge: Bridge) -> None:
    """A body without a stated length is read, up to the limit."""

    async def chunks(count: int):  # noqa: ANN202 - an async generator of bytes
        yield form()
        for _ in range(count):
            yield b"&x=" + b"1" * 9_000

    assert (await bridge.call(chunks(1)))[0] == 200
    assert await bridge.call(chunks(20)) == INVALID


async def test_a_compressed_flood_is_refused(bridge: Bridge) -> None:
    """A few bytes that would become gigabytes are refused unread."""
    flood = gzip.compress(form(message="x" * 9_000_000))
    assert await bridge.call(flood, headers={"Content-Encoding": "gzip"}) == INVALID


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 5", b"a=%zz"),
        ("Content-Length: 1000", b""),
        ("Content-Length: 1000", b"cmd=newMessage"),
        ("Content-Length: 99999999", b"cmd=newMessage"),
        ("Transfer-Encoding: chunked", b"4\r\ncmd="),
        ("Transfer-Encoding: chunked", b"fffffff\r\ncmd="),
        ("Content-Length: 1000\r\nContent-Encoding: gzip", b"x" * 50),
        ("Content-Length: 1000\r\nExpect: 100-continue", b""),
        ("Content-Length: 99999999\r\nExpect: 100-continue", b""),
    ],
)
async def test_strangers_do_not_hold_a_connection(bridge: Bridge, head: str, body: bytes) -> None:
    """A wrong or stalled call is refused in time, and its connection is closed soon after."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    assert await bridge.talk(head, body) == INVALID
    assert loop.time() - start < 2.5


async def test_a_body_that_drips_is_not_waited_for(bridge: Bridge) -> None:
    """A byte now and then does not stretch the time that a call has."""
    url = aiohttp.helpers.URL(bridge.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        f"POST /planfix HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
        "Content-Length: 1000\r\n\r\n".encode()
    )
    answer = asyncio.create_task(reader.readuntil(b"}"))
    async with asyncio.timeout(2):
        while not answer.done():
            writer.write(b"x")
            await asyncio.wait([answer], timeout=0.05)
    assert (await answer).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_broken_chunks_are_refused(bridge: Bridge) -> None:
    """Chunks that break the rules of HTTP after a good beginning end in a refusal."""
    url = aiohttp.helpers.URL(bridge.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST /planfix HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
    writer.write(f"{head}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n".encode())
    await reader.readuntil(b"Continue\r\n\r\n")  # the webhook is now reading
    writer.write(b"4\r\ncmd=\r\nzz\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.split(b" ")[1] == b"400"
    writer.close()


async def test_a_caller_who_leaves_costs_nothing(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    """A caller who hangs up within the body is no error, and the next call is answered."""
    url = aiohttp.helpers.URL(bridge.url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        f"POST /planfix HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
        "Content-Length: 1000\r\n\r\ncmd=".encode()
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await bridge.call(form()))[0] == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_keep_sending_does_not_hide_the_answer(bridge: Bridge) -> None:
    """Who sends far too much can still read why it was refused."""
    assert await bridge.call(io.BytesIO(b"x" * 3_000_000)) == INVALID


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda noise: form() + b"&" + noise),
        st.lists(st.sampled_from([f"{k}={v}" for k, v in CALL.items()]), max_size=9).map(
            lambda fields: "&".join(fields).encode()
        ),
    ),
    content_type=st.sampled_from([FORM, FORM, "application/json", f"{FORM}; charset=x"]),
)
def test_nothing_makes_it_stumble(body: bytes, content_type: str) -> None:
    """Arbitrary bytes get 200, 400 or 401, always as JSON, and never a server's error."""

    async def call() -> tuple[int, object]:
        bridge = Bridge()
        app = web.Application()
        PlanfixWebhook("telegram", [KEY], bridge.on_message).register(app)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            bridge.url = f"http://127.0.0.1:{runner.addresses[0][1]}/planfix"
            return await bridge.call(body, headers={"Content-Type": content_type})
        finally:
            await runner.cleanup()

    status, answer = asyncio.run(call())
    assert status in {200, 400, 401}
    assert isinstance(answer, dict)
