"""The sandbox's operators: what their messages look like to a bridge, and their ticks."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from aiohttp import web

from sandbox.planfix import PlanfixSandbox

Pairs = list[tuple[str, str]]


class StandIn:
    """A bridge's webhook that keeps what came and answers what a test wants."""

    def __init__(self) -> None:
        self.forms: list[Pairs] = []
        self.status = 200
        self.answer: object = {"chatId": "c1", "contactId": "u1"}

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call."""
        assert request.content_type == "application/x-www-form-urlencoded"
        self.forms.append(parse_qsl(await request.text(), keep_blank_values=True))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def bridge() -> AsyncIterator[tuple[StandIn, str]]:
    """A stand-in for the bridge and its address."""
    stand_in = StandIn()
    app = web.Application()
    app.router.add_post("/planfix", stand_in.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield stand_in, f"http://127.0.0.1:{runner.addresses[0][1]}/planfix"
    await runner.cleanup()


@pytest.fixture
async def stand_in(bridge: tuple[StandIn, str]) -> StandIn:
    """The stand-in alone."""
    return bridge[0]


@pytest.fixture
async def planfix(bridge: tuple[StandIn, str]) -> AsyncIterator[PlanfixSandbox]:
    """A PlanFix connected to the stand-in."""
    async with PlanfixSandbox() as server:
        server.connect(bridge[1])
        yield server


async def call(planfix: PlanfixSandbox, *pairs: tuple[str, str]) -> int:
    """Call the chat API and return the status."""
    keys = [("planfix_token", "planfix-key"), ("providerId", "telegram")]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode([*keys, *pairs])
    async with (
        aiohttp.ClientSession() as session,
        session.post(planfix.url, data=body, headers=headers) as response,
    ):
        return response.status


async def test_an_answer_is_the_call_that_planfix_makes(
    planfix: PlanfixSandbox, stand_in: StandIn
) -> None:
    """Every field of an operator's message is in the form, in PlanFix's names."""
    reply = await planfix.answer(
        "c1", "Здравствуйте & до связи", operator=("Пётр", "Ким"), message_id="m1", phone="+79"
    )
    assert reply == (200, {"chatId": "c1", "contactId": "u1"})
    form = dict(stand_in.forms[0])
    assert form.pop("taskEmail").endswith("@planfix.example")
    assert form.pop("userIco").startswith(planfix.url.removesuffix("/webchat/api"))
    assert form == {
        "cmd": "newMessage",
        "providerId": "telegram",
        "token": "bridge-key",
        "chatId": "c1",
        "contactPhone": "+79",
        "message": "Здравствуйте & до связи",
        "messageId": "m1",
        "userName": "Пётр",
        "userLastName": "Ким",
    }


async def test_the_channel_comes_back(planfix: PlanfixSandbox, stand_in: StandIn) -> None:
    """An answer carries the channel that the chat's messages carried."""
    await call(
        planfix, ("cmd", "newMessage"), ("chatId", "c1"), ("message", "x"),
        ("contactId", "u1"), ("contactName", "Мария"), ("channel", "shop"),
    )  # fmt: skip
    await planfix.answer("c1", "y")
    assert dict(stand_in.forms[0])["channel"] == "shop"


async def test_files_are_served_from_our_own_host(
    planfix: PlanfixSandbox, stand_in: StandIn
) -> None:
    """Attachments come as pairs of names and addresses that give the bytes, name and type."""
    files = [("счёт № 1.pdf", b"%PDF"), ("кот.png", b"\x89PNG")]
    await planfix.answer("c1", "", files)
    names = [value for name, value in stand_in.forms[0] if name == "attachments[name]"]
    urls = [value for name, value in stand_in.forms[0] if name == "attachments[url]"]
    assert names == ["счёт № 1.pdf", "кот.png"]
    async with aiohttp.ClientSession() as session, session.get(urls[0]) as response:
        assert await response.read() == b"%PDF"
        assert response.content_type == "application/pdf"
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "счёт № 1.pdf"
    async with (
        aiohttp.ClientSession() as session,
        session.get(planfix.url.replace("webchat/api", "files/guess/a.pdf")) as response,
    ):
        assert response.status == 404


async def test_a_message_without_its_id(planfix: PlanfixSandbox, stand_in: StandIn) -> None:
    """An empty message_id leaves the field out, and no status can refer to that message."""
    await planfix.answer("c1", "x", message_id="")
    assert "messageId" not in dict(stand_in.forms[0])
    hidden_id = planfix.tasks["c1"].messages[0].id
    status = await call(
        planfix,
        ("cmd", "messageStatus"),
        ("messageId", hidden_id),
        ("messageStatus", "sent"),
    )
    assert status == 400


async def test_ticks(planfix: PlanfixSandbox) -> None:
    """error, sent and read are shown; anything else counts as sent."""
    await planfix.answer("c1", "x", message_id="m1")
    status = [("cmd", "messageStatus"), ("messageId", "m1")]
    for value in ("delivered", "read"):
        assert await call(planfix, *status, ("messageStatus", value)) == 200
    reason = ("messageStatusText", "Клиент заблокировал бота")
    assert await call(planfix, *status, ("messageStatus", "error"), reason) == 200
    message = planfix.message("m1")
    assert message.ticks_history == ["sent", "read", "error"]
    assert (message.ticks, message.ticks_text) == ("error", "Клиент заблокировал бота")


async def test_a_repeated_call_is_the_same_call(planfix: PlanfixSandbox, stand_in: StandIn) -> None:
    """A repeat is exactly the call that was made before, and no new message."""
    await planfix.answer("c1", "x", [("a.txt", b"1")], message_id="m1")
    await planfix.resend("m1")
    assert stand_in.forms[0] == stand_in.forms[1]
    assert len(planfix.tasks["c1"].messages) == 1


async def test_writing_first_opens_the_task_that_the_bridge_names(
    planfix: PlanfixSandbox, stand_in: StandIn
) -> None:
    """A first message has a phone and no chat; the answer tells which chat and contact it is."""
    stand_in.answer = {"chatId": "c7", "contactId": "u7"}
    assert (await planfix.write_first("+79991112233", "Здравствуйте"))[0] == 200
    form = dict(stand_in.forms[0])
    assert "chatId" not in form
    assert form["contactPhone"] == "+79991112233"
    assert planfix.tasks["c7"].messages[0].text == "Здравствуйте"
    assert planfix.contacts["u7"].phone == "+79991112233"


async def test_a_refused_first_message_opens_nothing(
    planfix: PlanfixSandbox, stand_in: StandIn
) -> None:
    """When the bridge refuses, no task appears and its words are passed on."""
    stand_in.status, stand_in.answer = 400, {"error": "the customer must write first"}
    reply = await planfix.write_first("+7999", "x")
    assert reply == (400, {"error": "the customer must write first"})
    assert not planfix.tasks


async def test_a_bridge_that_cannot_be_reached(planfix: PlanfixSandbox) -> None:
    """An answer that nobody takes is marked so and gives status 0 with a reason."""
    planfix.connect("http://127.0.0.1:1/planfix")
    status, answer = await planfix.answer("c1", "x", message_id="m1")
    assert status == 0
    assert answer["error"]
    assert planfix.message("m1").delivery
