"""aiogram's way to Telegram, without the work whose result nobody looks at.

A text and its answer are most of the traffic. aiogram builds a form for files around the one, and
reads all of the other into its models; together they take as long as the call itself.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import BytesPayload, FormData

from planfix_adapter.protocol import FORM_TYPE, encode_form


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What the bridge needs to know of a message that it has sent."""

    message_id: int


class LeanSession(AiohttpSession):
    """Gives `SentMessage` for each message that Telegram took; in all else it is aiogram's own."""

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        """A text as a plain form, which is all that it needs; anything else as aiogram does it."""
        if not isinstance(method, SendMessage):
            return super().build_form_data(bot, method)
        fields = method.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        return _PlainForm((name, _field(value)) for name, value in fields.items())

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """The numbers of what was sent, if it was; what else Telegram answers is aiogram's."""
        sent = _sent_in(content)
        if sent is None:
            return super().check_response(bot, method, status_code, content)
        return cast("Response[TelegramType]", Response.model_construct(ok=True, result=sent))


class _PlainForm(FormData):
    """A form that is encoded already."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._body = encode_form(fields)

    def __call__(self) -> BytesPayload:
        return BytesPayload(self._body, content_type=FORM_TYPE)


def _field(value: Any) -> str:  # noqa: ANN401 - JSON values
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sent_in(content: str) -> SentMessage | list[SentMessage] | None:
    """What an answer says of what was sent; None if it says anything else."""
    try:
        answer = json.loads(content)
        result = answer["result"] if answer["ok"] is True else None
        if isinstance(result, list):
            return [SentMessage(int(item["message_id"])) for item in result]
        return SentMessage(int(result["message_id"])) if result else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
