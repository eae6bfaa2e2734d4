"""Takes PlanFix's calls on an aiohttp server."""

import asyncio
import codecs
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp import ClientError, hdrs, web

from . import loggers
from .checks import check_provider_id, check_token
from .exceptions import InvalidParameters, WebhookError
from .models import ChatRef, OperatorMessage
from .protocol import FORM_TYPE, authenticate, check_provider, parse_form, parse_operator_message

OnMessage = Callable[[OperatorMessage], Awaitable[ChatRef]]

LINGER = 0.5
"""Seconds to swallow the rest of a call that was refused early, so that its sender can read why."""

_BROKEN = (ClientError, OSError, web.RequestPayloadError)
"""What reading a body raises: the sender left, was too slow, or broke the rules of HTTP."""


class PlanfixWebhook:
    """Authenticates and reads PlanFix's calls, and hands operators' messages to a callback.

    PlanFix is answered with what the callback returns. A callback that raises `MessageRejected`
    tells the operator why; whatever else it raises is logged and answered with 503. PlanFix may
    repeat a call, and may not wait long: store the message, know a repeat by its id, return.

    Args:
        provider_id: names the chat system, as for the client; other systems' calls are refused.
        tokens: our keys, any of which is accepted: a new one can come before the old one goes.
        on_message: awaited with each message; says where it belongs.
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
        max_body: int = 1024 * 1024,
        read_timeout: float = 10.0,
    ) -> None:
        if not tokens or isinstance(tokens, str):
            raise ValueError("The tokens must be a list of at least one key.")
        self._provider_id = check_provider_id(provider_id)
        self._tokens = tuple(check_token(token) for token in tokens)
        self._on_message = on_message
        self._max_body = max_body
        self._read_timeout = read_timeout

    def register(self, app: web.Application, path: str = "/planfix") -> None:
        """Serves PlanFix's calls at `path` of an application."""
        app.router.add_route("*", path, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """Answers one call of PlanFix."""
        try:
            message = self._parse(await self._read(request))
        except WebhookError as error:
            response = _refuse(error)
            await _hang_up(request, response)
            return response
        return await self._deliver(message)

    async def _read(self, request: web.Request) -> bytes:
        """Gives the call's body, unless it cannot be one of PlanFix's."""
        if request.method != hdrs.METH_POST or not _is_form(request):
            raise InvalidParameters
        if (request.content_length or 0) > self._max_body:
            raise InvalidParameters
        body = bytearray()
        with suppress(*_BROKEN):
            async with asyncio.timeout(self._read_timeout):
                while len(body) <= self._max_body and (chunk := await request.content.readany()):
                    body += chunk
        if len(body) > self._max_body or not request.content.at_eof():
            raise InvalidParameters
        return bytes(body)

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
            return _refuse(error)
        except Exception:  # noqa: BLE001 - whatever the callback raises, PlanFix gets an answer
            loggers.webhook.exception("webhook.callback_failed message_id=%s", message.message_id)
            return web.json_response({"error": "Temporarily unavailable"}, status=503)


def _refuse(error: WebhookError) -> web.Response:
    loggers.webhook.warning("webhook.refused status=%d error=%r", error.status, error.error)
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
