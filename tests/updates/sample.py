"""What a sample is, and the parts that many of Telegram's objects share."""

from dataclasses import dataclass
from typing import Any

Raw = dict[str, Any]

DATE = 1_781_200_000
"""11 June 2026, 17:46:40 UTC."""
DAY = "2026-06-11"
MESSAGE_ID = 4711


@dataclass(frozen=True)
class Sample:
    """A message of a customer, as Telegram sends it, and what the operator is to get."""

    name: str
    fields: Raw
    """What the message has beside its number, date, chat and sender."""
    text: str
    """In Russian; empty: files alone."""
    files: tuple[str, ...] = ()


def customer(user_id: int) -> Raw:
    """A customer as Telegram's User."""
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": "Мария",
        "last_name": "Ильина",
        "username": f"masha{user_id}",
        "language_code": "ru",
        "is_premium": True,
    }


def private_chat(user_id: int) -> Raw:
    """The customer's chat with the bot."""
    user = customer(user_id)
    names = {name: user[name] for name in ("first_name", "last_name", "username")}
    return {"id": user_id, "type": "private", **names}


def message(fields: Raw, user_id: int = 77, message_id: int = MESSAGE_ID) -> Raw:
    """A message of a customer with these fields."""
    return {
        "message_id": message_id,
        "from": customer(user_id),
        "chat": private_chat(user_id),
        "date": DATE,
        **fields,
    }


def file(tag: str, size: int = 48_213, **fields: object) -> Raw:
    """What every object of a file has."""
    return {
        "file_id": f"AgACAgIAAxkBAAI{tag}",
        "file_unique_id": f"AQAD{tag}",
        "file_size": size,
        **fields,
    }


def photo(tag: str = "Photo") -> list[Raw]:
    """A photo in its sizes."""
    return [
        file(f"{tag}s", 1_204, width=90, height=67),
        file(f"{tag}m", 15_870, width=320, height=240),
        file(f"{tag}x", 181_020, width=1280, height=960),
    ]


def sticker(tag: str = "Sticker", **fields: object) -> Raw:
    """A sticker."""
    return file(
        tag,
        width=512,
        height=512,
        emoji="😀",
        set_name="HotCherry",
        is_animated=False,
        is_video=False,
        type="regular",
        thumbnail=file(f"{tag}t", 4_480, width=128, height=128),
        **fields,
    )


CHANNEL = {"id": -1001234567890, "title": "Новости магазина", "username": "shopnews",
           "type": "channel"}  # fmt: skip
PRIVATE_CHANNEL = {"id": -1009876543210, "title": "Только для своих", "type": "channel"}
GROUP = {"id": -1001112223334, "title": "Дачники", "type": "supergroup"}
FRIEND = {"id": 5_550_001, "is_bot": False, "first_name": "Пётр", "last_name": "Лебедев",
          "username": "plebedev"}  # fmt: skip
BOT = {"id": 42, "is_bot": True, "first_name": "Магазин", "username": "shop_bot"}
PLACE = {"latitude": 55.751244, "longitude": 37.618423}
