"""What Telegram knows: users, chats, their messages and files."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.feed import Feed
from sandbox.telegram.files import FileStore
from sandbox.telegram.limits import Limits
from sandbox.telegram.updates import UpdateQueue

Message = dict[str, Any]
User = dict[str, Any]

FIRST_USER_ID = 5_000_001
FIRST_GROUP_ID = 4_000_001
FIRST_SUPERGROUP_ID = 1_000_000_000_000 + 2_000_000_001


@dataclass
class Chat:
    """A chat and its messages, oldest first.

    Attributes:
        info: The Bot API's Chat object.
        ids: Where the next `message_id` comes from.
        open: Whether the bot may write: in a private chat once the customer has written.
        barred: Why the bot may not write although it knows the chat (Telegram's words), or None.
        keyboard: The reply keyboard that the customer sees, if any.
        migrated_to: The supergroup that this group has become.
    """

    info: dict[str, Any]
    ids: Iterator[int]
    open: bool = False
    barred: str | None = None
    keyboard: dict[str, Any] | None = None
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The chat's number."""
        number: int = self.info["id"]
        return number


class World:
    """Users, chats and files, with the bot among them.

    Args:
        bot: The bot's User.
        feed: Where every change is told.
        updates: The bot's queue.
        local: The folder of a `--local` server, or None.
        enforce_limits: Whether sending too fast is refused.
    """

    def __init__(
        self,
        bot: User,
        feed: Feed,
        updates: UpdateQueue,
        local: Path | None,
        *,
        enforce_limits: bool,
    ) -> None:
        self.bot = bot
        self.feed = feed
        self.updates = updates
        self.files = FileStore(local)
        self.limits = Limits() if enforce_limits else None
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.pictures: dict[int, list[list[dict[str, Any]]]] = {}
        self.callback_queries: dict[str, int] = {}
        self.profile: dict[str, Any] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._account_ids = itertools.count(1)
        self._user_ids = itertools.count(FIRST_USER_ID)
        self._group_ids = itertools.count(FIRST_GROUP_ID)
        self._supergroup_ids = itertools.count(FIRST_SUPERGROUP_ID)

    def add_user(self, user_id: int | None, **names: str) -> User:
        """Add a person; empty names are left out, as Telegram leaves them out."""
        number = next(self._user_ids) if user_id is None else user_id
        filled = {name: value for name, value in names.items() if value}
        self.users[number] = {"id": number, "is_bot": False, **filled}
        return self.users[number]

    def add_private_chat(self, user: User) -> Chat:
        """Add the chat between `user` and the bot."""
        return self._add(private_chat_info(user))

    def menu(self, user: User) -> list[dict[str, Any]]:
        """The commands that a person sees in the private chat, as Telegram chooses them."""
        language = str(user.get("language_code", "")).partition("-")[0]
        scopes = (f"chat {user['id']}", "all_private_chats", "default")
        places = [(scope, code) for scope in scopes for code in (language, "")]
        return next((self.commands[place] for place in places if self.commands.get(place)), [])

    def add_group(self, title: str, *, supergroup: bool = False) -> Chat:
        """Add a group with the bot in it."""
        number = -next(self._supergroup_ids if supergroup else self._group_ids)
        kind = "supergroup" if supergroup else "group"
        chat = self._add({"id": number, "title": title, "type": kind})
        chat.open = True
        return chat

    def meet(self, update: dict[str, Any]) -> None:
        """Learn of the chat in an update made by hand, so that the bot can answer there."""
        for value in update.values():
            info = value.get("chat") if isinstance(value, dict) else None
            if isinstance(info, dict) and isinstance(info.get("id"), int):
                chat = self.chats.get(info["id"]) or self._add(info)
                chat.open = True
                message_id = value.get("message_id")
                if isinstance(message_id, int) and isinstance(value.get("date"), int):
                    chat.messages[message_id] = value

    def _add(self, info: dict[str, Any]) -> Chat:
        """Add a chat; private chats and basic groups count messages together, others alone."""
        shared = info.get("type") in {"private", "group"}
        chat = Chat(info, self._account_ids if shared else itertools.count(1))
        self.chats[chat.id] = chat
        return chat

    def post(self, chat: Chat, sender: User, content: dict[str, Any]) -> Message:
        """Put a message into a chat and return it."""
        message: Message = {
            "message_id": self._next_id(chat),
            "from": dict(sender),
            "chat": dict(chat.info),
            "date": int(time.time()),
            **content,
        }
        chat.messages[message["message_id"]] = message
        self.feed.publish({"type": "message", "chat_id": chat.id, "message": message})
        return message

    def _next_id(self, chat: Chat) -> int:
        """Return the next free id; updates made by hand may have taken some."""
        return next(number for number in chat.ids if number not in chat.messages)

    def edit(self, chat: Chat, message_id: int, content: dict[str, Any]) -> Message:
        """Replace parts of a message; a part that is None goes away."""
        changed = chat.messages[message_id] | {"edit_date": int(time.time())} | content
        message = {name: value for name, value in changed.items() if value is not None}
        chat.messages[message_id] = message
        self.feed.publish({"type": "edited_message", "chat_id": chat.id, "message": message})
        return message

    def delete(self, chat: Chat, message_id: int) -> None:
        """Take a message out of a chat."""
        del chat.messages[message_id]
        self.feed.publish({"type": "deleted_message", "chat_id": chat.id, "message_id": message_id})


def private_chat_info(user: User) -> dict[str, Any]:
    """Return the Chat object of a private chat with `user`."""
    names = {name: user[name] for name in ("first_name", "last_name", "username") if name in user}
    info: dict[str, Any] = {"id": user["id"], "type": "private"}
    return info | names


def as_reply(message: Message) -> Message:
    """Return a message as another one quotes it: without what it itself replies to."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}
