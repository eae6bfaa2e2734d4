"""The HTTP side of the sandbox's Telegram: calls, their envelope, and the files."""

import inspect
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.telegram.errors import BotApiError, not_found, unauthorized
from sandbox.telegram.files import StoredFile
from sandbox.telegram.methods import METHODS
from sandbox.telegram.parameters import Parameters, read_parameters
from sandbox.telegram.registry import Call
from sandbox.telegram.uploads import LOCAL_UPLOAD_LIMIT, MEGABYTE, UPLOAD_LIMIT
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import World

ROOM_BESIDE_FILES = 2 * MEGABYTE
CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class BotCall:
    """A Bot API call that came.

    Attributes:
        params: The parameters by the Bot API's types, uploads included.
        time: When it was answered, in Unix seconds.
    """

    method: str
    params: dict[str, Any]
    ok: bool
    error_code: int | None
    time: float


@dataclass
class Failure:
    """An error that the next fitting calls get instead of being carried out."""

    error: BotApiError
    method: str
    chat_id: int | None
    times: int | None

    def fits(self, method: str, parameters: Parameters) -> bool:
        """Say whether it is for this call."""
        chat = self.chat_id is None or parameters.text("chat_id") == str(self.chat_id)
        return self.times != 0 and self.method.lower() in {"", method.lower()} and chat


class BotApi:
    """Answers Bot API calls.

    Args:
        token: The only token that it knows.
        world: What the calls act upon.
        webhook: The bot's.
        record: Called with every call, once it is answered.
    """

    def __init__(
        self, token: str, world: World, webhook: Webhook, record: Callable[[BotCall, str], None]
    ) -> None:
        self._token = token
        self._world = world
        self._webhook = webhook
        self._record = record
        self.failures: list[Failure] = []
        self.logged_out = False

    def application(self, faults: Faults) -> web.Application:
        """Return a fresh aiohttp application that serves the API."""
        limit = LOCAL_UPLOAD_LIMIT if self._world.files.local else UPLOAD_LIMIT
        app = web.Application(
            client_max_size=limit + ROOM_BESIDE_FILES, middlewares=[faults.middleware(method_name)]
        )
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.router.add_get("/bot{token}/{method}", self._call, allow_head=False)
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_route("*", "/{anything:.*}", _nowhere)
        return app

    async def _call(self, request: web.Request) -> web.Response:
        parameters, method = Parameters(), request.match_info["method"]
        try:
            if request.match_info["token"] != self._token:
                raise unauthorized()
            parameters = await read_parameters(request)
            answer: dict[str, Any] = {"ok": True, "result": await self.run(method, parameters)}
        except BotApiError as error:
            answer = error.envelope()
        call = BotCall(
            method, parameters.plain(), answer["ok"], answer.get("error_code"), time.time()
        )
        self._record(call, answer.get("description", ""))
        return _answer(answer)

    async def run(self, method: str, parameters: Parameters) -> object:
        """Carry out a method and return its result.

        Raises:
            BotApiError: Telegram would refuse it, or a test wants it to fail.
        """
        function = METHODS.get(method.lower())
        if self.logged_out:
            raise BotApiError(400, "Logged out")
        if method.lower() in {"close", "logout"}:
            self.logged_out = method.lower() == "logout"
            return True
        if function is None:
            raise not_found("method not found")
        self._fail_on_demand(method, parameters)
        result = function(Call(method, parameters, self._world, self._webhook))
        return await result if inspect.isawaitable(result) else result

    def _fail_on_demand(self, method: str, parameters: Parameters) -> None:
        for failure in self.failures:
            if failure.fits(method, parameters):
                if failure.times is not None:
                    failure.times -= 1
                raise failure.error

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._world.files.at(request.match_info["path"])
        if request.match_info["token"] != self._token or stored is None:
            return _answer(not_found().envelope())
        return await _send_file(request, stored)


async def method_name(request: web.Request) -> str:
    """Return the method that a request calls; for the rules of faults."""
    return request.match_info.get("method", "")


async def _nowhere(_request: web.Request) -> web.Response:
    return _answer(not_found().envelope())


def _answer(envelope: dict[str, Any]) -> web.Response:
    parameters = envelope.get("parameters", {})
    wait = {"Retry-After": str(parameters["retry_after"])} if "retry_after" in parameters else {}
    return web.Response(
        body=json.dumps(envelope, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        status=envelope.get("error_code", 200),
        content_type="application/json",
        headers=wait,
    )


async def _send_file(request: web.Request, stored: StoredFile) -> web.StreamResponse:
    size = len(stored.data)
    first, last = 0, size - 1
    response = web.StreamResponse()
    if found := RANGE.fullmatch(request.headers.get("Range", "")):
        first, last = _wanted(found, size)
        if first > last:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        response.set_status(206)
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.content_type = "application/octet-stream"
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = last - first + 1
    await response.prepare(request)
    if request.method != "HEAD":
        for place in range(first, last + 1, CHUNK):
            await response.write(stored.data[place : min(place + CHUNK, last + 1)])
    await response.write_eof()
    return response


def _wanted(found: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first and the last byte that a Range header asks for."""
    if not found[1]:
        return max(0, size - int(found[2] or 0)), size - 1
    return int(found[1]), min(int(found[2] or size - 1), size - 1)
