"""Long polling: stored before it is acknowledged, whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.chats.chats import ChatAddress, Chats
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.monitoring.metrics import Metrics
from bot.store.store import connect
from bot.telegram.source import Poller, UpdateStore, address_of
from support import TOKEN, until
from update_source import Source, frozen, receiving


@pytest.fixture
async def source(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Source]:
    """A source of updates."""
    async with receiving(redis, prefix, monkeypatch) as made:
        yield made


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


async def test_what_is_not_stored_is_not_acknowledged(
    source: Source, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Valkey hangs, Telegram keeps its updates; afterwards each is stored once."""
    monkeypatch.setattr("bot.store.store._ANSWER_SECONDS", 0.2)
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
    cases: list[tuple[dict[str, Any], ChatAddress]] = [
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
