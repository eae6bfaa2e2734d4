"""Updates: long polling, and delivery to a webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from bot_api import BotApiClient

from sandbox.telegram import Customer, TelegramSandbox


async def test_an_update_wakes_a_waiting_poll(api: BotApiClient, customer: Customer) -> None:
    """A long poll returns as soon as there is something."""
    poll = asyncio.create_task(api.updates(timeout=30))
    await asyncio.sleep(0)
    customer.send_text("hi")
    (update,) = await poll
    assert update["message"]["text"] == "hi"


async def test_confirmed_updates_vanish(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Updates stay until an offset above them, come in order, and at most `limit` at once."""
    for number in range(5):
        customer.send_text(str(number))
    first = await api.updates(limit=2)
    assert await api.updates(limit=2) == first
    rest = await api.updates(offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in first + rest] == list("01234")
    last = await api.updates(offset=-1)
    assert last == rest[-1:]
    assert len(telegram.updates.pending) == 1
    assert await api.updates(offset=last[0]["update_id"] + 1) == []


async def test_a_second_poller_ends_the_first(api: BotApiClient, customer: Customer) -> None:
    """The request that waited gets a 409, the new one goes on."""
    first = asyncio.create_task(api.call("getUpdates", timeout=30))
    second = asyncio.create_task(api.call("getUpdates", timeout=30))
    done, (left,) = await asyncio.wait({first, second}, return_when="FIRST_COMPLETED")
    answer = done.pop().result()
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    customer.send_text("hi")
    assert (await left)["ok"]


async def test_allowed_updates_are_remembered(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Reactions come only if listed; a list holds until another; raw updates always come."""
    customer.react(1, "👍")
    assert await api.updates(allowed_updates=["message_reaction"]) == []
    customer.react(1, "🔥")
    customer.send_text("not listed")
    (update,) = await api.updates()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    update_id = telegram.push_update({"message": {"poisoned": True}})
    assert (await api.updates(offset=-1))[0]["update_id"] == update_id
    await api.updates(offset=update_id + 1, allowed_updates=[])
    customer.send_text("by default")
    assert len(await api.updates()) == 1


async def test_the_bot_can_answer_a_raw_update(
    api: BotApiClient, telegram: TelegramSandbox
) -> None:
    """A chat in an update made by hand is known from then on."""
    chat = {"id": -100500, "type": "supergroup", "title": "Г"}
    telegram.push_update({"message": {"message_id": 7, "date": 1, "chat": chat, "dice": {}}})
    to = {"message_id": 7}
    sent = await api.result("sendMessage", chat_id=-100500, text="x", reply_parameters=to)
    assert sent["reply_to_message"]["message_id"] == 7


class Hook:
    """A bot's webhook: what came, and what it will answer."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.came = asyncio.Condition()
        self.hold: dict[str, asyncio.Event] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Take one update."""
        update: dict[str, Any] = await request.json()
        text = update["message"]["text"]
        self.texts.append(text)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        async with self.came:
            self.came.notify_all()
        if text in self.hold:
            await self.hold[text].wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait(self, number: int) -> None:
        """Wait until `number` updates have come."""
        async with asyncio.timeout(5), self.came:
            await self.came.wait_for(lambda: len(self.texts) >= number)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A listening webhook."""
    receiver = Hook()
    app = web.Application()
    app.router.add_post("/telegram", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield receiver
    for event in receiver.hold.values():
        event.set()
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer, hook: Hook
) -> None:
    """What was pending comes too, with the secret; getUpdates is refused meanwhile."""
    customer.send_text("1")
    assert await api.result("setWebhook", url=hook.url, secret_token="s-1")
    customer.send_text("2")
    await telegram.wait_for(lambda: not telegram.updates.pending)
    assert hook.texts == ["1", "2"]
    assert hook.secrets == ["s-1", "s-1"]
    assert await api.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    assert await api.result("deleteWebhook")
    customer.send_text("3")
    assert len(await api.updates()) == 1


async def test_a_failed_delivery_is_repeated_before_the_next(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer, hook: Hook
) -> None:
    """Only a 2xx lets the next update of a chat through; the error is told."""
    hook.answers = [web.Response(status=500), web.Response(status=302), web.Response(status=201)]
    await api.result("setWebhook", url=hook.url)
    customer.send_text("1")
    customer.send_text("2")
    await telegram.wait_for(lambda: not telegram.updates.pending)
    assert hook.texts == ["1", "1", "1", "2"]
    info = await api.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    assert info["pending_update_count"] == 0
    assert info["max_connections"] == 40


async def test_a_slow_chat_delays_no_other(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer, hook: Hook
) -> None:
    """While one chat's update is not answered, another chat's goes through."""
    other = telegram.add_customer("Other")
    hook.hold["slow"] = asyncio.Event()
    await api.result("setWebhook", url=hook.url)
    customer.send_text("slow")
    await hook.wait(1)
    customer.send_text("after")
    other.send_text("other")
    await hook.wait(2)
    assert hook.texts == ["slow", "other"]
    hook.hold["slow"].set()
    await hook.wait(3)
    assert hook.texts[-1] == "after"


async def test_a_webhook_that_is_away(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Nothing is lost while nobody listens; the reason is told."""
    await api.result("setWebhook", url="http://127.0.0.1:1/telegram")
    customer.send_text("1")
    await telegram.wait_for(lambda: telegram.webhook.last_error is not None)
    info = await api.result("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
    assert await api.result("setWebhook", url="")
    assert len(await api.updates()) == 1


async def test_a_method_in_the_webhooks_answer(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer, hook: Hook
) -> None:
    """A webhook may answer with a method, which is then carried out."""
    answer = {"method": "sendMessage", "chat_id": customer.chat_id, "text": "pong"}
    hook.answers = [web.json_response(answer)]
    await api.result("setWebhook", url=hook.url)
    customer.send_text("ping")
    await telegram.wait_for(lambda: customer.messages[-1].get("text") == "pong")


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"url": "http://a.ru/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.ru:99/"}, "ports 80, 88, 443 or 8443"),
        ({"url": "http://[bad"}, "invalid webhook URL specified"),
        ({"url": "https://a.ru", "secret_token": "тайна"}, "secret token contains unallowed"),
    ],
)
async def test_webhooks_that_are_refused(
    api: BotApiClient, parameters: dict[str, str], description: str
) -> None:
    """A webhook needs HTTPS, except on this machine, and a plain secret."""
    assert description in await api.refusal("setWebhook", **parameters)
