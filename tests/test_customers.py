"""What customers see of the bot itself, through the real bridge: phone, commands, menu, files."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from answers import a_customer, answered, last_answer
from bot.customers.menu import commands_of
from bot.texts import CustomerLanguages, operator_texts
from customer_walk import calls, messages, texts, troubles, wait_for_messages
from sandbox.telegram import Customer
from support import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

RU, EN = CustomerLanguages().ru, CustomerLanguages().en
SENT_BY_BUTTON = [[{"text": RU.phone_button, "request_contact": True}]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge that asks for the phone at the start, for all scenarios of this file."""
    settings = {
        "BRIDGE_CUSTOMERS__ASK_PHONE": "start",
        "BRIDGE_CUSTOMERS__PHONE_WORD": "/Телефон",
        "BRIDGE_TEXTS__EN__GREETING": "Welcome, {name}!",
    }
    async with world(tmp_path_factory.mktemp("customers"), **settings) as bridge:
        yield bridge


def from_bot(customer: Customer) -> list[str]:
    """The texts that the customer got."""
    return [each["text"] for each in customer.messages if each["from"]["is_bot"]]


async def next_from_bot(running: World, customer: Customer, count: int) -> list[str]:
    """Wait until the customer got so many texts; returns them."""
    await running.telegram.wait_for(lambda: len(from_bot(customer)) >= count, timeout=15)
    return from_bot(customer)


def echoes(running: World, customer: Customer) -> list[str]:
    """What operators see of what the bot said."""
    task = running.planfix.tasks.get(str(customer.chat_id))
    return [m.text for m in task.messages if m.author == "our side"] if task else []


async def wait_for_echo(running: World, customer: Customer, text: str) -> None:
    """Wait until operators see it."""
    await running.planfix.wait_for(lambda: text in echoes(running, customer), timeout=15)


async def test_start_asks_for_the_phone(running: World) -> None:
    """/start is answered by one message with the greeting and the button; operators see it."""
    customer = running.telegram.add_customer("Анна")
    customer.start()
    text = f"{RU.greeting}\n\n{RU.ask_phone}"
    assert await next_from_bot(running, customer, 1) == [text]
    assert customer.keyboard == {
        "keyboard": SENT_BY_BUTTON, "resize_keyboard": True, "one_time_keyboard": True
    }  # fmt: skip
    await wait_for_echo(running, customer, text)


async def test_the_own_number_reaches_planfix(running: World) -> None:
    """By the button PlanFix learns the number, the button goes, and operators can write first."""
    customer = await a_customer(running)
    customer.send_contact("8 916 765-43-21")
    assert (await next_from_bot(running, customer, 2))[1:] == [RU.phone_thanks]
    assert customer.keyboard is None
    assert calls(running, "updateContact", customer.chat_id)[-1].get("contactPhone") == (
        "+79167654321"
    )
    status, reply = await running.planfix.write_first("+7 916 765-43-21", "Добрый день!")
    assert (status, reply["chatId"]) == (200, str(customer.chat_id))
    assert (await next_from_bot(running, customer, 3))[2:] == ["Добрый день!"]
    customer.start()
    assert (await next_from_bot(running, customer, 4))[3:] == [RU.greeting]
    assert customer.keyboard is None


async def test_a_number_abroad_that_looks_like_a_russian_one(running: World) -> None:
    """Telegram's 84… of Vietnam reaches PlanFix as +84…, and operators can write to it."""
    customer = await a_customer(running)
    customer.send_contact("84912345678")
    await next_from_bot(running, customer, 2)
    assert running.planfix.contacts[str(customer.chat_id)].phone == "+84912345678"
    for phone in ("+84912345678", "84912345678"):
        status, reply = await running.planfix.write_first(phone, "Xin chào!")
        assert (status, reply["chatId"]) == (200, str(customer.chat_id))


async def test_another_number_is_not_theirs(running: World) -> None:
    """Another's contact is carried as a card, is no phone of theirs, and the button comes again."""
    customer = await a_customer(running)
    customer.send_contact("+79990001122", own=False)
    assert (await next_from_bot(running, customer, 2))[1:] == [RU.phone_foreign]
    assert (customer.keyboard or {}).get("keyboard") == SENT_BY_BUTTON
    assert "+79990001122" in (await wait_for_messages(running, customer.chat_id, 2))[1]
    assert not running.planfix.contacts[str(customer.chat_id)].phone
    status, _ = await running.planfix.write_first("+79990001122", "Добрый день!")
    assert status == 400
    customer.send_contact("+79161110022")
    assert (await next_from_bot(running, customer, 3))[2:] == [RU.phone_thanks]


async def test_an_operators_word_asks_for_the_phone(running: World) -> None:
    """The word is not shown to the customer: they are asked in their language, and it is told."""
    customer = await a_customer(running, "en")
    customer.send_contact("+79161110033")
    await next_from_bot(running, customer, 2)
    message = await answered(running, customer, " <p>/телефон</p> ")
    assert (message.ticks, message.ticks_text) == ("sent", "")
    assert (await next_from_bot(running, customer, 3))[2:] == [EN.ask_phone]
    assert customer.keyboard
    assert customer.keyboard["keyboard"][0][0]["text"] == EN.phone_button
    await wait_for_echo(running, customer, EN.ask_phone)
    contact = running.planfix.contacts[str(customer.chat_id)]
    assert contact.name == customer.user["first_name"]
    customer.send_contact("+79990001133", own=False)
    assert (await next_from_bot(running, customer, 4))[3:] == [EN.phone_foreign]


async def test_the_word_among_others_is_a_text(running: World) -> None:
    """Only a message that is nothing but the word asks; one with more words goes as it is."""
    customer = await a_customer(running)
    await answered(running, customer, "Наш телефон: /телефон")
    assert (await next_from_bot(running, customer, 2))[1:] == ["Наш телефон: /телефон"]


async def test_asking_somebody_who_blocked_the_bot(running: World) -> None:
    """The operator reads why the customer could not be asked."""
    customer = await a_customer(running)
    customer.block()
    await answered(running, customer, "/телефон")
    message = last_answer(running, customer)
    blocked = operator_texts("ru").delivery.blocked
    assert (message.ticks, message.ticks_text) == ("error", blocked)


async def test_help(running: World) -> None:
    """/help is answered in the customer's language; an operator sees one line of it."""
    customer = await a_customer(running, "en")
    assert from_bot(customer) == [f"Welcome, {customer.user['first_name']}!\n\n{EN.ask_phone}"]
    customer.send_text("/help")
    customer.send_text("/help@sandbox_bot me please")
    assert (await next_from_bot(running, customer, 2))[1:] == [EN.help]
    assert await wait_for_messages(running, customer.chat_id, 2) == [
        "/start", "/help@sandbox_bot me please",
    ]  # fmt: skip
    await running.planfix.wait_for(lambda: len(echoes(running, customer)) >= 2)
    line = echoes(running, customer)[-1]
    assert line.startswith("[клиент выбрал /help, бот ответил: «Write your question here")
    assert "\n" not in line


async def test_task(running: World) -> None:
    """/task tells the number of the task; a customer without one gets no task by asking."""
    customer = running.telegram.add_customer("Борис")
    customer.send_text("/task")
    assert await next_from_bot(running, customer, 1) == [RU.no_task]
    customer.send_text("Где мой заказ?")
    await wait_for_messages(running, customer.chat_id, 1)
    customer.send_text("/task")
    number = running.planfix.tasks[str(customer.chat_id)].number
    text = RU.task.format(number=number)
    assert (await next_from_bot(running, customer, 2))[1:] == [text]
    line = f"[клиент выбрал /task, бот ответил: «{text}»]"
    await wait_for_echo(running, customer, line)
    assert echoes(running, customer) == [line]
    assert texts(running, customer.chat_id) == ["Где мой заказ?"]


async def test_task_while_planfix_is_away(running: World) -> None:
    """Nobody waits for PlanFix to hear a number: they are asked to try later."""
    customer = await a_customer(running)
    running.planfix.faults.add("status", "getTask", code=503)
    customer.send_text("/task")
    assert (await next_from_bot(running, customer, 2))[1:] == [RU.task_unavailable]
    customer.send_text("/task")
    assert "Номер" in (await next_from_bot(running, customer, 3))[2]


async def test_help_does_not_end_an_outage(running: World) -> None:
    """What PlanFix is not asked for does not count as a sign that it is back."""
    asking = await a_customer(running)
    await running.planfix.wait_for(lambda: echoes(running, asking))
    others = [await a_customer(running) for _ in range(3)]
    since = len(running.bridge.events)
    await running.planfix.stop_listening()
    try:
        for each in others:
            each.send_text("Где мой заказ?")
        await running.bridge.wait_for_event("far_side.away", since=since)
        asking.send_text("/help")
        assert (await next_from_bot(running, asking, 2))[1:] == [RU.help]
        assert "far_side.back" not in [each["event"] for each in running.bridge.events[since:]]
    finally:
        await running.planfix.start_listening()
    await running.bridge.wait_for_event("far_side.back", since=since)


async def test_a_file_that_cannot_be_taken(running: World) -> None:
    """A customer whose files are too large is told so once for an album; operators see it."""
    customer = await a_customer(running)
    big = bytes(20 * 1024**2 + 1)
    album = [("document", big, "one.iso"), ("document", b"small", "two.txt"),
             ("document", big, "three.iso")]  # fmt: skip
    customer.send_album([*album], caption="Вот")
    text = RU.cannot_take_file.format(files="«one.iso», «three.iso»", limit=20)
    assert (await next_from_bot(running, customer, 2))[1:] == [text]
    await wait_for_echo(running, customer, text)
    assert [len(m.attachments) for m in messages(running, customer.chat_id)] == [0, 1]
    customer.send_text("Понятно")
    await wait_for_messages(running, customer.chat_id, 3)
    assert len(from_bot(customer)) == 2


def actions(running: World, customer: Customer) -> list[str]:
    """The actions that the customer was shown."""
    made = [c for c in running.telegram.calls if c.method == "sendChatAction"]
    return [c.params["action"] for c in made if c.params["chat_id"] == customer.chat_id]


async def test_files_on_their_way_are_announced(running: World) -> None:
    """While a file is fetched the customer sees that a photo comes; a text is not announced."""
    customer = await a_customer(running)
    running.planfix.faults.add("slow", "a.jpg", seconds=1.5)
    await answered(running, customer, "Вот", [("a.jpg", b"\xff\xd8\xff")])
    assert actions(running, customer) == ["upload_photo"]
    await answered(running, customer, "И всё")
    assert len(actions(running, customer)) == 1


async def test_an_announcement_that_fails_does_no_harm(running: World) -> None:
    """Where Telegram does not take the announcement, the file goes all the same."""
    customer = await a_customer(running)
    running.planfix.faults.add("slow", "b.mp3", seconds=1.5)
    running.telegram.fail_next("sendChatAction", 500, "Internal Server Error")
    message = await answered(running, customer, "", [("b.mp3", b"ID3\x04")])
    assert message.ticks == "sent"


async def test_the_menu_is_set_once(running: World) -> None:
    """Customers see the menu in their language; a second start finds it and changes nothing."""

    def made(method: str) -> int:
        return len([call for call in running.telegram.calls if call.method == method])

    ru, uk, de = (running.telegram.add_customer("Ян", language_code=c) for c in ("ru", "uk", "de"))
    await running.telegram.wait_for(lambda: bool(uk.menu), timeout=15)
    assert ru.menu == uk.menu == commands_of(RU)
    assert de.menu == commands_of(EN)
    assert (made("getMyCommands"), made("setMyCommands")) == (6, 6)
    await running.bridge.kill_and_restart()
    await running.telegram.wait_for(lambda: made("getMyCommands") == 12, timeout=15)
    assert made("setMyCommands") == 6


async def test_a_menu_that_is_not_wanted_goes(running: World) -> None:
    """Without `customers.menu` ours is taken away, and what somebody else has set stays."""
    ru, uk = (running.telegram.add_customer("Ян", language_code=code) for code in ("ru", "uk"))
    theirs = [{"command": "start", "description": "Старт"}]
    running.telegram.world.commands["all_private_chats", "ru"] = theirs
    running.bridge.environment["BRIDGE_CUSTOMERS__MENU"] = "false"
    await running.bridge.kill_and_restart()
    await running.telegram.wait_for(lambda: not uk.menu, timeout=15)
    assert ru.menu == theirs


async def test_nothing_failed(running: World) -> None:
    """None of the scenarios above has made a handler fail."""
    assert not [t for t in troubles(running) if "blocked" not in t.get("reason", "")]
