"""Customers who write while nobody is there: told once, in their language, and operators see it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import pytest_asyncio

from answers import answered
from bot.texts import CustomerLanguages
from customer_walk import messages, troubles, wait_for_messages
from sandbox.telegram import Customer
from support import World, world
from updates import message

pytestmark = pytest.mark.asyncio(loop_scope="module")

RU, EN = CustomerLanguages().ru, CustomerLanguages().en
OPENS: Final = (datetime.now(UTC) + timedelta(days=3)).replace(hour=9, minute=30)
WEEKDAY: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[OPENS.weekday()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge whose people come on one day of the week, which is not today."""
    settings = {
        "BRIDGE_HOURS__TIME_ZONE": "UTC",
        "BRIDGE_HOURS__WEEK": f"{WEEKDAY} 09:30-18:00",
        "BRIDGE_CUSTOMERS__ASK_PHONE": "word",
    }
    async with world(tmp_path_factory.mktemp("hours"), **settings) as bridge:
        yield bridge


def closed(texts: str = "ru") -> str:
    """What a customer has to be told."""
    now = datetime.now(UTC)
    mine = RU if texts == "ru" else EN
    return mine.outside_hours.format(opens=mine.speech.opens(OPENS, now))


def from_bot(customer: Customer) -> list[str]:
    """The texts that the customer got."""
    return [each["text"] for each in customer.messages if each["from"]["is_bot"]]


async def told(running: World, customer: Customer, text: str) -> None:
    """Wait until the customer has got the text and operators have seen it."""
    await running.telegram.wait_for(lambda: text in from_bot(customer), timeout=15)

    def seen() -> list[str]:
        task = running.planfix.tasks[str(customer.chat_id)]
        return [m.text for m in task.messages if m.author == "our side"]

    await running.planfix.wait_for(lambda: text in seen(), timeout=15)


async def written(running: World, customer: Customer, *words: str) -> None:
    """Write, and wait until operators have it."""
    before = len(messages(running, customer.chat_id))
    for each in words:
        customer.send_text(each)
    await wait_for_messages(running, customer.chat_id, before + len(words))


async def nothing_more(running: World, customer: Customer, texts: list[str]) -> None:
    """The customer got these texts alone: an answer of an operator comes behind all that waits."""
    before = len(messages(running, customer.chat_id))
    customer.react(1, "🔥")
    await wait_for_messages(running, customer.chat_id, before + 1)  # all before it is settled
    await answered(running, customer, "конец")
    assert from_bot(customer) == [*texts, "конец"]


async def test_told_once_also_after_a_restart(running: World) -> None:
    """The first message is answered, no later one: not after an answer, not after a crash."""
    customer = running.telegram.add_customer("Анна")
    await written(running, customer, "Есть кто?")
    await told(running, customer, closed())
    await answered(running, customer, "Я дома, но отвечу")
    await written(running, customer, "Спасибо")
    await running.bridge.kill_and_restart()
    await written(running, customer, "А завтра?")
    await nothing_more(running, customer, [closed(), "Я дома, но отвечу"])


async def test_told_in_their_language(running: World) -> None:
    """An English customer reads the day in English, once for an album."""
    customer = running.telegram.add_customer("John", language_code="en-GB")
    customer.send_album([("photo", b"1"), ("photo", b"2")])
    customer.send_text("Hello?")
    await told(running, customer, closed("en"))
    await nothing_more(running, customer, [closed("en")])


async def test_only_who_writes_is_told(running: World) -> None:
    """/start, commands, edits, reactions, blocks and service messages are answered by nothing."""
    customer = running.telegram.add_customer("Борис")
    customer.start()
    await running.telegram.wait_for(lambda: RU.greeting in from_bot(customer))
    customer.send_text("/help")
    await running.telegram.wait_for(lambda: RU.help in from_bot(customer))
    first = customer.messages[0]["message_id"]
    customer.react(first, "👍")
    customer.edit_text(first, "Старт")
    customer.block()
    customer.unblock()
    customer.send({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}})
    await wait_for_messages(running, customer.chat_id, 6)
    await nothing_more(running, customer, [RU.greeting, RU.help])


async def test_the_date_of_the_message_counts(running: World) -> None:
    """Who wrote while somebody was there, and waited for an outage, is not told that we left."""
    customer = running.telegram.add_customer("Вера")
    date = round((OPENS - timedelta(days=7) + timedelta(hours=1)).timestamp())
    update = message({"text": "Вы тут?", "date": date}, customer.chat_id)
    running.telegram.push_update({"message": update})
    await wait_for_messages(running, customer.chat_id, 1)
    await nothing_more(running, customer, [])


async def test_nothing_failed(running: World) -> None:
    """None of the scenarios above has made a handler fail."""
    assert not troubles(running)
