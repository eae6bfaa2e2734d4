"""The errors of the Bot API, with Telegram's own words."""

from typing import Any


class BotApiError(Exception):
    """An answer with `ok: false`.

    Args:
        code: The HTTP status and `error_code`.
        description: Telegram's text, with its prefix (`Bad Request: …`).
        parameters: What `parameters` of the answer holds, such as `retry_after`.
    """

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str, parameters: dict[str, Any] | None = None) -> BotApiError:
    """Return a 400 with `reason`."""
    return BotApiError(400, f"Bad Request: {reason}", parameters)


def forbidden(reason: str) -> BotApiError:
    """Return a 403 with `reason`."""
    return BotApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> BotApiError:
    """Return a 409 with `reason`."""
    return BotApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> BotApiError:
    """Return a 429 that asks to wait `retry_after` seconds."""
    text = f"Too Many Requests: retry after {retry_after}"
    return BotApiError(429, text, {"retry_after": retry_after})


def too_large() -> BotApiError:
    """Return a 413."""
    return BotApiError(413, "Request Entity Too Large")


def unauthorized() -> BotApiError:
    """Return the 401 of a wrong token."""
    return BotApiError(401, "Unauthorized")


def not_found(what: str = "") -> BotApiError:
    """Return the 404 of an unknown method, file or path."""
    return BotApiError(404, f"Not Found: {what}" if what else "Not Found")
