"""The sandbox's PlanFix as the far side of a bridge: its chat API, called over real HTTP."""

import io
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from sandbox.planfix import PlanfixSandbox

Pairs = list[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
KEYS = [("planfix_token", "planfix-key"), ("providerId", "telegram")]
CONTACT = [("contactId", "u1"), ("contactName", "Мария")]
MESSAGE = [("cmd", "newMessage"), ("chatId", "c1"), ("message", "Добрый день"), *CONTACT]


class Caller:
    """Calls the chat API with whatever fields a test wants."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def __call__(self, *pairs: tuple[str, str], keys: Pairs = KEYS) -> tuple[int, str]:
        """Call with `keys` and `pairs`; the status and the answer's text."""
        return await self.body(urlencode([*keys, *pairs]))

    async def body(self, body: str, content_type: str = FORM) -> tuple[int, str]:
        """Send a raw body and return the status and the answer's text."""
        headers = {"Content-Type": content_type}
        data = io.BytesIO(body.encode())
        async with self.session.post(self.url, data=data, headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
async def planfix() -> AsyncIterator[PlanfixSandbox]:
    """A running PlanFix."""
    async with PlanfixSandbox() as server:
        yield server


@pytest.fixture
async def call(planfix: PlanfixSandbox) -> AsyncIterator[Caller]:
    """Calls that PlanFix."""
    async with aiohttp.ClientSession() as session:
        yield Caller(planfix.url, session)


@pytest.fixture
async def file_url() -> AsyncIterator[str]:
    """A server with one picture at /ok, and a redirect to it at /elsewhere."""

    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=b"picture", content_type="image/png")

    app = web.Application()

    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/ok")

    app.router.add_get("/ok", picture)
    app.router.add_get("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_message_opens_a_contact_and_a_task(call: Caller, planfix: PlanfixSandbox) -> None:
    """The first message of a chat makes its contact and its task, with the task's fields."""
    status, text = await call(
        *MESSAGE, ("title", "Заявка"), ("data_utm_source", "ads"), ("contactPhone", "+79990000000")
    )
    assert (status, text) == (200, "")
    task = planfix.tasks["c1"]
    assert (task.title, task.contact_id, task.data) == ("Заявка", "u1", {"utm_source": "ads"})
    assert [(m.author, m.author_name, m.text) for m in task.messages] == [
        ("contact", "Мария", "Добрый день")
    ]
    assert planfix.contacts["u1"].phone == "+79990000000"


async def test_task_fields_are_filled_when_the_task_is_created(
    call: Caller, planfix: PlanfixSandbox
) -> None:
    """A later message changes neither the fields nor the title of an open task."""
    await call(*MESSAGE, ("title", "Первая"), ("data_a", "1"))
    await call(*MESSAGE, ("title", "Вторая"), ("data_a", "2"))
    task = planfix.tasks["c1"]
    assert (task.title, task.data, len(task.messages)) == ("Первая", {"a": "1"}, 2)


async def test_an_echo_is_our_sides_message(call: Caller, planfix: PlanfixSandbox) -> None:
    """A message with isEcho is shown as an outgoing one."""
    await call(*MESSAGE, ("isEcho", "1"), ("userEmail", "a@example.com"))
    message = planfix.tasks["c1"].messages[0]
    assert (message.author, message.author_name) == ("our side", "a@example.com")


async def test_files_are_fetched_at_once(
    call: Caller, planfix: PlanfixSandbox, file_url: str
) -> None:
    """Attachments and the contact's picture are downloaded; a failure is kept with its reason."""
    await call(
        *MESSAGE,
        ("contactIco", f"{file_url}/ok"),
        ("attachments[name]", "кот 1.png"),
        ("attachments[url]", f"{file_url}/ok"),
        ("attachments[name]", "gone.png"),
        ("attachments[url]", f"{file_url}/gone"),
        ("attachments[name]", "elsewhere.png"),
        ("attachments[url]", f"{file_url}/elsewhere"),
    )
    picture = planfix.contacts["u1"].picture
    good, gone, elsewhere = planfix.tasks["c1"].messages[0].attachments
    assert picture is not None
    files = [picture, good, gone, elsewhere]
    await planfix.wait_for(lambda: all(file.settled for file in files))
    assert (good.name, good.data, good.content_type) == ("кот 1.png", b"picture", "image/png")
    assert (gone.data, gone.error) == (None, "HTTP 404")
    assert elsewhere.error == "HTTP 302"
    assert picture.data == b"picture"


async def test_the_lookups(call: Caller) -> None:
    """The lookups answer with numbers, or with PlanFix's own errors."""
    assert await call(("cmd", "getTask"), ("chatId", "c1")) == (400, '{"error": "task not found"}')
    unknown = await call(("cmd", "getContact"), ("contactId", "u1"))
    assert unknown == (400, '{"error": "unknown contact"}')
    await call(*MESSAGE)
    assert await call(("cmd", "getTask"), ("chatId", "c1")) == (200, '{"data": {"number": 1002}}')
    number = await call(("cmd", "getContact"), ("contactId", "u1"))
    assert number == (200, '{"data": {"number": 1001}}')


async def test_update_contact(call: Caller, planfix: PlanfixSandbox) -> None:
    """An update changes what it names and keeps the rest; an unknown contact is refused."""
    update = [("cmd", "updateContact"), ("contactId", "u1"), ("contactName", "Маша")]
    assert await call(*update) == (400, '{"error": "unknown contact"}')
    await call(*MESSAGE, ("contactPhone", "+7"), ("contactLastName", "Соколова"))
    assert await call(*update, ("contactLastName", "Орлова")) == (200, "")
    contact = planfix.contacts["u1"]
    assert (contact.full_name, contact.phone) == ("Маша Орлова", "+7")


@pytest.mark.parametrize(
    "keys",
    [
        [("providerId", "telegram")],
        [("providerId", "telegram"), ("token", "planfix-key")],
        [("providerId", "telegram"), ("planfix_token", "wrong")],
        [*KEYS, ("token", "wrong")],
        [*KEYS, ("planfix_token", "wrong")],
    ],
)
async def test_wrong_keys(call: Caller, planfix: PlanfixSandbox, keys: Pairs) -> None:
    """A missing or wrong key in either field is 401, and nothing is changed."""
    assert await call(*MESSAGE, keys=keys) == (401, '{"error": "Invalid token"}')
    assert not planfix.tasks
    assert [(c.cmd, c.status) for c in planfix.calls] == [("newMessage", 401)]


@pytest.mark.parametrize(
    ("pairs", "error"),
    [
        ([("cmd", "deleteMessage")], "unknown cmd"),
        (MESSAGE[:-1], "contactName is required"),
        ([*MESSAGE, ("chatId", "c2")], "chatId is repeated"),
        ([*MESSAGE, ("colour", "red")], "unknown parameter colour"),
        ([*MESSAGE, ("isEcho", "yes")], "isEcho must be 1 or 0"),
        ([*MESSAGE, ("contactIco", "http://example.com/a.png")], "contactIco must be an https://"),
        ([*MESSAGE, ("attachments[name]", "a")], "must come in pairs"),
        (
            [*MESSAGE, ("attachments[url]", "https://e.com/a"), ("attachments[name]", "a")],
            "must come in pairs",
        ),
        ([("cmd", "messageStatus"), ("messageId", "m"), ("messageStatus", "sent")], "unknown mess"),
        ([("cmd", "getTask"), ("chatId", "c1"), ("message", "x")], "unknown parameter message"),
    ],
)
async def test_bad_parameters(
    call: Caller, planfix: PlanfixSandbox, pairs: Pairs, error: str
) -> None:
    """What the API's tables do not allow is 400 with a reason."""
    status, text = await call(*pairs)
    assert status == 400
    assert error in text
    assert planfix.calls[-1].error in text
    assert not planfix.accepted(pairs[0][1])


async def test_another_provider(call: Caller) -> None:
    """A call that names another chat system is refused."""
    keys = [("planfix_token", "planfix-key"), ("providerId", "whatsapp")]
    assert await call(*MESSAGE, keys=keys) == (400, '{"error": "unknown providerId"}')


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"cmd": "getTask"}', "application/json"),
        ("cmd=getTask&chatId=%zz", FORM),
        ("cmd=getTask&chatId=%ff", FORM),
        ("cmd=getTask&chatId=чат", FORM),
        ("=1", FORM),
        ("a&" * 1_001, FORM),
        ("a=" + "x" * 2_000_000, FORM),
        ("cmd=getTask", f"{FORM}; charset=cp1251"),
    ],
)
async def test_bodies_that_are_no_forms(call: Caller, body: str, content_type: str) -> None:
    """A body that is no proper URL-encoded UTF-8 form is 400."""
    status, _text = await call.body(body, content_type)
    assert status == 400


async def test_away_and_back(call: Caller, planfix: PlanfixSandbox) -> None:
    """While away the server refuses connections; it comes back on its port with its state."""
    await call(*MESSAGE)
    await planfix.stop_listening()
    with pytest.raises(aiohttp.ClientConnectionError):
        await call(*MESSAGE)
    await planfix.start_listening()
    assert (await call(*MESSAGE))[0] == 200
    assert len(planfix.tasks["c1"].messages) == 2


async def test_faults_go_by_command(call: Caller, planfix: PlanfixSandbox) -> None:
    """A fault for one command leaves the others alone."""
    planfix.faults.add("status", "newMessage", code=503, body="later")
    assert (await call(("cmd", "getTask"), ("chatId", "c1")))[0] == 400
    assert await call(*MESSAGE) == (503, "later")
    assert await call(*MESSAGE) == (200, "")
