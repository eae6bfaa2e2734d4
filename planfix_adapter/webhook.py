"""Takes PlanFix's calls on an aiohttp server."""

import asyncio
import codecs
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress

from aiohttp import ClientError, hdrs, web

from . import loggers
from .checks import check_provider_id, check_token
from .exceptions import InvalidParameters, WebhookError
from .models import ChatRef, OperatorMessage
from .protocol import FORM_TYPE, authenticate, check_provider, parse_form, parse_operator_message

OnMessage = Callable[[OperatorMessage], Awaitable[ChatRef]]
OnRefused = Callable[[web.Request, WebhookError], Awaitable[None]]

LARGE = 64 * 1024
"""Bytes; a longer call needs one of few places, for who calls is not known before its end."""
LARGE_AT_ONCE = 16

LINGER = 0.5
"""Seconds to swallow the rest of a call that was refused early, so that its sender can read why."""

_UNAVAILABLE = "Temporarily unavailable"

_BROKEN = (ClientError, OSError, web.RequestPayloadError)
"""What reading a body raises: the sender left, was too slow, or broke the rules of HTTP."""


class _TooBusyError(WebhookError):
    """No place for a large call became free in time."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_UNAVAILABLE)


class PlanfixWebhook:
    """Authenticates and reads PlanFix's calls, and hands operators' messages to a callback.

    PlanFix is answered with what the callback returns. A callback that raises `MessageRejected`
    tells the operator why; whatever else it raises is logged and answered with 503. PlanFix may
    repeat a call, and may not wait long: store the message, know a repeat by its id, return.

    Args:
        provider_id: names the chat system, as for the client; other systems' calls are refused.
        tokens: our keys, any of which is accepted: a new one can come before the old one goes.
        on_message: awaited with each message; says where it belongs.
        on_refused: awaited before a call of somebody without a key, or one that breaks the rules,
            is answered: the place to slow strangers down. By default the refusal is logged.
        max_body: bytes of the longest call.
        read_timeout: seconds in which a call must have come in.

    Raises:
        ValueError: the provider_id or the tokens cannot be right.
    """

    def __init__(
        self,
        provider_id: str,
        tokens: Sequence[str],
        on_message: OnMessage,
        *,
        on_refused: OnRefused | None = None,
        max_body: int = 1024 * 1024,
        read_timeout: float = 10.0,
    ) -> None:
        if not tokens or isinstance(tokens, str):
            raise ValueError("The tokens must be a list of at least one key.")
        self._provider_id = check_provider_id(provider_id)
        self._tokens = tuple(check_token(token) for token in tokens)
        self._on_message = on_message
        self._on_refused = on_refused or _log_refused
        self._max_body = max_body
        self._read_timeout = read_timeout
        self._large_places = asyncio.Semaphore(LARGE_AT_ONCE)

    def register(self, app: web.Application, path: str = "/planfix") -> None:
        """Serves PlanFix's calls at `path` of an application."""
        app.router.add_route("*", path, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """Answers one call of PlanFix."""
        try:
            message = self._parse(await self._read(request))
        except WebhookError as error:
            refusal = error.with_traceback(None)  # its frames would keep the body
        else:
            return await self._deliver(message)
        await self._on_refused(request, refusal)
        response = _error_response(refusal)
        await _hang_up(request, response)
        return response

    async def _read(self, request: web.Request) -> bytes:
        """Gives the call's body, unless it cannot be one of PlanFix's."""
        if request.method != hdrs.METH_POST or not _is_form(request):
            raise InvalidParameters
        if (request.content_length or 0) > self._max_body:
            raise InvalidParameters
        body, waiting = bytearray(), False
        with suppress(*_BROKEN):
            async with asyncio.timeout(self._read_timeout), AsyncExitStack() as place:
                await self._read_up_to(LARGE, request, body)
                if waiting := len(body) > LARGE:
                    await place.enter_async_context(self._large_places)
                    waiting = False
                    await self._read_up_to(self._max_body, request, body)
        if waiting:
            raise _TooBusyError
        if len(body) > self._max_body or not request.content.at_eof():
            raise InvalidParameters
        return bytes(body)

    async def _read_up_to(self, most: int, request: web.Request, body: bytearray) -> None:
        """Adds to `body` until it is complete or longer than `most`."""
        while len(body) <= most and (chunk := await request.content.readany()):
            body += chunk

    def _parse(self, body: bytes) -> OperatorMessage:
        pairs = parse_form(body)
        authenticate(pairs, self._tokens)
        check_provider(pairs, self._provider_id)
        return parse_operator_message(pairs)

    async def _deliver(self, message: OperatorMessage) -> web.Response:
        """Awaits the callback. What is logged here has seen no key: `message` has none."""
        try:
            chat = await self._on_message(message)
            return web.json_response({"chatId": chat.chat_id, "contactId": chat.contact_id})
        except WebhookError as error:
            loggers.webhook.warning("webhook.rejected status=%d", error.status)
            return _error_response(error)
        except Exception:  # noqa: BLE001 - whatever the callback raises, PlanFix gets an answer
            loggers.webhook.exception("webhook.callback_failed message_id=%r", message.message_id)
            return web.json_response({"error": _UNAVAILABLE}, status=503)


async def _log_refused(_: web.Request, error: WebhookError) -> None:
    loggers.webhook.warning("webhook.refused status=%d error=%r", error.status, error.error)


def _error_response(error: WebhookError) -> web.Response:
    return web.json_response({"error": error.error}, status=error.status)


def _is_form(request: web.Request) -> bool:
    """Says whether the headers promise a form in UTF-8 that is not compressed."""
    try:
        charset = codecs.lookup(request.charset or "utf-8").name
    except (LookupError, ValueError):
        return False
    encoding = request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower()
    return request.content_type == FORM_TYPE and charset == "utf-8" and encoding == "identity"


async def _hang_up(request: web.Request, response: web.Response) -> None:
    """Answers a call that PlanFix would not make, and closes the connection.

    The server alone would wait much longer, for the rest of a stalled call or for a further one.
    """
    response.force_close()
    with suppress(ConnectionError):
        await response.prepare(request)
        await response.write_eof()
    with suppress(*_BROKEN):
        async with asyncio.timeout(LINGER):
            while not request.content.at_eof():
                await request.content.readany()
    request.protocol.force_close()
