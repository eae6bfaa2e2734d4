"""PlanFix's chat API over HTTP: authenticates, checks and carries out one call at a time."""

import asyncio
import hmac
import time
from typing import Any

from aiohttp import web

from sandbox.feed import Feed
from sandbox.planfix.account import Account
from sandbox.planfix.commands import BadParametersError, check_command
from sandbox.planfix.forms import FORM_TYPE, FormError, parse_form
from sandbox.planfix.models import Call, Pairs

BODY_SECONDS = 30


class InvalidTokenError(Exception):
    """The call's key is wrong."""


class ChatApi:
    """The one address that a chat calls. Every call is kept in `calls`, accepted or not."""

    def __init__(self, account: Account, feed: Feed, *, token: str, provider_id: str) -> None:
        self.calls: list[Call] = []
        self._account = account
        self._feed = feed
        self._token = token
        self._provider_id = provider_id

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call: 200 with JSON or an empty body, or 400 or 401 with an `error`."""
        pairs: Pairs = []
        try:
            pairs = await read_pairs(request)
            answer = self._execute(pairs)
        except InvalidTokenError:
            return self._refuse(pairs, 401, "Invalid token")
        except (FormError, BadParametersError) as error:
            return self._refuse(pairs, 400, str(error))
        self._record(pairs, 200, "")
        return web.Response() if answer is None else web.json_response(answer)

    def _execute(self, pairs: Pairs) -> dict[str, Any] | None:
        self._authenticate(pairs)
        fields = check_command(pairs)
        if fields.get("providerId") != self._provider_id:
            raise BadParametersError("unknown providerId")
        return self._account.execute(fields, pairs)

    def _authenticate(self, pairs: Pairs) -> None:
        keys = [value for name, value in pairs if name == "planfix_token"]
        other_keys = [value for name, value in pairs if name == "token"]
        if not keys or not all(self._is_ours(key) for key in keys + other_keys):
            raise InvalidTokenError

    def _is_ours(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(), self._token.encode())

    def _refuse(self, pairs: Pairs, status: int, error: str) -> web.Response:
        self._record(pairs, status, error)
        return web.json_response({"error": error}, status=status)

    def _record(self, pairs: Pairs, status: int, error: str) -> None:
        cmd = dict(pairs).get("cmd", "")
        self.calls.append(Call(cmd, pairs, status, error, time.time()))
        self._feed.publish({"type": "call", "cmd": cmd, "status": status, "error": error})


async def read_pairs(request: web.Request) -> Pairs:
    """The request's form as pairs.

    Raises:
        FormError: Another method, parameters in the address, another content type, a broken body.
    """
    if request.method != "POST":
        raise FormError("POST is required")
    if request.query_string:
        raise FormError("parameters belong into the body")
    if request.content_type != FORM_TYPE:
        raise FormError(f"Content-Type must be {FORM_TYPE}")
    if (request.charset or "utf-8").lower() != "utf-8":
        raise FormError("the charset must be utf-8")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return parse_form(await request.read())
    except TimeoutError:
        raise FormError("the body did not arrive") from None
    except web.HTTPRequestEntityTooLarge:
        raise FormError("the body is too large") from None


async def command_name(request: web.Request) -> str:
    """The `cmd` of a request, "" if it has none; the rules of `Faults` go by it."""
    try:
        return dict(await read_pairs(request)).get("cmd", "")
    except FormError:
        return ""
