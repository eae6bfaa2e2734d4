"""The page's server: what a browser gets and what it can do, over real HTTP."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.page_server import PageServer
from sandbox.pictures import avatar
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox

SCRIPT = "<script>alert(1)</script>"
Events = Callable[[Callable[[dict[str, Any]], bool]], Awaitable[dict[str, Any]]]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """A running Telegram."""
    async with TelegramSandbox() as server:
        yield server


@pytest.fixture
async def planfix() -> AsyncIterator[PlanfixSandbox]:
    """A running PlanFix."""
    async with PlanfixSandbox() as server:
        yield server


@pytest.fixture
async def page(telegram: TelegramSandbox, planfix: PlanfixSandbox) -> AsyncIterator[PageServer]:
    """The page over both."""
    async with PageServer(telegram, planfix) as server:
        yield server


@pytest.fixture
async def browser(page: PageServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with the page as its base address."""
    async with aiohttp.ClientSession(page.url) as session:
        yield session


@pytest.fixture
async def events(browser: aiohttp.ClientSession) -> AsyncIterator[Events]:
    """Waits for the next server-sent event for which a condition holds."""
    async with browser.get("/api/events") as response:

        async def next_event(wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
            async for line in response.content:
                if line.startswith(b"data: ") and wanted(event := json.loads(line[6:])):
                    return dict(event)
            raise AssertionError("the stream has ended")

        yield next_event


def of_type(name: str) -> Callable[[dict[str, Any]], bool]:
    """Whether an event has that type."""
    return lambda event: event["type"] == name


async def test_the_page_is_local_and_runs_no_inline_script(browser: aiohttp.ClientSession) -> None:
    """The page and its files come from here alone, under a policy that forbids inline scripts."""
    async with browser.get("/") as response:
        html = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http://" not in html
    assert "https://" not in html
    for name in ("main.js", "base.css", "icon.svg"):
        async with browser.get(f"/static/{name}") as response:
            assert response.status == 200


@pytest.mark.parametrize("name", ["..%2Fcli.py", "%2Fetc%2Fpasswd", "", "nothing.js"])
async def test_no_other_file_is_served(browser: aiohttp.ClientSession, name: str) -> None:
    """Paths that lead elsewhere find nothing."""
    async with browser.get(f"/static/{name}") as response:
        assert response.status == 404


async def test_a_page_starts_from_everything_as_it_is(page: PageServer, events: Events) -> None:
    """The first event tells of customers that were there before."""
    assert (await events(of_type("snapshot")))["customers"] == []
    page.telegram.add_customer("Мария", "Соколова")
    event = await events(of_type("telegram.customer"))
    assert event["customer"]["first_name"] == "Мария"


async def test_a_customer_writes(
    page: PageServer, telegram: TelegramSandbox, browser: aiohttp.ClientSession, events: Events
) -> None:
    """A text typed on the page is in Telegram as it was typed, and comes back to every page."""
    customer = page.telegram.add_customer("Мария")
    path = f"/api/customers/{customer.chat_id}"
    async with browser.post(f"{path}/text", json={"text": SCRIPT}) as response:
        assert response.status == 200
    event = await events(of_type("telegram.message"))
    assert event["message"]["text"] == SCRIPT
    assert customer.messages[-1]["text"] == SCRIPT
    assert telegram.url


async def test_a_customer_sends_files(page: PageServer, browser: aiohttp.ClientSession) -> None:
    """Pictures go as an album of photos, other files as documents, the caption with the first."""
    customer = page.telegram.add_customer("Мария")
    form = aiohttp.FormData({"caption": "Вот"}, quote_fields=False)
    for name in ("a.png", "b.png"):
        form.add_field("file", avatar(name, 32), filename=name)
    form.add_field("file", b"<html>", filename="страница.html")
    path = f"/api/customers/{customer.chat_id}/files"
    async with browser.post(path, data=form) as response:
        assert response.status == 200
    first, second, document = customer.messages
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second, "caption" in document) == ("Вот", False, False)
    assert document["document"]["file_name"] == "страница.html"

    file_id = document["document"]["file_id"]
    async with browser.get(f"/media/telegram/{file_id}?name=страница.html") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert await response.read() == b"<html>"
    async with browser.get(f"/media/telegram/{first['photo'][-1]['file_id']}") as response:
        assert response.content_type == "image/png"


async def test_files_by_kind(page: PageServer, browser: aiohttp.ClientSession) -> None:
    """A voice message, a video and a sticker go as what they are, or as documents if asked."""
    customer = page.telegram.add_customer("Мария")
    path = f"/api/customers/{customer.chat_id}/files"
    for fields in ({"caption": "Вот"}, {"as_files": "1"}):
        form = aiohttp.FormData(fields)
        for name in ("a.webp", "b.ogg", "c.mp4"):
            form.add_field("file", b"data", filename=name)
        await browser.post(path, data=form)
    sent = customer.messages
    assert ["sticker" in sent[0], "voice" in sent[1], "video" in sent[2]] == [True] * 3
    assert sent[1]["caption"] == "Вот"
    assert [m["document"]["file_name"] for m in sent[3:]] == ["a.webp", "b.ogg", "c.mp4"]


async def test_replies_edits_and_reactions(
    page: PageServer, browser: aiohttp.ClientSession, events: Events
) -> None:
    """A customer answers a message, changes it and marks it; the page is told of each."""
    customer = page.telegram.add_customer("Мария")
    first = customer.send_text("Раз")["message_id"]
    path = f"/api/customers/{customer.chat_id}"
    await browser.post(f"{path}/text", json={"text": "Два", "reply_to": first})
    assert customer.messages[-1]["reply_to_message"]["message_id"] == first
    await browser.post(f"{path}/edit", json={"text": "Три", "message_id": first})
    await events(of_type("telegram.edited_message"))
    assert customer.messages[0]["text"] == "Три"
    await browser.post(f"{path}/react", json={"emoji": "❤", "message_id": first})
    await events(
        lambda e: (
            e["type"] == "telegram.customer"
            and e["customer"]["reactions"] == {str(first): {"customer": "❤"}}
        )
    )


async def test_blocking(page: PageServer, browser: aiohttp.ClientSession, events: Events) -> None:
    """A customer who blocked the bot cannot write; the page is told; unblocking ends it."""
    customer = page.telegram.add_customer("Мария")
    customer.start()
    path = f"/api/customers/{customer.chat_id}"
    await browser.post(f"{path}/block", json={"blocked": True})
    await events(lambda e: e["type"] == "telegram.customer" and e["customer"]["blocked"])
    async with browser.post(f"{path}/text", json={"text": "x"}) as response:
        assert response.status == 409
    await browser.post(f"{path}/block", json={"blocked": False})
    async with browser.post(f"{path}/text", json={"text": "x"}) as response:
        assert response.status == 200


async def test_an_operator_answers(
    planfix: PlanfixSandbox, browser: aiohttp.ClientSession, events: Events
) -> None:
    """An answer with a file reaches the webhook with the operator's name; its reply comes back."""
    came: list[Any] = []

    async def webhook(request: web.Request) -> web.Response:
        came.append(await request.post())
        return web.json_response({"error": "Invalid parameters"}, status=400)

    app = web.Application()
    app.router.add_post("/planfix", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    planfix.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/planfix")

    form = aiohttp.FormData(quote_fields=False)
    form.add_fields(("chat_id", "c1"), ("text", "Добрый день"), ("first_name", "Пётр"))
    form.add_field("file", b"%PDF", filename="счёт.pdf")
    async with browser.post("/api/tasks/answer", data=form) as response:
        assert await response.json() == {"status": 400, "error": "Invalid parameters"}
    await runner.cleanup()
    assert (came[0]["chatId"], came[0]["userName"]) == ("c1", "Пётр")
    assert came[0]["attachments[name]"] == "счёт.pdf"
    event = await events(
        lambda e: e["type"] == "planfix.message" and bool(e["message"]["delivery"])
    )
    async with browser.get(f"/media/planfix/{event['message']['id']}/0") as response:
        assert await response.read() == b"%PDF"


@pytest.mark.parametrize("body", ["", "[]", '{"text": 5}', '{"text": " "}', "{"])
async def test_bad_requests(page: PageServer, browser: aiohttp.ClientSession, body: str) -> None:
    """A body that is not what the page sends is 400 with a reason."""
    customer = page.telegram.add_customer("Мария")
    path = f"/api/customers/{customer.chat_id}/text"
    async with browser.post(
        path, data=body, headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]


async def test_other_sites_can_change_nothing(
    page: PageServer, browser: aiohttp.ClientSession
) -> None:
    """A request that another site's page sends is refused."""
    customer = page.telegram.add_customer("Мария")
    headers = {"Origin": "https://example.com"}
    path = f"/api/customers/{customer.chat_id}/start"
    async with browser.post(path, headers=headers) as response:
        assert response.status == 403
    assert not customer.messages


async def test_no_bridge_no_restart(browser: aiohttp.ClientSession) -> None:
    """Without a bridge of our own there is nothing to restart."""
    async with browser.post("/api/bridge/restart") as response:
        assert response.status == 409


async def test_an_operator_fills_in_where_the_bridge_is(
    planfix: PlanfixSandbox, browser: aiohttp.ClientSession, events: Events
) -> None:
    """The window for the integration shows PlanFix's side, and takes and keeps the bridge's."""
    shown = (await events(of_type("snapshot")))["integration"]
    assert (shown["planfix_url"], shown["planfix_key"]) == (planfix.url, "planfix-key")
    filled = {"chat_url": "http://127.0.0.1:9/planfix", "chat_key": "the bridge's"}
    async with browser.post("/api/integration", json=filled) as response:
        assert response.status == 200
    assert (await events(of_type("planfix.integration")))["integration"] == shown | filled
    for wrong in ({"chat_url": "bridge.example.com", "chat_key": "k"}, {"chat_url": "http://a/"}):
        async with browser.post("/api/integration", json=wrong) as response:
            assert response.status == 400
    assert planfix.integration == shown | filled
