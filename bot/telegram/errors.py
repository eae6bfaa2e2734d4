"""What an error of a call to Telegram means: not sent, refused, or nobody knows."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

_TOO_LARGE: Final = "Request Entity Too Large"


class Verdict(Enum):
    """What became of a call that raised."""

    SENT = auto()
    """Telegram took it; only its answer could not be read."""
    NOT_SENT = auto()
    """Surely not sent: try again."""
    REFUSED = auto()
    """Telegram will never take it."""
    MOVED = auto()
    """Not sent: the group has become a supergroup with another id."""
    UNKNOWN = auto()
    """It may or may not have been sent."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of a call, understood."""

    verdict: Verdict
    reason: str
    """In Telegram's words, or ours; never holds the token."""
    retry_after: float | None = None
    """Seconds that Telegram asked to wait."""
    new_chat_id: int | None = None
    """With `MOVED`: where the group is now."""
    forbidden: bool = False
    """With `REFUSED`: the bot may not do this, whatever the message holds."""
    message_id: int | None = None
    """With `SENT`: the message's number, if the answer told it."""


PROXY_ERRORS: Final = (ProxyConnectionError, ProxyTimeoutError, ProxyError)
CALL_ERRORS: Final = (TelegramAPIError, ClientDecodeError, *PROXY_ERRORS)
"""All that a call of aiogram's `Bot` raises when it fails. Those of a proxy it passes on as is."""


def understand(error: Exception) -> Failure:  # noqa: PLR0911 - one return per case
    """Tell what one of `CALL_ERRORS` means for the call that raised it."""
    match error:
        case ClientDecodeError():
            return _understand_answer(error.data)
        case TelegramRetryAfter():
            reason = f"Telegram asks to wait for {error.retry_after} s"
            return Failure(Verdict.NOT_SENT, reason, retry_after=float(error.retry_after))
        case TelegramMigrateToChat():
            moved = error.migrate_to_chat_id
            return Failure(Verdict.MOVED, "the group has moved", new_chat_id=moved)
        case TelegramEntityTooLarge():  # a subclass of TelegramNetworkError, so before it
            return Failure(Verdict.REFUSED, error.message)
        case TelegramNetworkError():
            return _understand_network(error)
        case TelegramServerError():
            return Failure(Verdict.NOT_SENT, error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():
            reason = f"Telegram does not accept the bot's token: {error.message}"
            return Failure(Verdict.NOT_SENT, reason)
        case TelegramForbiddenError():
            return Failure(Verdict.REFUSED, error.message, forbidden=True)
        case TelegramAPIError():
            return Failure(Verdict.REFUSED, error.message)
    return Failure(Verdict.NOT_SENT, explain_proxy(error))


def explain_proxy(error: Exception) -> str:
    """What one of `PROXY_ERRORS` means, in words: those of the proxy may quote what it was sent."""
    match error:
        case ProxyError() if _is_about_password(error):
            return "the proxy does not accept the user name and password in telegram.proxy"
        case ProxyError():
            return "the proxy in telegram.proxy does not connect us with Telegram"
        case ProxyTimeoutError():
            return "the proxy in telegram.proxy does not answer in time"
    return "the proxy in telegram.proxy cannot be reached"


def _is_about_password(error: ProxyError) -> bool:
    # Only HTTP has a number for it; of SOCKS, there is what our library says.
    return error.error_code == 407 or "authentication" in str(error).lower()  # noqa: PLR2004 - HTTP's number


def _understand_network(error: TelegramNetworkError) -> Failure:
    cause = error.__cause__
    name = type(cause).__name__
    if isinstance(cause, ClientConnectorError | ConnectionTimeoutError):
        return Failure(Verdict.NOT_SENT, f"Telegram cannot be reached ({name})")
    return Failure(Verdict.UNKNOWN, f"the connection to Telegram broke ({name})")


def _understand_answer(data: Any) -> Failure:  # noqa: ANN401 - whatever came
    """Understand an answer that aiogram could not read: `ok` in it decides."""
    if isinstance(data, dict) and data.get("ok") is True:
        result = data.get("result")
        first = result[0] if isinstance(result, list) and result else result
        message_id = first.get("message_id") if isinstance(first, dict) else None
        return Failure(
            Verdict.SENT,
            "Telegram's answer could not be read",
            message_id=message_id if isinstance(message_id, int) else None,
        )
    if isinstance(data, str) and data.lstrip()[:1] == "<":
        if _TOO_LARGE in data:
            return Failure(Verdict.REFUSED, _TOO_LARGE)
        return Failure(Verdict.UNKNOWN, "a proxy answered in Telegram's place")
    return Failure(Verdict.UNKNOWN, "Telegram's answer could not be read")
