"""Telegram's webhook: the same journal behind it, and no door for strangers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.chats.chats import Chats
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.monitoring.metrics import Metrics
from bot.store.store import connect
from bot.telegram.source import TelegramWebhook, UpdateStore
from support import free_port, until, world
from update_source import Source, frozen, receiving


@pytest.fixture
async def source(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Source]:
    """A source of updates."""
    async with receiving(redis, prefix, monkeypatch) as made:
        yield made


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
    monkeypatch.setattr("bot.store.store._ANSWER_SECONDS", 0.2)
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
