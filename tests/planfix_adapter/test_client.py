"""The client against real servers: what goes out, and what each way of failing means."""

import asyncio
import re
import shutil
import socket
import ssl
import struct
import subprocess
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
from aiohttp import web

from planfix_adapter import (
    ChatId,
    Contact,
    ContactId,
    DeliveryStatus,
    MessageId,
    MessageStatus,
    NewMessage,
    Outcome,
    PlanfixClient,
    PlanfixError,
    PlanfixOutcomeUnknown,
    PlanfixRefused,
    PlanfixUnauthorized,
    PlanfixUnavailable,
)

KEY = "planfix-key-0123456789"
HI = NewMessage(ChatId("42"), "Привет & hi", Contact(ContactId("7"), "Anna"))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

Connect = Callable[..., Awaitable[PlanfixClient]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ServeRaw = Callable[[Talk], Awaitable[str]]


class Planfix(Protocol):
    """The PlanFix that the fixture gives."""

    url: str
    calls: list[list[tuple[str, str]]]
    requests: list[web.Request]
    answers: deque[web.Response]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: ([0-9]+)", head)
    assert length
    return head + await reader.readexactly(int(length[1]))


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with a reset instead of a farewell."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def failure(client: PlanfixClient) -> PlanfixError:
    """The error of a call, once it is sure that the key is nowhere in it."""
    with pytest.raises(PlanfixError) as caught:
        await client.new_message(HI)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    report = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    assert KEY not in report
    return error


async def test_every_method_sends_its_command(planfix: Planfix, connect: Connect) -> None:
    """Each method makes its call, with the key under both names, and gives what was asked."""
    client = await connect(planfix.url)
    number = web.json_response({"data": {"number": 1014}})
    planfix.answers.extend([number, web.json_response({"data": {"number": 7}})])
    assert await client.get_task(ChatId("42")) == 1014
    assert await client.get_contact(ContactId("7")) == 7
    await client.new_message(HI)
    await client.update_contact(HI.contact)
    await client.message_status(MessageStatus(MessageId("m1"), DeliveryStatus.SENT))
    calls = [dict(call) for call in planfix.calls]
    assert [call["cmd"] for call in calls] == [
        "getTask",
        "getContact",
        "newMessage",
        "updateContact",
        "messageStatus",
    ]
    for call, request in zip(calls, planfix.requests, strict=True):
        assert (call["providerId"], call["planfix_token"], call["token"]) == ("telegram", KEY, KEY)
        assert request.content_type == "application/x-www-form-urlencoded"
    assert calls[2]["message"] == "Привет & hi"


async def test_the_channel_goes_with_every_message(planfix: Planfix, connect: Connect) -> None:
    """The client's channel fills in for a message without one, and only there."""
    client = await connect(planfix.url, channel="shop")
    await client.new_message(HI)
    await client.new_message(NewMessage(HI.chat_id, "x", HI.contact, channel="own"))
    assert [dict(call)["channel"] for call in planfix.calls] == ["shop", "own"]


async def test_connections_are_used_again(planfix: Planfix, connect: Connect) -> None:
    """Calls one after another share a connection, also after answers that were errors."""
    client = await connect(planfix.url)
    planfix.answers.extend([web.Response(), web.Response(status=400), web.Response(status=503)])
    await client.new_message(HI)
    for _ in range(2):
        await failure(client)
    await client.new_message(HI)
    assert len({request.transport for request in planfix.requests}) == 1


async def test_no_more_connections_than_allowed(serve_raw: ServeRaw, connect: Connect) -> None:
    """Calls beyond `max_connections` wait for their turn, and all are carried out."""
    open_now, most = 0, 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        while not reader.at_eof():
            await read_request(reader)
            writer.write(OK)
        open_now -= 1

    client = await connect(await serve_raw(talk), max_connections=3)
    await asyncio.gather(*(client.new_message(HI) for _ in range(20)))
    assert most == 3


async def test_a_given_session_is_used_and_left_open(planfix: Planfix) -> None:
    """A session of the caller's serves the calls and survives the client."""
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with PlanfixClient(planfix.url, KEY, "telegram", session=session) as client:
            planfix.answers.append(web.json_response({"error": "No"}, status=400))
            assert (await failure(client)).reason == "No"
        assert not session.closed


async def test_cookies_are_not_kept(planfix: Planfix, connect: Connect) -> None:
    """PlanFix's cookies do not come back to it."""
    client = await connect(planfix.url)
    planfix.answers.append(web.Response(headers={"Set-Cookie": "a=b"}))
    await client.new_message(HI)
    await client.new_message(HI)
    assert "Cookie" not in planfix.requests[1].headers


async def test_redirects_are_not_followed(planfix: Planfix, connect: Connect) -> None:
    """A redirect is an error that names the setting, and the key goes nowhere else."""
    client = await connect(planfix.url)
    planfix.answers.append(web.Response(status=307, headers={"Location": planfix.url}))
    error = await failure(client)
    assert error.outcome is Outcome.FAILED
    assert "planfix.url" in error.reason
    assert len(planfix.calls) == 1


async def test_planfix_says_when_to_come_back(planfix: Planfix, connect: Connect) -> None:
    """The time to wait arrives with the error."""
    client = await connect(planfix.url)
    planfix.answers.append(web.Response(status=429, headers={"Retry-After": "7"}))
    error = await failure(client)
    assert (error.status, error.retry_after) == (429, 7.0)


async def test_words_that_repeat_the_key_are_redacted(planfix: Planfix, connect: Connect) -> None:
    """PlanFix's own words are given without the key that they may quote."""
    client = await connect(planfix.url)
    planfix.answers.append(web.json_response({"error": f"Unknown key {KEY}!"}, status=401))
    error = await failure(client)
    assert isinstance(error, PlanfixUnauthorized)
    assert error.reason.endswith("Unknown key ***!")


async def test_a_refusal_has_planfixs_words(planfix: Planfix, connect: Connect) -> None:
    """What PlanFix does not know is a refusal in its own words."""
    client = await connect(planfix.url)
    planfix.answers.append(web.json_response({"error": "task not found"}, status=400))
    with pytest.raises(PlanfixRefused) as caught:
        await client.get_task(ChatId("42"))
    assert caught.value.reason == "task not found"


async def test_an_endless_answer_is_cut(serve_raw: ServeRaw, connect: Connect) -> None:
    """An answer without end is not read to its end, and its connection is not used again."""
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            closed.set()

    client = await connect(await serve_raw(talk))
    assert isinstance(await failure(client), PlanfixOutcomeUnknown)
    await asyncio.wait_for(closed.wait(), 5)


async def test_a_refused_connection_surely_failed(connect: Connect) -> None:
    """With nobody at the port, the call was not carried out."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        client = await connect(f"http://127.0.0.1:{sock.getsockname()[1]}/")
        assert isinstance(await failure(client), PlanfixUnavailable)


async def test_an_unknown_host_surely_failed(connect: Connect) -> None:
    """A name that does not exist means that the call was not carried out, and the error says so."""
    client = await connect("https://account.planfix.invalid/webchat/api")
    error = await failure(client)
    assert isinstance(error, PlanfixUnavailable)
    assert "host name" in error.reason


async def test_a_full_house_surely_failed(connect: Connect) -> None:
    """A connection that is not accepted in time means that the call was not carried out."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        address = sock.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        client = await connect(f"http://127.0.0.1:{address[1]}/", connect_timeout=0.2)
        error = await failure(client)
        for filler in fillers:
            filler.close()
    assert isinstance(error, PlanfixUnavailable)
    assert "in time" in error.reason


async def test_a_call_that_never_got_a_connection_surely_failed(
    serve_raw: ServeRaw, connect: Connect
) -> None:
    """A call that only waited for its turn is told from the one that hangs."""

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.Event().wait()

    client = await connect(await serve_raw(talk), max_connections=1, timeout=0.4)
    errors = await asyncio.gather(failure(client), failure(client))
    assert [error.outcome for error in errors] == [Outcome.UNKNOWN, Outcome.FAILED]


async def test_no_tls_surely_failed(serve_raw: ServeRaw, connect: Connect) -> None:
    """A port that does not speak TLS never gets to see the call."""
    seen = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.extend(await reader.read(1_000))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    client = await connect((await serve_raw(talk)).replace("http:", "https:"))
    assert isinstance(await failure(client), PlanfixUnavailable)
    assert b"newMessage" not in seen


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
async def test_a_certificate_that_is_not_trusted_surely_failed(
    tmp_path: Path, connect: Connect
) -> None:
    """A server that cannot prove its name never gets to see the call."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(subprocess.run, [*make, *files], check=True, stderr=subprocess.DEVNULL)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    calls = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.read(1_000))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = await connect(f"https://127.0.0.1:{port}/")
        error = await failure(client)
    assert isinstance(error, PlanfixUnavailable)
    assert "ertificate" in error.reason
    assert not any(calls)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"planfix-key-0123456789 is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nplanfix-key-0123456789\r\n\r\n",
    ],
)
@pytest.mark.parametrize("end", [reset, asyncio.StreamWriter.close])
async def test_a_connection_that_dies_after_the_call_leaves_it_open(
    serve_raw: ServeRaw,
    connect: Connect,
    answer: bytes,
    end: Callable[[asyncio.StreamWriter], None],
) -> None:
    """Once the call is out, a broken connection or a broken answer means that nobody knows."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()
        end(writer)

    error = await failure(await connect(await serve_raw(talk)))
    assert isinstance(error, PlanfixOutcomeUnknown)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"])
async def test_an_answer_that_does_not_come_leaves_it_open(
    serve_raw: ServeRaw, connect: Connect, answer: bytes
) -> None:
    """Once the call is out, a time-out means that nobody knows, also within the answer."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await asyncio.Event().wait()

    error = await failure(await connect(await serve_raw(talk), timeout=0.2))
    assert isinstance(error, PlanfixOutcomeUnknown)
    assert "in time" in error.reason


async def test_a_status_other_than_success_says_enough(
    serve_raw: ServeRaw, connect: Connect
) -> None:
    """If the connection dies within an error's body, the error's status still counts."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 10\r\n\r\n{")

    error = await failure(await connect(await serve_raw(talk)))
    assert (error.outcome, error.status, error.retry_after) == (Outcome.FAILED, 503, 3.0)


async def test_a_connection_closed_while_idle_is_replaced(
    serve_raw: ServeRaw, connect: Connect
) -> None:
    """A kept connection that PlanFix has closed meanwhile does not cost a call."""
    closed = asyncio.Event()
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await read_request(reader)
        calls += 1
        writer.write(OK)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        closed.set()

    client = await connect(await serve_raw(talk))
    await client.new_message(HI)
    await closed.wait()
    for _ in range(5):
        await asyncio.sleep(0)  # lets the client's side see the farewell, which is already there
    await client.new_message(HI)
    assert calls == 2


async def test_a_kept_connection_that_dies_on_a_call_leaves_it_open(
    serve_raw: ServeRaw, connect: Connect
) -> None:
    """A kept connection that breaks under a call is not tried again behind the caller's back."""
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await read_request(reader)
        calls += 1
        writer.write(OK)
        await read_request(reader)
        calls += 1
        reset(writer)

    client = await connect(await serve_raw(talk))
    await client.new_message(HI)
    assert isinstance(await failure(client), PlanfixOutcomeUnknown)
    assert calls == 2


async def test_a_cancelled_call_is_cancelled(serve_raw: ServeRaw, connect: Connect) -> None:
    """A task that ends while it waits for PlanFix ends as a cancelled task does."""
    arrived = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrived.set()
        await asyncio.Event().wait()

    client = await connect(await serve_raw(talk))
    task = asyncio.create_task(client.new_message(HI))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
