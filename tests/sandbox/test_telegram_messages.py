"""Messages of text: what Telegram takes, what it refuses, and with which words."""

import pytest
from bot_api import BotApiClient

from sandbox.telegram import Customer, TelegramSandbox


async def test_a_sent_message_comes_back_whole(api: BotApiClient, customer: Customer) -> None:
    """SendMessage returns the Message that the customer then has."""
    message = await api.result("sendMessage", chat_id=customer.chat_id, text=" hi 😀 \n")
    assert message == customer.messages[-1]
    assert message["text"] == "hi 😀"
    assert message["from"] == {
        "id": 42,
        "is_bot": True,
        "first_name": "Sandbox",
        "username": "sandbox_bot",
    }
    assert message["chat"]["type"] == "private"
    assert message["message_id"] == 2


@pytest.mark.parametrize("method", ["sendMessage", "sendmessage", "SENDMESSAGE"])
async def test_method_names_ignore_case(api: BotApiClient, customer: Customer, method: str) -> None:
    """Any letter case of a method works."""
    assert (await api.call(method, chat_id=customer.chat_id, text="hi"))["ok"]


async def test_every_way_to_pass_parameters(api: BotApiClient, customer: Customer) -> None:
    """Query string, urlencoded and multipart bodies say the same as JSON."""
    parameters = {"chat_id": str(customer.chat_id), "text": "a & b"}
    url = f"{api.base}/sendMessage"
    async with api.session.get(url, params=parameters) as by_get:
        assert by_get.status == 200
    async with api.session.post(url, data=parameters) as by_form:
        assert by_form.status == 200
    await api.upload("sendMessage", {}, **parameters)
    assert [message["text"] for message in customer.messages[1:]] == ["a & b"] * 3


async def test_wrong_tokens_methods_and_paths(api: BotApiClient, telegram: TelegramSandbox) -> None:
    """A wrong token is a 401, an unknown method or path a 404, as JSON."""
    for path, code, description in [
        ("/bot42:WRONG/getMe", 401, "Unauthorized"),
        (f"/bot{telegram.token}/getYou", 404, "Not Found: method not found"),
        ("/elsewhere", 404, "Not Found"),
    ]:
        async with api.session.get(telegram.url + path) as response:
            answer = await response.json()
            assert (response.status, answer["description"]) == (code, description)
            assert answer["ok"] is False
            assert answer["error_code"] == code


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        (" \n\t", "Bad Request: text must be non-empty"),
        ("x" * 4097, "Bad Request: message is too long"),
        ("😀" * 2049, "Bad Request: message is too long"),
    ],
)
async def test_texts_that_are_refused(
    api: BotApiClient, customer: Customer, text: str, description: str
) -> None:
    """Empty and over-long texts are refused; length counts UTF-16 units."""
    assert await api.refusal("sendMessage", chat_id=customer.chat_id, text=text) == description


async def test_length_counts_after_parsing(api: BotApiClient, customer: Customer) -> None:
    """4,096 characters pass with any amount of markup around them."""
    text = f"<b>{'x' * 4096}</b>"
    sent = await api.result("sendMessage", chat_id=customer.chat_id, text=text, parse_mode="html")
    assert len(sent["text"]) == 4096


async def test_chats_that_cannot_be_written_to(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Each reason has Telegram's own words."""
    silent = telegram.add_customer("Silent")
    met = telegram.add_customer("Met")
    telegram.add_group("G", customer).send_text(met, "hi")
    gone = telegram.add_customer("Gone")
    gone.start()
    gone.deactivate()
    customer.block()
    for chat_id, description in [
        ("", "Bad Request: chat_id is empty"),
        (999, "Bad Request: chat not found"),
        ("what", "Bad Request: chat not found"),
        ("@ivan_petrov", "Bad Request: chat not found"),
        (silent.chat_id, "Bad Request: chat not found"),
        (met.chat_id, "Forbidden: bot can't initiate conversation with a user"),
        (gone.chat_id, "Forbidden: user is deactivated"),
        (customer.chat_id, "Forbidden: bot was blocked by the user"),
    ]:
        assert await api.refusal("sendMessage", chat_id=chat_id, text="hi") == description
    customer.unblock()
    assert (await api.call("sendMessage", chat_id=customer.chat_id, text="hi"))["ok"]


async def test_replies(api: BotApiClient, customer: Customer) -> None:
    """A reply carries the message and the quote; a missing one is refused unless allowed."""
    asked = customer.send_text("one two three", reply_to=1)
    assert asked["reply_to_message"]["text"] == "/start"
    to = {"message_id": asked["message_id"], "quote": "two"}
    sent = await api.result(
        "sendMessage", chat_id=customer.chat_id, text="yes", reply_parameters=to
    )
    assert "reply_to_message" not in sent["reply_to_message"]
    assert sent["quote"] == {"text": "two", "position": 4, "is_manual": True}
    old = await api.result(
        "sendMessage", chat_id=customer.chat_id, text="yes", reply_to_message_id=1
    )
    assert old["reply_to_message"]["message_id"] == 1

    lost = {"message_id": 999}
    description = await api.refusal(
        "sendMessage", chat_id=customer.chat_id, text="x", reply_parameters=lost
    )
    assert description == "Bad Request: message to be replied not found"
    lost["allow_sending_without_reply"] = True
    assert "reply_to_message" not in await api.result(
        "sendMessage", chat_id=customer.chat_id, text="x", reply_parameters=lost
    )


async def test_keyboards(api: BotApiClient, customer: Customer) -> None:
    """Inline keyboards are part of the message, reply keyboards of what the customer sees."""
    inline = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = await api.result("sendMessage", chat_id=customer.chat_id, text="?", reply_markup=inline)
    assert sent["reply_markup"] == inline
    query_id = customer.click(sent["message_id"], "y")
    (update,) = await api.updates()
    assert update["callback_query"]["data"] == "y"
    assert await api.result("answerCallbackQuery", callback_query_id=query_id)
    assert "query is too old" in await api.refusal(
        "answerCallbackQuery", callback_query_id=query_id
    )

    reply = {"keyboard": [[{"text": "Phone", "request_contact": True}], ["No"]]}
    sent = await api.result("sendMessage", chat_id=customer.chat_id, text="?", reply_markup=reply)
    assert "reply_markup" not in sent
    assert customer.keyboard == reply
    remove = {"remove_keyboard": True}
    await api.result("sendMessage", chat_id=customer.chat_id, text=".", reply_markup=remove)
    assert customer.keyboard is None


async def test_a_phone_is_asked_for_in_private_alone(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """In a group nobody can be asked for their number by a button."""
    group = telegram.add_group("Клиенты", customer)
    ask = {"keyboard": [[{"text": "Phone", "request_contact": True}]]}
    assert await api.refusal(
        "sendMessage", chat_id=group.chat_id, text="?", reply_markup=ask
    ) == "Bad Request: phone number can be requested in private chats only"  # fmt: skip


@pytest.mark.parametrize(
    "markup",
    [
        "{",
        [],
        {"keyboard": "x"},
        {"keyboard": ["x"]},
        {"keyboard": [[{}]]},
        {"keyboard": [[3]]},
        {"keyboard": [[{"text": "x", "request_contact": "yes"}]]},
        {"inline_keyboard": [[{"text": "x"}]]},
        {"inline_keyboard": [[{"text": "x", "callback_data": "й" * 33}]]},
        {"inline_keyboard": [["x"]]},
        {"remove_keyboard": "yes"},
    ],
)
async def test_malformed_keyboards(api: BotApiClient, customer: Customer, markup: object) -> None:
    """A reply_markup of a wrong shape is a 400, and nothing is sent."""
    answer = await api.call("sendMessage", chat_id=customer.chat_id, text="?", reply_markup=markup)
    assert answer["error_code"] == 400
    assert len(customer.messages) == 1


async def test_editing(api: BotApiClient, customer: Customer) -> None:
    """The bot changes its own messages alone, and only to something else."""
    own = await api.result("sendMessage", chat_id=customer.chat_id, text="one")
    to = {"chat_id": customer.chat_id, "message_id": own["message_id"]}
    edited = await api.result("editMessageText", **to, text="two")
    assert edited["text"] == "two"
    assert edited["edit_date"] >= own["date"]
    assert customer.messages[-1]["text"] == "two"
    assert "message is not modified" in await api.refusal("editMessageText", **to, text="two")
    to["message_id"] = 1
    assert "message can't be edited" in await api.refusal("editMessageText", **to, text="x")
    to["message_id"] = 99
    assert "message to edit not found" in await api.refusal("editMessageText", **to, text="x")


async def test_deleting_copying_and_forwarding(api: BotApiClient, customer: Customer) -> None:
    """A deleted message is gone; a copy has only an id; a forward names its origin."""
    chat = {"chat_id": customer.chat_id, "from_chat_id": customer.chat_id, "message_id": 1}
    copied = await api.result("copyMessage", **chat)
    assert copied == {"message_id": 2}
    forwarded = await api.result("forwardMessage", **chat)
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "Иван"
    assert await api.result("deleteMessage", chat_id=customer.chat_id, message_id=1)
    assert [message["message_id"] for message in customer.messages] == [2, 3]
    for method, what in [("deleteMessage", "delete"), ("copyMessage", "copy")]:
        assert await api.refusal(method, **chat) == f"Bad Request: message to {what} not found"


async def test_reactions_of_the_bot(api: BotApiClient, customer: Customer) -> None:
    """One emoji of Telegram's list, or none."""
    to = {"chat_id": customer.chat_id, "message_id": 1}

    def emoji(text: str) -> dict[str, str]:
        return {"type": "emoji", "emoji": text}

    assert await api.result("setMessageReaction", **to, reaction=[emoji("👍")])
    assert await api.result("setMessageReaction", **to, reaction=[])
    for reaction, description in [
        ([emoji("x")], "REACTION_INVALID"),
        ([emoji("👍"), emoji("👎")], "REACTIONS_TOO_MANY"),
    ]:
        refusal = await api.refusal("setMessageReaction", **to, reaction=reaction)
        assert refusal == f"Bad Request: {description}"


async def test_places_contacts_and_actions(api: BotApiClient, customer: Customer) -> None:
    """Places, venues and contacts are sent; what is missing is named."""
    chat = customer.chat_id
    place = {"latitude": 55.75, "longitude": 37.61}
    sent = await api.result("sendLocation", chat_id=chat, **place)
    assert sent["location"] == place
    sent = await api.result("sendVenue", chat_id=chat, **place, title="Кремль", address="Москва")
    assert sent["venue"] == {"location": place, "title": "Кремль", "address": "Москва"}
    sent = await api.result("sendContact", chat_id=chat, phone_number="+7", first_name="A")
    assert sent["contact"] == {"phone_number": "+7", "first_name": "A"}
    assert await api.result("sendChatAction", chat_id=chat, action="typing")
    assert await api.refusal("sendChatAction", chat_id=chat, action="sleep") == (
        "Bad Request: wrong parameter action in request"
    )
    assert await api.refusal("sendLocation", chat_id=chat, latitude=1) == (
        "Bad Request: longitude is empty"
    )
    assert await api.refusal("sendContact", chat_id=chat, phone_number="1") == (
        'Bad Request: parameter "first_name" is required'
    )


async def test_a_group_that_becomes_a_supergroup(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """The old number answers with the new one, which works."""
    group = telegram.add_group("Клиенты", customer)
    old = group.chat_id
    new = group.migrate()
    answer = await api.call("sendMessage", chat_id=old, text="x")
    assert answer["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert (await api.call("sendMessage", chat_id=new, text="x"))["ok"]
    group.kick_bot()
    assert await api.refusal("sendMessage", chat_id=new, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )


async def test_commands_and_descriptions(api: BotApiClient) -> None:
    """What the bot says about itself is kept by scope and language."""
    commands = [{"command": "start", "description": "Начать"}]
    assert await api.result("setMyCommands", commands=commands, language_code="ru")
    assert await api.result("getMyCommands", language_code="ru") == commands
    assert await api.result("getMyCommands") == []
    assert await api.result("deleteMyCommands", language_code="ru")
    assert await api.result("getMyCommands", language_code="ru") == []
    wrong = [{"command": "Старт", "description": "x"}]
    assert "BOT_COMMAND_INVALID" in await api.refusal("setMyCommands", commands=wrong)
    assert "invalid language code" in await api.refusal("getMyCommands", language_code="rus")
    wrong_scope = {"type": "everybody"}
    assert "unsupported type" in await api.refusal("getMyCommands", scope=wrong_scope)
    assert await api.result("setMyShortDescription", short_description="Короткое")
    assert await api.result("getMyShortDescription") == {"short_description": "Короткое"}
    assert await api.result("getMyName") == {"name": "Sandbox"}


async def test_the_menu_that_a_customer_sees(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """A narrower scope comes before a wider one, and in it the own language before all."""
    english = telegram.add_customer("John", language_code="en-GB")

    def menu(words: str) -> list[dict[str, str]]:
        return [{"command": "help", "description": words}]

    assert customer.menu == []
    everywhere = {"commands": menu("default"), "language_code": "ru"}
    await api.result("setMyCommands", **everywhere)
    assert (customer.menu, english.menu) == (menu("default"), [])
    scope = {"type": "all_private_chats"}
    await api.result("setMyCommands", commands=menu("private"), scope=scope)
    assert (customer.menu, english.menu) == (menu("private"), menu("private"))
    await api.result("setMyCommands", commands=menu("по-русски"), scope=scope, language_code="ru")
    assert (customer.menu, english.menu) == (menu("по-русски"), menu("private"))
    await api.result("deleteMyCommands", scope=scope)
    assert (customer.menu, english.menu) == (menu("по-русски"), [])


async def test_every_call_is_recorded(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Tests read the calls by the Bot API's types, whichever way they came."""
    await api.upload("sendMessage", {}, chat_id=str(customer.chat_id), text="1")
    await api.call("sendMessage", chat_id=1, text="")
    good, bad = telegram.calls
    assert good.params == {"chat_id": customer.chat_id, "text": "1"}
    assert good.ok
    assert (bad.ok, bad.error_code) == (False, 400)


async def test_errors_on_demand(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """A test can make the next call, or the next one for a chat, fail."""
    other = telegram.add_customer("Other")
    other.start()
    telegram.too_many_requests("sendMessage", 7, chat_id=other.chat_id)
    assert (await api.call("sendMessage", chat_id=customer.chat_id, text="x"))["ok"]
    answer = await api.call("sendMessage", chat_id=other.chat_id, text="x")
    assert answer["error_code"] == 429
    assert answer["description"] == "Too Many Requests: retry after 7"
    assert answer["parameters"] == {"retry_after": 7}
    assert (await api.call("sendMessage", chat_id=other.chat_id, text="x"))["ok"]


async def test_limits(customer: Customer, api: BotApiClient) -> None:
    """With limits on, a burst in one chat ends in a 429."""
    server = TelegramSandbox(enforce_limits=True)
    async with server:
        person = server.add_customer("A")
        person.start()
        limited = BotApiClient(api.session, server.url, server.token)
        answers = [
            await limited.call("sendMessage", chat_id=person.chat_id, text="x") for _ in range(7)
        ]
    assert [answer["ok"] for answer in answers[:5]] == [True] * 5
    assert answers[-1]["parameters"]["retry_after"] >= 1
    assert len(person.messages) < 8
    assert len(customer.messages) == 1


async def test_logged_out(api: BotApiClient) -> None:
    """After logOut nothing works."""
    assert await api.result("close")
    assert await api.result("logOut")
    assert await api.refusal("getMe") == "Logged out"
