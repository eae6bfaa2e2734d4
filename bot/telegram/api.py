"""The way to Telegram: aiogram's `Bot`, through a proxy if one is set, and raw calls beside it."""

import json
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.settings.settings import TelegramSettings
from bot.telegram.errors import PROXY_ERRORS, explain_proxy
from bot.telegram.session import LeanSession

CALL_TIMEOUT: Final = 60.0
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024


class TelegramCallError(Exception):
    """A raw call failed. `code` is Telegram's error code, None if no answer could be read."""

    def __init__(
        self, reason: str, code: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.retry_after = retry_after


def make_bot(settings: TelegramSettings) -> Bot:
    """The bot, ready for calls; close its session when done."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    session = LeanSession(
        proxy=proxy, api=TelegramAPIServer.from_base(settings.api_url), timeout=CALL_TIMEOUT
    )
    return Bot(settings.token.get_secret_value(), session=session)


async def http_session(bot: Bot) -> ClientSession:
    """The HTTP session under `bot`, with its proxy."""
    if not isinstance(bot.session, AiohttpSession):
        raise TypeError("the bot was not made by make_bot")
    return await bot.session.create_session()


async def raw_call(
    bot: Bot, method: str, params: dict[str, str | int], *, seconds: float = CALL_TIMEOUT
) -> Any:  # noqa: ANN401 - whatever the method gives
    """Call a method and return its raw `result`, so that no unknown field or kind is lost.

    Raises:
        TelegramCallError: It failed; the text never holds the token.
    """
    session = await http_session(bot)
    url = bot.session.api.api_url(token=bot.token, method=method)
    form = {name: str(value) for name, value in params.items()}
    try:
        async with session.post(
            url, data=form, timeout=ClientTimeout(total=seconds), allow_redirects=False
        ) as response:
            status = response.status
            body = await response.content.read(MAX_ANSWER_BYTES)
            while chunk := await response.content.read(MAX_ANSWER_BYTES):
                body += chunk
    except PROXY_ERRORS as error:
        raise TelegramCallError(f"{method}: {explain_proxy(error)}") from None
    except (TimeoutError, ClientError, OSError) as error:
        # The address in aiohttp's words holds the token: name the kind of error alone.
        raise TelegramCallError(f"{method}: no answer ({type(error).__name__})") from None
    return _read_answer(method, status, body)


def _read_answer(method: str, status: int, body: bytes) -> Any:  # noqa: ANN401 - as above
    try:
        answer = json.loads(body)
        if answer["ok"] is True:
            return answer["result"]
        code, reason = answer.get("error_code", status), answer.get("description", "no reason")
        retry_after = (answer.get("parameters") or {}).get("retry_after")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TelegramCallError(f"{method}: unreadable answer, HTTP status {status}") from None
    raise TelegramCallError(f"{method}: {reason}", int(code), retry_after)
