"""The parameters of a Bot API call: read from a request, handed out by type.

As at Telegram every value is text at first, whichever of the four ways it came; values of a JSON
body that are no text are written as JSON again.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.telegram.errors import BotApiError, bad_request, too_large
from sandbox.telegram.multipart import Upload, read_multipart

INTEGERS = frozenset({
    "chat_id", "from_chat_id", "message_id", "offset", "limit", "timeout", "max_connections",
    "message_thread_id", "user_id", "duration", "width", "height", "length", "live_period",
    "heading", "proximity_alert_radius", "cache_time",
})  # fmt: skip
NUMBERS = frozenset({"latitude", "longitude", "horizontal_accuracy"})
FLAGS = frozenset({
    "disable_notification", "protect_content", "allow_paid_broadcast", "has_spoiler", "is_big",
    "show_caption_above_media", "supports_streaming", "disable_content_type_detection",
    "drop_pending_updates", "show_alert",
})  # fmt: skip
OBJECTS = frozenset({
    "allowed_updates", "entities", "caption_entities", "link_preview_options", "reply_parameters",
    "reply_markup", "media", "commands", "scope", "reaction",
})  # fmt: skip
TRUE_WORDS = frozenset({"true", "yes", "1"})


@dataclass
class Parameters:
    """Values and uploads by name."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a value as it came; empty if it is missing."""
        return self.values.get(name, "")

    def integer(
        self, name: str, default: int = 0, *, minimum: int | None = None, maximum: int | None = None
    ) -> int:
        """Return a whole number: `default` if missing or none, moved into the bounds if outside."""
        number = _to_integer(self.text(name))
        number = default if number is None else number
        if minimum is not None:
            number = max(minimum, number)
        return number if maximum is None else min(maximum, number)

    def number(self, name: str) -> float | None:
        """Return a decimal number, or None."""
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """Return whether a value says true."""
        return self.text(name).strip().lower() in TRUE_WORDS

    def json(self, name: str, title: str = "") -> object:
        """Return a JSON value, None if it is missing or empty.

        Args:
            name: The parameter.
            title: What the error calls it; empty: its name.

        Raises:
            BotApiError: It is no JSON.
        """
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {title or name} JSON object") from None

    def required(self, name: str) -> str:
        """Return a value that must be there.

        Raises:
            BotApiError: It is missing or empty.
        """
        value = self.text(name)
        if not value:
            raise bad_request(f'parameter "{name}" is required')
        return value

    def plain(self) -> dict[str, Any]:
        """Return everything by the types that the Bot API gives these names, for a test to read."""
        seen: dict[str, Any] = {name: self._typed(name) for name in self.values}
        return seen | self.uploads

    def _typed(self, name: str) -> object:
        text = self.text(name)
        if name in INTEGERS:
            number = _to_integer(text)
            return text if number is None else number
        if name in NUMBERS:
            return self.number(name)
        if name in FLAGS:
            return self.flag(name)
        if name in OBJECTS:
            try:
                return json.loads(text)
            except ValueError:
                return text
        return text


def _to_integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


async def read_parameters(request: web.Request) -> Parameters:
    """Read query string and body of a call.

    Raises:
        BotApiError: 400 for a body that cannot be read, 413 for one that is too large.
    """
    parameters = Parameters(dict(request.query))
    try:
        if request.content_type == "application/json":
            parameters.values |= from_json(await request.read())
        elif request.content_type == "multipart/form-data":
            await read_multipart(request, parameters.values, parameters.uploads)
        else:
            parameters.values |= await _read_form(request)
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    return parameters


async def _read_form(request: web.Request) -> dict[str, str]:
    try:
        form = await request.post()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except LookupError:
        raise bad_request("can't parse the request body") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}


def from_json(body: bytes) -> dict[str, str]:
    """Return the values of a JSON body, each as text.

    Raises:
        BotApiError: It is no JSON object.
    """
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except ValueError:
        raise _not_an_object() from None
    if not isinstance(values, dict):
        raise _not_an_object()
    return as_texts(values)


def as_texts(values: dict[str, Any]) -> dict[str, str]:
    """Return JSON values as text: strings as they are, others as JSON, nulls left out."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
        if value is not None
    }


def _not_an_object() -> BotApiError:
    return bad_request("can't parse JSON object")
