"""What the tests of the way from operators to customers share."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from aiohttp import web

from sandbox.planfix.models import Message as PlanfixMessage
from sandbox.telegram import Customer
from sandbox.telegram.parameters import Upload
from support import World

_numbers = count(1)


async def a_customer(shared: World, language_code: str = "ru") -> Customer:
    """A customer who has started the bot, and whom PlanFix knows."""
    customer = shared.telegram.add_customer(f"Иван {next(_numbers)}", language_code=language_code)
    customer.start()
    await shared.planfix.wait_for(lambda: str(customer.chat_id) in shared.planfix.tasks)
    await shared.telegram.wait_for(lambda: len(customer.messages) > 1)
    return customer


async def answered(
    shared: World,
    customer: Customer,
    text: str,
    attachments: Sequence[tuple[str, bytes]] = (),
    seconds: float = 20,
    **more: Any,  # noqa: ANN401 - passed on
) -> PlanfixMessage:
    """An operator's answer, once its outcome is reported."""
    status, _ = await shared.planfix.answer(str(customer.chat_id), text, attachments, **more)
    assert status == 200
    message = last_answer(shared, customer)
    await shared.planfix.wait_for(lambda: bool(message.ticks), timeout=seconds)
    return message


def last_answer(shared: World, customer: Customer) -> PlanfixMessage:
    """The last message of an operator in the customer's task."""
    messages = shared.planfix.tasks[str(customer.chat_id)].messages
    return [each for each in messages if each.author == "operator"][-1]


def received(customer: Customer) -> list[dict[str, Any]]:
    """What the customer got since the greeting."""
    return [each for each in customer.messages if each["from"]["is_bot"]][1:]


def kinds(messages: Sequence[dict[str, Any]]) -> list[str]:
    """What each message is."""
    names = ("photo", "video", "animation", "audio", "voice", "document", "text")
    return [next(name for name in names if name in message) for message in messages]


def uploads(shared: World, customer: Customer) -> list[Upload]:
    """The files that came to Telegram for this customer, refused ones too."""
    return [
        value
        for call in shared.telegram.calls
        if call.params.get("chat_id") == customer.chat_id
        for value in call.params.values()
        if isinstance(value, Upload)
    ]


class FileHost:
    """A server of files that misbehaves on demand: `routes` gives what answers at each path."""

    def __init__(self) -> None:
        self.routes: dict[str, Any] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/{name:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    def url(self, path: str) -> str:
        """The address of `path` here."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        answer = self.routes.get(request.path)
        if answer is None:
            raise web.HTTPNotFound
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        found: web.StreamResponse = await answer(request)
        return found
