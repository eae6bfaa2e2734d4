"""Faults on demand: each kind, as a client meets it."""

import asyncio

import aiohttp
import pytest
from bot_api import BotApiClient

from sandbox.faults import Kind
from sandbox.telegram import Customer, TelegramSandbox

SHORT = aiohttp.ClientTimeout(total=0.3)


async def send(api: BotApiClient, customer: Customer) -> aiohttp.ClientResponse:
    """Send a text with a short patience, over a fresh connection."""
    body = {"chat_id": customer.chat_id, "text": "x"}
    async with aiohttp.ClientSession(timeout=SHORT) as session:
        return await session.post(f"{api.base}/sendMessage", json=body)


@pytest.mark.parametrize(
    ("kind", "error", "handled"),
    [
        ("refuse", aiohttp.ClientConnectionError, False),
        ("reset", aiohttp.ClientConnectionError, False),
        ("reset_after", aiohttp.ClientConnectionError, True),
        ("hang_before", TimeoutError, False),
        ("hang_after", TimeoutError, True),
    ],
)
async def test_broken_connections(  # noqa: PLR0917 - fixtures and a table's columns
    api: BotApiClient,
    telegram: TelegramSandbox,
    customer: Customer,
    kind: Kind,
    error: type[Exception],
    handled: bool,
) -> None:
    """The client sees its connection end or hang; what was handled has been handled."""
    telegram.faults.add(kind, match="sendMessage")
    with pytest.raises(error):
        await send(api, customer)
    assert len(customer.messages) == 1 + handled
    assert telegram.faults.count(kind) == 1
    assert (await send(api, customer)).status == 200


async def test_any_status_and_body(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """An HTML error page in front of Telegram, with headers, twice."""
    telegram.faults.add(
        "status",
        times=2,
        code=502,
        body="<html>",
        content_type="text/html",
        headers={"Retry-After": "3"},
    )
    for _ in range(2):
        answer = await send(api, customer)
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert answer.headers["Retry-After"] == "3"
    assert (await send(api, customer)).status == 200
    assert len(customer.messages) == 2


async def test_junk_and_slowness(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """A 200 with junk has been handled; a slow answer is an answer."""
    telegram.faults.add("garbage")
    async with api.session.post(
        f"{api.base}/sendMessage", json={"chat_id": customer.chat_id, "text": "x"}
    ) as answer:
        assert (answer.status, await answer.read()) == (200, b"\x00\xff{junk")
    assert len(customer.messages) == 2
    began = asyncio.get_running_loop().time()
    telegram.faults.add("slow", seconds=0.1)
    await send(api, customer)
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_rules_match_and_end(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """A rule fires for what it names, until it is cleared."""
    telegram.faults.add("status", match="getMe", times=None)
    for _ in range(3):
        async with api.session.get(f"{api.base}/getMe") as answer:
            assert answer.status == 500
    assert (await send(api, customer)).status == 200
    telegram.faults.clear()
    assert (await api.call("getMe"))["ok"]
    assert telegram.faults.count() == 3


async def test_away_and_back(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """While it does not listen, connections are refused, and waiting polls end."""
    poll = asyncio.create_task(api.call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    url = telegram.url
    await telegram.stop_listening()
    with pytest.raises(aiohttp.ClientConnectorError):
        await send(api, customer)
    await asyncio.wait({poll})
    await telegram.start_listening()
    assert telegram.url == url
    assert (await send(api, customer)).status == 200
