"""Operators' texts to customers, through the real bridge between both far sides."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from answers import a_customer, answered, kinds, received
from bot.texts import operator_texts
from sandbox.telegram import Customer
from support import WEBHOOK_KEY, World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = operator_texts("ru").delivery
CHAT_ERRORS = [
    (403, "Forbidden: bot was kicked from the supergroup chat", WORDS.kicked),
    (403, "Forbidden: bot is not a member of the channel chat", WORDS.not_member),
    (403, "Forbidden: bot can't initiate conversation with a user", WORDS.never_wrote),
    (403, "Forbidden: the group chat was deleted", WORDS.chat_gone),
    (400, "Bad Request: group chat was deactivated", WORDS.chat_gone),
    (400, "Bad Request: PEER_ID_INVALID", WORDS.chat_not_found),
    (400, "Bad Request: not enough rights to send text messages to the chat", WORDS.no_rights),
    (400, "Bad Request: TOPIC_CLOSED", WORDS.topic_gone),
    (400, "Bad Request: BUSINESS_PEER_USAGE_MISSING", WORDS.business_closed),
    (403, "Forbidden: SOMETHING_NEW", WORDS.refused.format(reason="SOMETHING_NEW")),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all tests of this file; each brings a customer of its own."""
    async with world(tmp_path_factory.mktemp("bridge")) as running:
        yield running


async def test_plain(shared: World) -> None:
    """A plain text with signs of markup in it arrives as it was written."""
    customer = await a_customer(shared)
    text = "a < b, AT&T, C++ <vector>, if (x<y && y>z) <3 ?a=1&copy=2\n  отступ 😀"
    answer = await answered(shared, customer, text)
    assert answer.ticks == "sent"
    assert answer.ticks_text == ""
    assert [message["text"] for message in received(customer)] == [text]


async def test_html(shared: World) -> None:
    """PlanFix's HTML arrives as Telegram's formatting, an unsafe link as text."""
    customer = await a_customer(shared)
    html = (
        "<p>Здравствуйте, <b>Иван</b> 😀!</p><ul><li>раз</li><li><a href='https://a.ru/x'>два</a>"
        "</li></ul><blockquote>цитата</blockquote><a href='javascript:x()'>три</a>"
    )
    await answered(shared, customer, html)
    (message,) = received(customer)
    assert message["text"] == "Здравствуйте, Иван 😀!\n\n• раз\n• два\nцитата\nтри (javascript:x())"
    assert message["entities"] == [
        {"type": "bold", "offset": 14, "length": 4},
        {"type": "text_link", "offset": 32, "length": 3, "url": "https://a.ru/x"},
        {"type": "blockquote", "offset": 36, "length": 6},
    ]


async def test_long_text(shared: World) -> None:
    """A long text arrives as several messages in order, cut between paragraphs."""
    customer = await a_customer(shared)
    paragraphs = [f"{number}. " + "Слово. " * 300 for number in range(5)]
    await answered(shared, customer, "\n\n".join(paragraphs))
    texts = [message["text"] for message in received(customer)]
    assert texts == [paragraph.rstrip() for paragraph in paragraphs]


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: can't parse entities: Can't find end of the entity",
        "Bad Request: entity URL 'https://a.ru/' is invalid: Wrong HTTP URL",
        "Bad Request: ENTITY_BOUNDS_INVALID",
    ],
)
async def test_refused_formatting(shared: World, description: str) -> None:
    """If Telegram refuses the formatting, the same text arrives without."""
    customer = await a_customer(shared)
    shared.telegram.fail_next("sendMessage", 400, description, chat_id=customer.chat_id)
    answer = await answered(shared, customer, "<b>важно</b> <a href='https://a.ru/'>сайт</a>")
    (message,) = received(customer)
    assert answer.ticks == "sent"
    assert message["text"] == "важно сайт"
    assert "entities" not in message


@pytest.mark.parametrize("text", ["&nbsp;", "<p><br></p>", "\u200b"])
async def test_blank(shared: World, text: str) -> None:
    """A message without anything to see is an error that says so."""
    customer = await a_customer(shared)
    answer = await answered(shared, customer, text)
    assert (answer.ticks, answer.ticks_text) == ("error", WORDS.empty)
    assert received(customer) == []


@pytest.mark.parametrize(("code", "description", "sentence"), CHAT_ERRORS)
async def test_refusals(shared: World, code: int, description: str, sentence: str) -> None:
    """Whatever Telegram refuses for good reaches the operator as a sentence."""
    customer = await a_customer(shared)
    shared.telegram.fail_next("sendMessage", code, description, chat_id=customer.chat_id)
    answer = await answered(shared, customer, "привет")
    assert (answer.ticks, answer.ticks_text) == ("error", sentence)
    assert received(customer) == []


async def test_blocked_and_deleted(shared: World) -> None:
    """A customer who blocked the bot, and one who left Telegram, are told apart."""
    blocking, leaving = await a_customer(shared), await a_customer(shared)
    blocking.block()
    leaving.deactivate()
    assert (await answered(shared, blocking, "привет")).ticks_text == WORDS.blocked
    assert (await answered(shared, leaving, "привет")).ticks_text == WORDS.deactivated


async def test_after_an_error(shared: World) -> None:
    """A message that could not be delivered does not hold up the next one."""
    customer = await a_customer(shared)
    customer.block()
    assert (await answered(shared, customer, "раз")).ticks == "error"
    customer.unblock()
    assert (await answered(shared, customer, "два")).ticks == "sent"
    assert [message["text"] for message in received(customer)] == ["два"]


async def test_unknown_chat_is_tried_by_its_key(shared: World) -> None:
    """An answer to a chat that the bridge has never seen goes where its key says."""
    customer = shared.telegram.add_customer("Забытый")
    customer.chat.open = True
    assert (await answered(shared, customer, "привет")).ticks == "sent"
    assert customer.messages[-1]["text"] == "привет"
    stranger = shared.telegram.add_customer("Чужой")
    assert (await answered(shared, stranger, "привет")).ticks_text == WORDS.chat_not_found


async def test_moved_group(shared: World) -> None:
    """An answer to a group that has become a supergroup arrives there."""
    group = shared.telegram.add_group("Группа")
    old = group.chat_id
    group.migrate()
    await shared.planfix.answer(str(old), "привет")
    message = shared.planfix.tasks[str(old)].messages[-1]
    await shared.planfix.wait_for(lambda: bool(message.ticks))
    assert message.ticks == "sent"
    assert group.messages[-1]["text"] == "привет"


async def test_too_many_requests(shared: World) -> None:
    """A chat for which Telegram asks to wait waits so long, and then goes on in order."""
    customer = await a_customer(shared)
    shared.telegram.too_many_requests("sendMessage", 1, customer.chat_id)
    await shared.planfix.answer(str(customer.chat_id), "раз")
    other = await a_customer(shared)
    assert (await answered(shared, other, "не жду")).ticks == "sent"
    assert received(customer) == []
    assert (await answered(shared, customer, "два")).ticks == "sent"
    assert [message["text"] for message in received(customer)] == ["раз", "два"]


async def test_server_errors(shared: World) -> None:
    """Telegram's own failures are waited out."""
    customer = await a_customer(shared)
    for code, text in ((500, "Internal Server Error"), (502, "Bad Gateway")):
        shared.telegram.fail_next("sendMessage", code, text, chat_id=customer.chat_id)
    assert (await answered(shared, customer, "привет")).ticks == "sent"
    assert kinds(received(customer)) == ["text"]


@pytest.mark.parametrize("chat_id", ["abc", "0", "12:topic:x", "1" * 40, "-"])
async def test_impossible_chat(shared: World, chat_id: str) -> None:
    """A chat id that no chat can have is refused at once, with the reason."""
    status, answer = await shared.planfix.answer(chat_id, "привет")
    assert status == 400
    assert answer["error"] == operator_texts("ru").impossible_chat


async def test_unknown_phone(shared: World) -> None:
    """Writing first to a phone number that no customer gave is refused: the bot cannot."""
    status, answer = await shared.planfix.write_first("+7 900 000-00-00", "привет")
    assert status == 400
    assert answer["error"] == operator_texts("ru").unknown_phone


async def test_the_word_for_the_phone_is_a_text(shared: World) -> None:
    """As long as nobody is asked for their number, `/phone` goes out as it was written."""
    customer = await a_customer(shared)
    await answered(shared, customer, "/phone")
    assert [message["text"] for message in received(customer)] == ["/phone"]


async def test_known_phone(shared: World) -> None:
    """Writing first to the phone number that a customer gave reaches that customer."""
    customer = await a_customer(shared)
    customer.send_contact("+7 900 123-45-67")
    task = shared.planfix.tasks[str(customer.chat_id)]
    await shared.planfix.wait_for(lambda: len(task.messages) > 2)
    status, answer = await shared.planfix.write_first("8 (900) 123-45-67", "привет")
    assert status == 200
    assert answer == {"chatId": str(customer.chat_id), "contactId": str(customer.chat_id)}
    await shared.telegram.wait_for(lambda: len(received(customer)) == 1)


async def test_reaction_names_the_answer(shared: World) -> None:
    """What was sent is remembered: a reaction to it is told with its words."""
    customer = await a_customer(shared)
    await answered(shared, customer, "Ваш <b>заказ</b> готов")
    customer.react(received(customer)[0]["message_id"], "👍")
    messages = shared.planfix.tasks[str(customer.chat_id)].messages
    await shared.planfix.wait_for(lambda: "👍" in messages[-1].text)
    assert "Ваш заказ готов" in messages[-1].text


async def test_repeated_message(shared: World) -> None:
    """A message that PlanFix sends twice arrives once."""
    customer = await a_customer(shared)
    answer = await answered(shared, customer, "привет")
    assert (await shared.planfix.resend(answer.id))[0] == 200
    await answered(shared, customer, "ещё")
    assert [message["text"] for message in received(customer)] == ["привет", "ещё"]


async def test_without_an_id(shared: World) -> None:
    """A message to which PlanFix gave no id arrives all the same."""
    customer = await a_customer(shared)
    await shared.planfix.answer(str(customer.chat_id), "привет", message_id="")
    await shared.telegram.wait_for(lambda: len(received(customer)) == 1)
    assert received(customer)[0]["text"] == "привет"


async def test_signature(tmp_path: Path) -> None:
    """If it is set, the operator's name stands in bold above the text, or alone with a file."""
    async with world(tmp_path, BRIDGE_PLANFIX__SIGNATURE="true") as signing:
        customer = await a_customer(signing)
        await answered(signing, customer, "<i>Здравствуйте</i>", operator=("Анна", "Иванова"))
        await answered(signing, customer, "", [("a.txt", b"x")], operator=("Анна", ""))
        await answered(signing, customer, "а < б", operator=("<b>", ""))
        text, file, odd = received(customer)
        assert text["text"] == "Анна Иванова\nЗдравствуйте"
        assert [(e["type"], e["offset"], e["length"]) for e in text["entities"]] == [
            ("bold", 0, 12),
            ("italic", 13, 12),
        ]
        assert file["caption"] == "Анна"
        assert odd["text"] == "<b>\nа < б"


async def test_broken_lines(shared: World) -> None:
    """Line ends as forms have them are single ones."""
    customer = await a_customer(shared)
    form = {
        "cmd": "newMessage",
        "providerId": "telegram",
        "token": WEBHOOK_KEY,
        "chatId": str(customer.chat_id),
        "message": "раз\r\nдва",
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{shared.bridge.url}/planfix", data=form) as response,
    ):
        assert response.status == 200
    await shared.telegram.wait_for(lambda: len(received(customer)) == 1)
    assert received(customer)[0]["text"] == "раз\nдва"


async def test_long_text_after_a_crash(shared: World) -> None:
    """After a crash a long text goes on with its first piece that is not sent."""
    customer = await a_customer(shared)
    paragraphs = [f"{number} " + "слово " * 600 for number in range(3)]
    await shared.planfix.answer(str(customer.chat_id), "\n\n".join(paragraphs))
    await shared.telegram.wait_for(lambda: len(received(customer)) >= 1)
    error = "Internal Server Error"
    shared.telegram.fail_next("sendMessage", 500, error, chat_id=customer.chat_id, times=2)
    await shared.bridge.kill_and_restart()
    wanted = [paragraph.rstrip() for paragraph in paragraphs]
    await shared.telegram.wait_for(lambda: wanted[-1] in texts_of(customer), timeout=30)
    texts = texts_of(customer)
    assert list(dict.fromkeys(texts)) == wanted
    assert len(texts) <= 4  # the piece on its way at the crash may come twice


def texts_of(customer: Customer) -> list[str]:
    """The texts that the customer got."""
    return [message["text"] for message in received(customer)]
