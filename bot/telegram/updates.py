"""Reads stored updates, also those that are not as the Bot API describes them.

Telegram adds fields, kinds and types at any time, and servers have bugs. One odd value must not
cost a message: it is taken out, and what is left is read.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import TelegramObject, Update, User
from pydantic import ValidationError

MAX_MENDS: Final = 100
"""So many values are taken out of an update before it is given up."""

Raw = dict[str, Any]

_EVENTS: Final = Update.model_fields.keys() - {"update_id"}


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update from the journal."""

    raw: Raw
    update: Update | None
    """None if too much of it is unreadable."""
    unreadable: Sequence[str] = ()
    """The fields of its content of which something had to be taken out."""

    @property
    def kind(self) -> str:
        """Its kind, by the Bot API's name."""
        return next((name for name in self.raw if name != "update_id"), "update")

    @property
    def event(self) -> tuple[str, TelegramObject | None]:
        """What has happened, as aiogram has it, with its kind; nothing if it does not know it."""
        for name in self.raw:
            if name in _EVENTS and (event := getattr(self.update, name)) is not None:
                return name, event
        return self.kind, None

    @property
    def body(self) -> Raw:
        """What it is about; empty if that is no object."""
        body = self.raw.get(self.kind)
        return body if isinstance(body, dict) else {}


def read_update(body: bytes, bot: Bot) -> StoredUpdate:
    """Read an update, taking out of it what cannot be read.

    Raises:
        ValueError: It is no JSON object.
    """
    raw = json.loads(body.decode("utf-8", "replace"))
    if not isinstance(raw, dict):
        raise ValueError("an update has to be a JSON object")  # noqa: TRY004 - about a value
    mended, unreadable = raw, list[str]()
    for _ in range(MAX_MENDS):
        try:
            update = Update.model_validate(mended, context={"bot": bot})
        except ValidationError as error:
            path = _path_in(mended, error.errors(include_url=False, include_input=False)[0]["loc"])
            if len(path) < 2:  # noqa: PLR2004 - the update's own field, which holds everything
                break
            unreadable.append(str(path[1]))
            mended = deepcopy(mended) if mended is raw else mended
            _take_out(mended, path)
        else:
            return StoredUpdate(raw, update, tuple(dict.fromkeys(unreadable)))
    return StoredUpdate(raw, None)


def _path_in(raw: Raw, location: Sequence[str | int]) -> list[str | int]:
    """Where in `raw` an error is: its location, without the names of types and missing fields."""
    node: Any = raw
    path: list[str | int] = []
    for part in location:
        in_dict = isinstance(node, dict) and part in node
        in_list = isinstance(node, list) and isinstance(part, int) and part < len(node)
        if in_dict or in_list:
            path.append(part)
            node = node[part]
    return path


def _take_out(raw: Raw, path: Sequence[str | int]) -> None:
    node: Any = raw
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]


def customer_in(stored: StoredUpdate) -> User | None:
    """The customer that an update of any kind is from; None if it is of no private chat."""
    message = stored.body.get("message")
    about = message if isinstance(message, dict) else stored.body
    chat = next((c for c in (about.get("chat"), stored.body.get("chat")) if _has_id(c)), None)
    people = [about.get("from"), stored.body.get("from"), stored.body.get("user")]
    if chat is not None:
        if chat.get("type", ChatType.PRIVATE) != ChatType.PRIVATE or chat["id"] < 0:
            return None
        people = [person for person in people if _has_id(person) and person["id"] == chat["id"]]
        people.append(chat)
    person = next((person for person in people if _has_id(person)), None)
    return _user(person) if person else None


def _has_id(value: object) -> TypeGuard[Raw]:
    return isinstance(value, dict) and isinstance(value.get("id"), int) and value["id"] != 0


def _user(person: Raw) -> User:
    names = ("first_name", "last_name", "username", "language_code")
    texts = {name: person[name] for name in names if isinstance(person.get(name), str)}
    return User.model_validate({"id": person["id"], "is_bot": False, "first_name": "", **texts})


def plain_words(body: Raw) -> str:
    """The text or the caption in an unreadable message, without formatting."""
    return next((v for k in ("text", "caption") if isinstance(v := body.get(k), str)), "")
