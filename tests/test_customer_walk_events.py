"""Edits, reactions, buttons and blocking through the real bridge."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from customer_walk import messages, texts, troubles, wait_for_messages, with_real_files
from support import World, world
from updates import customer as user_object
from updates import message, photo, private_chat

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACE = {"latitude": 55.75, "longitude": 37.61}
LONG = "Здравствуйте! Подскажите, пожалуйста, когда привезут мой заказ: я жду его с прошлой недели"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all scenarios of this file."""
    async with world(tmp_path_factory.mktemp("events")) as bridge:
        yield bridge


def edit(running: World, user_id: int, fields: dict[str, Any]) -> None:
    """Let Telegram tell of an edit of a customer's message."""
    edited = message({"edit_date": 1_781_200_100, **with_real_files(running, fields)}, user_id)
    running.telegram.push_update({"edited_message": edited})


def send(running: World, user_id: int, fields: dict[str, Any]) -> None:
    """Let Telegram tell of a customer's message."""
    running.telegram.push_update({"message": message(with_real_files(running, fields), user_id)})


async def test_edits_name_the_message_and_the_new_words(running: World) -> None:
    """An edit shows the former words, cut, and the new ones; again and again."""
    customer = running.telegram.add_customer("Анна")
    sent = customer.send_text(LONG)
    customer.edit_text(sent["message_id"], "Уже привезли")
    customer.edit_text(sent["message_id"], "Привезли вчера")
    assert await wait_for_messages(running, customer.chat_id, 3) == [
        LONG,
        "✎ изменено: «Здравствуйте! Подскажите, пожалуйста, когда привезут мой за…»\nУже привезли",
        "✎ изменено: «Уже привезли»\nПривезли вчера",
    ]


async def test_edits_of_looks_alone_are_not_told(running: World) -> None:
    """Bold letters or a preview change nothing for operators; a changed address does."""
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.ru"}
    send(running, 820_001, {"text": "цена тут"})
    bold = {"type": "bold", "offset": 0, "length": 4}
    edit(running, 820_001, {"text": "цена тут", "entities": [bold]})
    edit(running, 820_001, {"text": "цена тут", "link_preview_options": {"is_disabled": True}})
    edit(running, 820_001, {"text": "цена тут", "entities": [link]})
    assert await wait_for_messages(running, 820_001, 2) == [
        "цена тут",
        "✎ изменено: «цена тут»\nцена (https://a.ru) тут",
    ]
    event = await running.bridge.wait_for_event("telegram.ignored", lambda e: e["chat"] == "820001")
    assert event["reason"] == "only the looks of the message have changed"


async def test_edits_of_captions_and_files(running: World) -> None:
    """A new caption comes without the old picture; a new picture comes without the old caption."""
    send(running, 820_002, {"photo": photo("Old"), "caption": "до"})
    edit(running, 820_002, {"photo": photo("Old"), "caption": "после"})
    edit(running, 820_002, {"photo": photo("New"), "caption": "после"})
    edit(running, 820_002, {"photo": photo("New")})
    assert await wait_for_messages(running, 820_002, 4) == [
        "до",
        "✎ изменено: «до»\nпосле",
        "✎ изменено: «после»",
        "✎ изменено: «после»\n[подпись убрана]",
    ]
    assert [len(m.attachments) for m in messages(running, 820_002)] == [1, 0, 1, 0]


async def test_edit_of_something_unknown(running: World) -> None:
    """An edit of a message from before the bridge is told with its new words."""
    edit(running, 820_003, {"text": "поправка"})
    assert await wait_for_messages(running, 820_003, 1) == ["✎ изменено:\nпоправка"]


async def test_edit_survives_an_outage(running: World) -> None:
    """An edit that PlanFix does not take at first is told afterwards."""
    send(running, 820_004, {"text": "раз"})
    await wait_for_messages(running, 820_004, 1)
    running.planfix.faults.add("status", "newMessage", code=503)
    edit(running, 820_004, {"text": "два"})
    expected = ["раз", "✎ изменено: «раз»\nдва"]
    assert await wait_for_messages(running, 820_004, 2) == expected


async def test_live_location_does_not_flood(running: World) -> None:
    """A live location is told when it starts and when it ends, and not while it moves."""
    send(running, 820_005, {"location": PLACE | {"live_period": 900}})
    for step in range(5):
        edit(running, 820_005, {"location": {"latitude": 55.7 + step / 100, "longitude": 37.6,
                                             "live_period": 900}})  # fmt: skip
    edit(running, 820_005, {"location": {"latitude": 55.7, "longitude": 37.6}})
    start, end = await wait_for_messages(running, 820_005, 2)
    assert start.startswith("[трансляция геопозиции: 55.75, 37.61, время трансляции: 15 минут]")
    assert end.startswith("[трансляция геопозиции закончилась: 55.7, 37.6]")


async def test_reactions_name_the_message(running: World) -> None:
    """A reaction is told with its message, also when it changes and when it goes."""
    customer = running.telegram.add_customer("Борис")
    sent = customer.send_text("Всё понравилось")
    customer.react(sent["message_id"], "👍")
    customer.react(sent["message_id"], "❤")
    customer.react(sent["message_id"], None)
    customer.react(99_999, "🔥")
    assert await wait_for_messages(running, customer.chat_id, 5) == [
        "Всё понравилось",
        "[реакция 👍 — «Всё понравилось»]",
        "[реакция ❤ — «Всё понравилось»]\n[реакция 👍 убрана — «Всё понравилось»]",
        "[реакция ❤ убрана — «Всё понравилось»]",
        "[реакция 🔥 — сообщение]",
    ]


async def test_other_reactions(running: World) -> None:
    """Custom and paid reactions are told in words; somebody else's are not told."""

    def reaction(user_id: int, *new: dict[str, str]) -> None:
        event = {
            "chat": private_chat(820_006), "message_id": 4711, "date": 1_781_200_200,
            "user": user_object(user_id), "old_reaction": [], "new_reaction": list(new),
        }  # fmt: skip
        running.telegram.push_update({"message_reaction": event})

    send(running, 820_006, {"photo": photo()})
    reaction(820_006, {"type": "custom_emoji", "custom_emoji_id": "5"}, {"type": "paid"})
    reaction(42, {"type": "emoji", "emoji": "👎"})
    reaction(820_006, {"type": "emoji", "emoji": "👌"})
    arrived = await wait_for_messages(running, 820_006, 3)
    assert arrived[1:] == ["[реакция (особый эмодзи) ⭐ (платная) — [фото]]",
                           "[реакция 👌 — [фото]]"]  # fmt: skip


async def test_buttons_are_answered_and_told(running: World) -> None:
    """A pressed button stops turning at the customer's, and the operator reads what it says."""
    customer = running.telegram.add_customer("Вера")
    keyboard = {"inline_keyboard": [[{"text": "Да, верно", "callback_data": "yes:1"}]]}
    sent = customer.send({"text": "Верно?", "reply_markup": keyboard})
    customer.click(sent["message_id"], "yes:1")
    customer.click(sent["message_id"], "no:1")
    assert (await wait_for_messages(running, customer.chat_id, 3))[1:] == [
        "[нажата кнопка: Да, верно]",
        "[нажата кнопка: no:1]",
    ]
    answered = [c for c in running.telegram.calls if c.method == "answerCallbackQuery"]
    assert [call.ok for call in answered] == [True, True]


async def test_blocking_and_starting_again_are_told(running: World) -> None:
    """The operator reads that the customer has blocked, unblocked and restarted the bot."""
    customer = running.telegram.add_customer("Глеб")
    customer.start()
    customer.block()
    customer.start("promo")
    assert await wait_for_messages(running, customer.chat_id, 4) == [
        "/start",
        "[клиент заблокировал бота: сообщения до него не дойдут]",
        "[клиент разблокировал бота]",
        "/start promo\n[клиент снова запустил бота]",
    ]


async def test_nothing_failed(running: World) -> None:
    """None of the scenarios above has made a handler fail."""
    assert not troubles(running)
    assert texts(running, 820_001)
