"""Telegram → journal: stored before it is acknowledged, whatever goes wrong."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiohttp import web
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot import telegram_source
from bot.chats import ChatAddress, Chats
from bot.journal import Journal
from bot.lanes import PLANFIX
from bot.metrics import Metrics
from bot.settings import TelegramSettings
from bot.store import connect
from bot.telegram_api import make_bot
from bot.telegram_source import Poller, TelegramWebhook, UpdateStore, address_of
from sandbox.telegram import TelegramSandbox
from support import TOKEN, free_port, until, world


class Source:
    """A sandbox Telegram, an empty journal, and a bot between them."""

    def __init__(self, telegram: TelegramSandbox, redis: Redis, prefix: str) -> None:
        self.telegram = telegram
        self.redis = redis
        self.bot: Bot = make_bot(
            TelegramSettings.model_validate({"token": TOKEN, "api_url": telegram.url})
        )
        self.journal = Journal(redis, prefix)
        self.store = UpdateStore(self.journal, Chats(redis, prefix), Metrics())
        self.poller = Poller(self.bot, self.store)

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """The poller at work."""
        task = asyncio.create_task(self.poller.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def stored(self) -> list[dict[str, Any]]:
        """Every update in the journal, chat by chat."""
        leases, _ = await self.journal.claim(PLANFIX, chats=100, entries=1000)
        found = [json.loads(entry.body) for lease in leases for entry in lease.entries]
        await self.journal.reclaim(PLANFIX)
        return found

    async def until_acknowledged(self) -> None:
        """Wait until Telegram has nothing more for us."""
        await self.telegram.wait_for(lambda: not self.telegram.updates.pending)


@pytest.fixture
async def source(redis: Redis, prefix: str) -> AsyncIterator[Source]:
    """A source between a sandbox Telegram and a real Valkey."""
    async with TelegramSandbox(token=TOKEN, webhook_pause_scale=0.05) as telegram:
        made = Source(telegram, redis, prefix)
        yield made
        await made.bot.session.close()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come quickly."""
    monkeypatch.setattr(telegram_source, "_PAUSE", 0.05)
    monkeypatch.setattr(telegram_source, "_LONGEST_PAUSE", 0.1)


async def test_polled_updates_are_stored_as_they_came(source: Source) -> None:
    """Every update is in the journal, byte for byte as JSON, before Telegram may forget it."""
    customer = source.telegram.add_customer("Анна 💌")
    for n in range(5):
        customer.send_text(str(n))
    given = list(source.telegram.updates.pending.values())
    async with source.polling():
        await source.until_acknowledged()
        assert source.poller.running
    assert await source.stored() == given


@asynccontextmanager
async def frozen(redis: Redis) -> AsyncIterator[None]:
    """Valkey hangs."""
    process_id = (await redis.info("server"))["process_id"]
    os.kill(process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process_id, signal.SIGCONT)


async def test_what_is_not_stored_is_not_acknowledged(
    source: Source, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Valkey hangs, Telegram keeps its updates; afterwards each is stored once."""
    monkeypatch.setattr("bot.store._ANSWER_SECONDS", 0.2)
    impatient = connect(f"unix://{redis.connection_pool.connection_kwargs['path']}")
    journal = Journal(impatient, "p:{x}:")
    poller = Poller(source.bot, UpdateStore(journal, Chats(impatient, "p:{x}:"), Metrics()))
    async with frozen(redis):
        source.telegram.add_customer("Анна").send_text("Здравствуйте")
        task = asyncio.create_task(poller.run())
        with capture_logs() as logs:
            await until(lambda: [e["event"] for e in logs].count("telegram.polling_failed") > 1)
        assert len(source.telegram.updates.pending) == 1
        assert not poller.running
    await source.until_acknowledged()
    task.cancel()
    leases, _ = await journal.claim(PLANFIX, chats=9)
    assert [len(lease.entries) for lease in leases] == [1]
    await asyncio.gather(task, return_exceptions=True)
    await impatient.aclose()


POISON: list[dict[str, Any]] = [
    {"message": "no object"},
    {"message": {"chat": {"id": "text"}, "from": [1]}},
    {"message": {"chat": {"id": True}}},
    {"message": {"chat": {"id": 10**40}}},
    {"message": {"text": "\ud83d half a letter", "chat": {"id": 5}}},
    {"message": None, "unknown_kind": [[[[]]]]},
    {"message": {"chat": {"id": 5}, "business_connection_id": "a b\nc", "is_topic_message": True,
                 "message_thread_id": -1}},
    {},
]  # fmt: skip


async def test_poisoned_updates_hold_up_nobody(source: Source) -> None:
    """Updates that make no sense are stored like all others, and what follows them comes too."""
    for body in POISON:
        source.telegram.push_update(body)
    source.telegram.add_customer("Анна").send_text("after")
    async with source.polling():
        await source.until_acknowledged()
    stored = await source.stored()
    assert len(stored) == len(POISON) + 1
    assert "after" in [update["message"].get("text") for update in stored if _has_text(update)]


def _has_text(update: dict[str, Any]) -> bool:
    return isinstance(update.get("message"), dict)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "<html>",
        '{"ok": true}',
        '{"ok": true, "result": {}}',
        '{"ok": true, "result": [1, null, {"message": {}}, {"update_id": "7"}]}',
        '{"ok": "yes", "result": []}',
        '{"ok": false}',
        '{"ok": false, "error_code": "x", "parameters": 5}',
        "[" * 100_000,
    ],
)
async def test_wrong_answers_are_survived(source: Source, answer: str) -> None:
    """After whatever answer, polling goes on at a bounded rate, and no update is lost."""
    source.telegram.add_customer("Анна").send_text("Здравствуйте")
    fault = source.telegram.faults.add("status", "getUpdates", times=None, code=200, body=answer)
    async with source.polling():
        await asyncio.sleep(0.4)  # how often it asks in this time is what is looked at
        assert 1 <= fault.fired <= 9
        assert not source.poller.running
        assert len(source.telegram.updates.pending) == 1
        source.telegram.faults.clear()
        await source.until_acknowledged()
    assert len(await source.stored()) == 1


async def test_errors_come_with_advice(source: Source) -> None:
    """A refused token and a second poller are told in words that help, without the token."""
    source.telegram.fail_next("getUpdates", 401, "Unauthorized")
    source.telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    source.telegram.fail_next("getUpdates", 502, "Bad Gateway")
    with capture_logs() as logs:
        async with source.polling():
            await until(lambda: source.poller.running)
    hints = [entry["hint"] for entry in logs if entry["event"] == "telegram.polling_failed"]
    assert "telegram.token" in hints[0]
    assert "another program" in hints[1]
    assert TOKEN not in str(logs)


async def test_telegram_is_waited_for_as_long_as_it_says(source: Source) -> None:
    """`retry_after` is obeyed."""
    source.telegram.too_many_requests("getUpdates", retry_after=1)
    start = asyncio.get_running_loop().time()
    async with source.polling():
        await until(lambda: source.poller.running)
    assert asyncio.get_running_loop().time() - start >= 1


async def test_an_absent_telegram_is_waited_for(source: Source) -> None:
    """The bridge may start before Telegram can be reached."""
    await source.telegram.stop_listening()
    async with source.polling():
        await asyncio.sleep(0.2)  # some tries
        assert not source.poller.running
        await source.telegram.start_listening()
        source.telegram.add_customer("Анна").send_text("Здравствуйте")
        await source.until_acknowledged()
    assert len(await source.stored()) == 1


async def test_polling_takes_a_webhook_away(source: Source) -> None:
    """A webhook that is still set is deleted when the bridge polls."""
    await source.bot.set_webhook("http://127.0.0.1:1/nowhere")
    source.telegram.add_customer("Анна").send_text("Здравствуйте")
    async with source.polling():
        await source.until_acknowledged()
    assert source.telegram.webhook.settings is None


def test_every_update_has_a_chat() -> None:
    """The chat is found wherever the kinds of updates keep it; else there is a common one."""
    chat = {"id": 5}
    cases = [
        ({"message": {"chat": chat, "from": {"id": 9}}}, ChatAddress(5)),
        ({"callback_query": {"from": {"id": 9}, "message": {"chat": chat}}}, ChatAddress(5)),
        ({"callback_query": {"from": {"id": 9}, "inline_message_id": "x"}}, ChatAddress(9)),
        ({"my_chat_member": {"chat": chat, "from": {"id": 9}}}, ChatAddress(5)),
        ({"message_reaction": {"chat": chat, "user": {"id": 9}}}, ChatAddress(5)),
        ({"business_connection": {"id": "b", "user": {"id": 9}}}, ChatAddress(9)),
        (
            {"business_message": {"chat": chat, "business_connection_id": "b-1"}},
            ChatAddress(5, None, "b-1"),
        ),
        (
            {"message": {"chat": {"id": -5}, "is_topic_message": True, "message_thread_id": 3}},
            ChatAddress(-5, 3),
        ),
        ({"message": {"chat": {"id": -5}, "message_thread_id": 3}}, ChatAddress(-5)),
        ({"poll": {"id": "1"}}, ChatAddress(1)),
        ({"message": {"chat": {"id": 10**40}}}, ChatAddress(1)),
    ]
    for body, address in cases:
        assert address_of({"update_id": 1, **body}) == address, body


@asynccontextmanager
async def hooked(source: Source) -> AsyncIterator[tuple[TelegramWebhook, str]]:
    """The webhook on a server of its own, and its address; Telegram is not told yet."""
    port = free_port()
    public_url = f"http://127.0.0.1:{port}"
    webhook = TelegramWebhook(source.bot, source.store, public_url)
    app = web.Application(client_max_size=100_000)
    webhook.register(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield webhook, public_url + webhook.path
    finally:
        await source.telegram.webhook.delete()
        await runner.cleanup()


def secret_of(source: Source) -> str:
    """The secret that Telegram was told."""
    settings = source.telegram.webhook.settings
    assert settings
    return settings.secret


async def test_delivered_updates_are_stored(source: Source) -> None:
    """By webhook, the same updates come into the same journal; ready once Telegram is told."""
    async with hooked(source) as (webhook, _):
        assert not webhook.running
        source.telegram.fail_next("setWebhook", 502, "Bad Gateway")
        await webhook.run()
        assert webhook.running
        customer = source.telegram.add_customer("Анна")
        for n in range(5):
            customer.send_text(str(n))
        given = list(source.telegram.updates.pending.values())
        await source.until_acknowledged()
    assert await source.stored() == given


async def test_what_cannot_be_stored_is_delivered_again(
    source: Source, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Valkey hangs, a delivery gets 503 in time; its repeat is stored, once."""
    monkeypatch.setattr("bot.store._ANSWER_SECONDS", 0.2)
    impatient = connect(f"unix://{redis.connection_pool.connection_kwargs['path']}")
    source.store = UpdateStore(Journal(impatient, "p:{x}:"), Chats(impatient, "p:{x}:"), Metrics())
    async with hooked(source) as (webhook, _):
        await webhook.run()
        async with frozen(redis):
            source.telegram.add_customer("Анна").send_text("Здравствуйте")
            await until(lambda: source.telegram.webhook.last_error)
            assert "503" in str(source.telegram.webhook.last_error)
            assert len(source.telegram.updates.pending) == 1
        await source.until_acknowledged()
    leases, _ = await Journal(impatient, "p:{x}:").claim(PLANFIX, chats=9)
    assert [len(lease.entries) for lease in leases] == [1]
    await impatient.aclose()


async def test_a_repeated_delivery_is_stored_once(source: Source) -> None:
    """An update that is delivered again, since our answer was lost, is taken and not doubled."""
    update = {"update_id": 7, "message": {"chat": {"id": 5}, "text": "once"}}
    async with hooked(source) as (webhook, url), aiohttp.ClientSession() as http:
        await webhook.run()
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret_of(source)}
        for _ in range(3):
            async with http.post(url, json=update, headers=headers) as response:
                assert response.status == 200
    assert await source.stored() == [update]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"{}", 400),
        (b'{"update_id": "7"}', 400),
        (b'{"update_id": true}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 50_000, 400),
        (b'"' + b"x" * 200_000 + b'"', 413),
    ],
)
async def test_what_is_no_update_is_refused(source: Source, body: bytes, status: int) -> None:
    """Bodies that are no update are refused, never with a 500, and nothing is stored."""
    async with hooked(source) as (webhook, url), aiohttp.ClientSession() as http:
        await webhook.run()
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret_of(source)}
        async with http.post(url, data=body, headers=headers) as response:
            assert response.status == status
    assert await source.stored() == []


@pytest.mark.parametrize("secret", [None, "", "wrong", "ключ".encode().decode("latin-1")])
async def test_strangers_are_turned_away(source: Source, secret: str | None) -> None:
    """Without the secret header, or with a wrong one: 401, and nothing is stored."""
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with hooked(source) as (webhook, url), aiohttp.ClientSession() as http:
        await webhook.run()
        async with http.post(url, json={"update_id": 1}, headers=headers) as response:
            assert response.status == 401
            assert await response.read() == b""
    assert await source.stored() == []


async def test_the_bridge_runs_by_webhook(tmp_path: Path) -> None:
    """`telegram.mode = webhook`: the real bridge is ready once Telegram is told, and carries."""
    async with world(tmp_path, BRIDGE_TELEGRAM__MODE="webhook") as running:
        running.telegram.add_customer("Анна").send_text("Здравствуйте")
        await running.planfix.wait_for(lambda: bool(running.planfix.accepted("newMessage")))
        assert await running.bridge.get("/readyz") == (200, '{"redis": true, "telegram": true}')
        assert not [call for call in running.telegram.calls if call.method == "getUpdates"]
