"""What nobody should send, but somebody does, through the real bridge."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from customer_walk import calls, messages, texts, troubles, wait_for_messages
from support import World, world
from updates import customer, message, photo, private_chat

Raw = dict[str, Any]
pytestmark = pytest.mark.asyncio(loop_scope="module")

UNSUPPORTED = "[неподдерживаемое сообщение: {}]"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all scenarios of this file."""
    async with world(tmp_path_factory.mktemp("odd")) as bridge:
        yield bridge


def poisoned(user_id: int) -> dict[str, tuple[Raw, str]]:
    """Updates that are not as the Bot API has them, and what operators are to get."""
    good = message({"text": "привет"}, user_id)
    person = {"from": customer(user_id), "chat": private_chat(user_id)}
    return {
        "photo without sizes": (
            {"message": message({"photo": [], "caption": "вот"}, user_id)}, "вот"),
        "photo that is no photo": (
            {"message": message({"photo": "x", "caption": "вот"}, user_id)},
            "вот\n" + UNSUPPORTED.format("photo")),
        "message without a date": (
            {"message": {k: v for k, v in good.items() if k != "date"}},
            "привет\n" + UNSUPPORTED.format("message")),
        "number in the wrong place": (
            {"message": good | {"message_id": "first", "voice": {"file_id": 1}}},
            "привет\n" + UNSUPPORTED.format("voice")),
        "unknown kind of message": (
            {"message": message({"hologram": {"depth": 3}}, user_id)},
            UNSUPPORTED.format("hologram")),
        "unknown kind of update": (
            {"hologram_sent": {**person, "date": 1}}, UNSUPPORTED.format("hologram_sent")),
        "known kind that is not asked for": (
            {"purchased_paid_media": {"from": customer(user_id), "paid_media_payload": "p"}},
            UNSUPPORTED.format("purchased_paid_media")),
        "reaction of an unknown type": (
            {"message_reaction": {"chat": private_chat(user_id), "user": customer(user_id),
                                  "message_id": 1, "date": 1, "old_reaction": [],
                                  "new_reaction": [{"type": "emoji", "emoji": "👍"},
                                                   {"type": "sound"}]}},
            "[реакция 👍 — сообщение]"),
        "text of control characters": (
            {"message": message({"text": "\0\x01"}, user_id)}, UNSUPPORTED.format("text")),
        "half of a character": (
            {"message": message({"text": "a\ud83db"}, user_id)}, "a\ufffd\ufffd\ufffdb"),
        "message without a sender": (
            {"message": {k: v for k, v in good.items() if k != "from"}}, "привет"),
        "message from the bot itself": (
            {"message": good | {"from": {"id": 42, "is_bot": True, "first_name": "Бот"}}},
            "привет"),
        "null fields": ({"message": good | {"photo": None, "entities": None}}, "привет"),
    }  # fmt: skip


async def test_odd_updates_are_told_all_the_same(running: World) -> None:
    """Whatever is wrong with an update, the operator reads what could be saved of it."""
    first = 830_000
    for number, name in enumerate(poisoned(first)):
        running.telegram.push_update(poisoned(first + number)[name][0])
    for number, name in enumerate(poisoned(first)):
        expected = poisoned(first + number)[name][1]
        arrived = await wait_for_messages(running, first + number, 1)
        assert arrived == [expected], name
        assert messages(running, first + number)[0].author_name.strip(), name
    assert not troubles(running)
    assert "1" not in running.planfix.tasks


async def test_what_cannot_be_told_is_kept_with_a_reason(running: World) -> None:
    """An update that names nobody is put aside, and stops nothing behind it."""
    running.telegram.push_update({"message": "nonsense"})
    running.telegram.push_update({"message": {"chat": {"id": "x"}, "text": "кто я?"}})
    running.telegram.push_update({"message": message({"text": "я здесь"}, 840_000)})
    assert await wait_for_messages(running, 840_000, 1) == ["я здесь"]
    event = await running.bridge.wait_for_event("worker.refused")
    assert event["reason"] == "not an update as the Bot API has it: 'message'"


async def test_groups_channels_and_business_chats_are_passed_over(running: World) -> None:
    """From chats that are not private nothing is forwarded, which is logged once per chat."""
    group = {"id": -1001, "type": "supergroup", "title": "Дача"}
    channel = {"id": -1002, "type": "channel", "title": "Новости"}
    business = message({"text": "секрет", "business_connection_id": "bc1"}, 850_001)
    post = {"message_id": 1, "date": 1, "chat": channel, "text": "пост"}
    member = {"chat": group, "from": customer(850_000), "date": 1,
              "old_chat_member": {"status": "left", "user": customer(42)},
              "new_chat_member": {"status": "member", "user": customer(42)}}  # fmt: skip
    for update in (
        {"message": message({"text": "в группе"}, 850_000) | {"chat": group}},
        {"message": message({"photo": photo()}, 850_000) | {"chat": group}},
        {"edited_message": message({"text": "в группе!"}, 850_000) | {"chat": group}},
        {"message": message({"photo": 5}, 850_000) | {"chat": group, "date": "no"}},
        {"my_chat_member": member},
        {"channel_post": post},
        {"edited_channel_post": post},
        {"business_message": business},
        {"edited_business_message": business},
        {"inline_query": {"id": "1", "from": customer(850_002), "query": "q", "offset": ""}},
        {"poll": {"id": "1", "question": "q", "options": [], "total_voter_count": 0,
                  "is_closed": True, "is_anonymous": True, "type": "regular",
                  "allows_multiple_answers": False}},
    ):  # fmt: skip
        running.telegram.push_update(update)
    running.telegram.push_update({"message": message({"text": "конец"}, 850_003)})
    await wait_for_messages(running, 850_003, 1)
    await running.bridge.wait_for_event("telegram.passed_over", lambda e: "business" in e["chat"])
    await running.bridge.wait_for_event("telegram.ignored", lambda e: e["kind"] == "poll")
    assert not any(texts(running, chat_id) for chat_id in (850_000, 850_001, 850_002))
    assert {"-1001", "-1002"}.isdisjoint(running.planfix.tasks)
    passed = [e for e in running.bridge.events if e["event"] == "telegram.passed_over"]
    assert sorted(e["chat"] for e in passed) == ["-1001", "-1002", "850001:business:bc1"]
    assert all(e["reason"] for e in passed)


async def test_odd_names_reach_planfix_readable(running: World) -> None:
    """Invisible, broken and very long names become names that PlanFix can take."""
    names = {"\u3164": "860000", "Ян\0на\u202e": "Янна", "Ю" * 64: "Ю" * 64}
    for user_id, name in enumerate(names, start=860_000):
        sender = {"id": user_id, "is_bot": False, "first_name": name}
        odd = message({"text": "я"}, user_id) | {"from": sender}
        running.telegram.push_update({"message": odd})
    for user_id, expected in enumerate(names.values(), start=860_000):
        await wait_for_messages(running, user_id, 1)
        [call] = calls(running, "newMessage", user_id)
        assert call.get("contactName") == expected
        assert call.get("title") == f"{expected} — Telegram"


async def test_updates_that_name_nobody_are_kept(running: World) -> None:
    """Each update of an unknown kind without a customer becomes a dead letter of its own."""
    for kind in ("future_a", "future_b"):
        running.telegram.push_update({kind: {"x": 1}})
        await running.bridge.wait_for_event(
            "worker.refused", lambda e, kind=kind: kind in e["reason"]
        )
