"""What people write: messages of ordinary size, each with its number at the beginning."""

import json
import time
from typing import Any, Final
from urllib.parse import urlencode

FIRST_CHAT: Final = 100_001
PROVIDER_ID: Final = "telegram"
WEBHOOK_KEY: Final = "benchmark-webhook-key-0123456789"
PLANFIX_KEY: Final = "benchmark-planfix-key-0123456789"
TOKEN: Final = "42:benchmark-bot-token"  # noqa: S105 - a made-up one

_QUESTION = (
    "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ и можно ли изменить адрес?"
)
_ANSWER = "Добрый день! Заказ уже в пути, курьер будет у вас завтра с десяти до двух. Хорошего дня!"
ANSWER_AS_JSON: Final = json.dumps(_ANSWER)[1:-1].encode()
"""What operators write, as Telegram repeats it."""

_NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Иван", "Ксения", "Лев")


def chat_of(number: int, chats: int) -> int:
    """The chat of a message, of so many chats: they take turns."""
    return FIRST_CHAT + number % chats


def person(chat: int) -> dict[str, Any]:
    """The customer of a private chat, as Telegram describes one."""
    return {
        "id": chat,
        "first_name": _NAMES[chat % len(_NAMES)],
        "last_name": "Петренко",
        "username": f"customer_{chat}",
    }


def writer(chat: int) -> dict[str, Any]:
    """The same customer, as who has written a message."""
    return person(chat) | {"is_bot": False, "language_code": "ru"}


def update(number: int, chat: int) -> bytes:
    """An update as Telegram sends it: a customer has written a text."""
    message = {
        "message_id": number,
        "from": writer(chat),
        "chat": person(chat) | {"type": "private"},
        "date": int(time.time()),
        "text": f"{number} {_QUESTION}",
    }
    return json.dumps({"update_id": number, "message": message}, separators=(",", ":")).encode()


def operator_form(number: int, chat: int) -> bytes:
    """A call of PlanFix: an operator has written a text."""
    return urlencode(
        {
            "cmd": "newMessage",
            "providerId": PROVIDER_ID,
            "token": WEBHOOK_KEY,
            "chatId": chat,
            "message": f"{number} {_ANSWER}",
            "messageId": number,
            "userName": "Ольга",
            "userLastName": "Сергеева",
            "userIco": "https://example.planfix.com/upload/avatar/0123456789abcdef.jpg",
            "taskEmail": "task-1014@example.planfix.com",
        }
    ).encode()
