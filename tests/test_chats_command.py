"""`python -m bot chats`, beside a real bridge and without one."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect, key_prefix
from bot_command import bot_command
from customer_walk import texts, troubles, wait_for_messages
from sandbox.telegram import Customer
from support import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

PREFIX = key_prefix(42)
PHONE = "+79161234567"
NAME = "Аполлинария"
SECRET_WORDS = "Сорок семь фазанов"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bridge keeps its data."""
    return tmp_path_factory.mktemp("chats")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(folder: Path) -> AsyncIterator[World]:
    """One bridge for all scenarios of this file."""
    async with world(folder) as bridge:
        yield bridge


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def redis(folder: Path, running: World) -> AsyncIterator[Redis]:
    """The Valkey of the bridge."""
    del running
    connection = connect(EmbeddedValkey(folder).url)
    yield connection
    await connection.aclose()


async def chats(running: World, *arguments: str, code: int = 0) -> str:
    """Run the command; a ban that comes or goes is known to the bridge when this returns."""
    before = len(running.bridge.events)
    said = await bot_command(running, "chats", *arguments, code=code)
    if arguments[0] in {"ban", "unban"} and not code:
        await running.bridge.wait_for_event("bans.read", since=before)
    return said


def heard(customer: Customer) -> list[str]:
    """What the bot has said to a customer."""
    return [m.get("text", "") for m in customer.messages if m["from"]["is_bot"]]


async def listed(running: World, *arguments: str) -> list[dict[str, Any]]:
    """What `list` tells machines."""
    said = await chats(running, "list", "--json", *arguments)
    return [json.loads(line) for line in said.splitlines()]


async def test_a_ban_holds_at_once_and_until_it_is_lifted(running: World) -> None:
    """A banned customer is told once and not forwarded; answers to them fail in words."""
    customer = running.telegram.add_customer("Борис")
    chat = str(customer.chat_id)
    customer.send_text("До")
    await wait_for_messages(running, customer.chat_id, 1)
    assert f"Banned {chat}." in await chats(running, "ban", chat, "--reason", "спам\n и реклама")
    for text in ("Раз", "Два"):
        customer.send_text(text)
    customer.edit_text(customer.messages[0]["message_id"], "Правка")
    await running.telegram.wait_for(lambda: len(heard(customer)) == 1)
    assert "больше не принимаем" in heard(customer)[0] or "no longer" in heard(customer)[0]

    await running.planfix.answer(chat, "Ответ", message_id="banned-1")
    await running.planfix.wait_for(lambda: running.planfix.message("banned-1").ticks == "error")
    assert "закрыл переписку" in running.planfix.message("banned-1").ticks_text

    passed = [e for e in running.bridge.events if e.get("event") == "telegram.banned"]
    assert [event["kind"] for event in passed] == ["message", "message", "edited_message"]
    assert not any("Раз" in line for line in running.bridge.output)
    _, metrics = await running.bridge.get("/metrics")
    assert 'bridge_handled_total{lane="planfix",outcome="banned"} 3.0' in metrics
    assert 'bridge_handled_total{lane="telegram",outcome="banned"} 1.0' in metrics

    [row] = [row for row in await listed(running, "--banned") if row["chat"] == chat]
    assert row["reason"] == "спам и реклама"
    assert chat in await chats(running, "list")

    assert "Lifted" in await chats(running, "unban", chat)
    assert "is not banned" in await chats(running, "unban", chat, code=1)
    customer.send_text("После")
    assert await wait_for_messages(running, customer.chat_id, 2) == ["До", "После"]
    assert len(heard(customer)) == 1
    assert [m.text for m in running.planfix.tasks[chat].messages if m.author == "our side"] == (
        heard(customer)
    )


async def test_what_waits_is_passed_over_too(running: World) -> None:
    """Messages that were stored before the ban do not get through after it."""
    customer = running.telegram.add_customer("Вера")
    running.planfix.faults.add("status", match="newMessage", code=503, times=None)
    customer.send_text("Ждёт")
    await running.bridge.wait_for_event(
        "worker.postponed", lambda e: e["chat"] == str(customer.chat_id)
    )
    await chats(running, "ban", str(customer.chat_id))
    running.planfix.faults.clear()
    await running.bridge.wait_for_event(
        "telegram.banned", lambda e: e["chat"] == str(customer.chat_id)
    )
    other = running.telegram.add_customer("Глеб")
    other.send_text("Я не забанен")
    await wait_for_messages(running, other.chat_id, 1)
    assert texts(running, customer.chat_id) == []


async def test_a_stranger_can_be_banned_beforehand(running: World) -> None:
    """A chat that has never written can be banned, and stands in the list."""
    await chats(running, "ban", "5550001")
    assert "5550001" in [row["chat"] for row in await listed(running, "--limit", "0")]
    assert "5550001" in await chats(running, "list", "--banned")
    first = await chats(running, "list", "--limit", "1")
    assert "and more: --limit 2" in first


async def stored_about(redis: Redis, needles: list[bytes]) -> list[str]:
    """The keys that hold one of these texts in their name or anywhere inside."""
    found = []
    for name in await redis.keys():
        kind = await redis.type(name)
        match kind:
            case b"string":
                values = [await redis.get(name)]
            case b"hash":
                values = [part for pair in (await redis.hgetall(name)).items() for part in pair]
            case b"list":
                values = await redis.lrange(name, 0, -1)
            case b"set":
                values = list(await redis.smembers(name))
            case _:
                values = await redis.zrange(name, 0, -1)
        if any(needle in value for value in [name, *values] for needle in needles):
            found.append(name.decode())
    return found


def on_disk(folder: Path, needles: list[bytes]) -> list[Path]:
    """The files of the embedded Valkey that hold one of these texts."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(n in path.read_bytes() for n in needles)]


async def test_forgetting_leaves_nothing(running: World, redis: Redis, folder: Path) -> None:
    """After `forget`, neither Redis nor its file holds the customer's id, name, phone or words."""
    customer = running.telegram.add_customer(NAME, username="apollinaria")
    chat = str(customer.chat_id)
    customer.send_text(SECRET_WORDS)
    customer.send_contact(PHONE)
    await wait_for_messages(running, customer.chat_id, 2)
    await running.planfix.answer(chat, f"Здравствуйте, {NAME}!", message_id="forget-1")
    await running.planfix.wait_for(lambda: running.planfix.message("forget-1").ticks == "sent")
    running.planfix.faults.add("status", match="newMessage", code=400, body='{"error": "нельзя"}')
    customer.send_text("Это не примут")
    await running.bridge.wait_for_event("worker.refused", lambda e: e["chat"] == chat)
    needles = [text.encode() for text in (chat, NAME, PHONE, SECRET_WORDS, "apollinaria")]
    assert await stored_about(redis, needles)
    assert on_disk(folder, needles)

    said = await chats(running, "forget", PHONE, code=1)
    assert f"{chat} has undelivered messages: 0 on their way, 1 put aside." in said
    assert await stored_about(redis, needles)

    said = await chats(running, "forget", PHONE, "--undelivered", "--json")
    told = json.loads(said)
    assert told["chat"] == chat
    assert told["disk"] == "rewritten"
    assert told["erased"]["messages"] >= 4
    assert {**told["erased"], "messages": 0} == {
        "record": 1, "phones": 1, "messages": 0, "unread": 1, "waiting": 0, "dead_letters": 1
    }  # fmt: skip
    assert await stored_about(redis, needles) == []
    assert on_disk(folder, needles) == []
    assert "Nothing is stored of" in await chats(running, "forget", chat)

    customer.send_text("Снова я")
    await running.planfix.wait_for(lambda: "Снова я" in texts(running, customer.chat_id))


async def test_a_ban_outlives_forgetting(running: World) -> None:
    """The ban stays with the chat's id alone, and the customer is not told of it again."""
    customer = running.telegram.add_customer("Дарья")
    chat = str(customer.chat_id)
    await chats(running, "ban", chat, "--reason", "Дарья хамит")
    customer.send_text("Раз")
    await running.telegram.wait_for(lambda: len(heard(customer)) == 1)
    await running.planfix.wait_for(lambda: chat in running.planfix.tasks)
    assert "The ban stays" in await chats(running, "forget", chat)
    [row] = [row for row in await listed(running, "--banned") if row["chat"] == chat]
    assert row["reason"] == ""
    before = len(running.bridge.events)
    customer.send_text("Два")
    await running.bridge.wait_for_event("telegram.banned", since=before)
    assert len(heard(customer)) == 1
    assert texts(running, customer.chat_id) == []


@pytest.mark.parametrize(
    ("chat", "words"),
    [("@anna", "Telegram ID"), ("+79990000000", "no customer has shared"),
     ("+1", "no customer has shared"), ("Анна", "no chat can have the id")],
)  # fmt: skip
async def test_a_chat_that_is_none_is_told(running: World, chat: str, words: str) -> None:
    """What names no chat ends with a sentence and 1."""
    assert words in await chats(running, "ban", chat, code=1)


async def test_nothing_failed(running: World) -> None:
    """None of the scenarios above has made a handler fail, but for the refused message."""
    assert [event["event"] for event in troubles(running)] == ["worker.refused"]
