"""The mapping: which chat is which, and what PlanFix has been told about its contact. In Redis."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from redis.asyncio import Redis

from bot.chats.remembered import Remembered, Said
from bot.journal.batcher import Batcher
from bot.journal.entries import ChatKey
from bot.journal.outbox import Outbox
from bot.journal.scripts import Scripts

MAX_UNREAD: Final = 100
"""So many answers of a chat are remembered until the customer writes again."""

MAX_SAID: Final = 50
"""Of so many messages of a chat it is remembered what they said."""
SAID_LIFETIME: Final = 48 * 3600.0
"""Seconds; Telegram lets customers edit for two days."""

ASKED: Final = "asked"
TOLD: Final = "told"

_SCRIPTS = ("load", "remember", "save", "add_unread")
_KEY = re.compile(r"(-?[1-9]\d{0,18})(?::topic:(\d{1,18}))?(?::business:([A-Za-z0-9_-]{1,128}))?")


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """Where a chat is: the chat's id, and the topic or business connection if it has one."""

    chat_id: int
    topic_id: int | None = None
    business_connection_id: str | None = None

    def key(self) -> ChatKey:
        """The chat's key, readable, and enough to find the chat again without any mapping."""
        topic = "" if self.topic_id is None else f":topic:{self.topic_id}"
        business = self.business_connection_id
        return ChatKey(f"{self.chat_id}{topic}" + (f":business:{business}" if business else ""))

    @classmethod
    def parse(cls, key: str) -> "ChatAddress":
        """Read a key.

        Raises:
            ValueError: No chat can have it.
        """
        match = _KEY.fullmatch(key)
        if not match:
            raise ValueError(f"no chat can have the id {key[:80]!r}")
        chat_id, topic, business = match.groups()
        return cls(int(chat_id), int(topic) if topic else None, business)


NOWHERE: Final = ChatAddress(1)
"""Stands for the chat of what names none; Telegram has no such chat."""


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """What is remembered of a chat."""

    card: str = ""
    """A digest of the contact as PlanFix knows it; empty: PlanFix was not told of it yet."""
    picture: str = ""
    """The unique id of the profile picture that PlanFix was given."""
    picture_checked: int = 0
    """When the profile picture was last looked at, in seconds since 1970."""
    language: str = ""
    """The customer's language code."""
    unread: bool = False
    """Whether there are answers that the customer has not reacted to."""
    phone: str = ""
    """Whether the customer was `ASKED` for their number, or has `TOLD` it since."""
    told_closed: str = ""
    """For which opening, and after which entry, the customer was told that nobody is there."""

    @classmethod
    def read(cls, record: Sequence[bytes]) -> "ChatRecord":
        """Read a hash as scripts give it: names and values in turn."""
        return cls.parse(dict(zip(record[::2], record[1::2], strict=True)))

    @classmethod
    def parse(cls, fields: Mapping[Any, Any]) -> "ChatRecord":
        """Read a Redis hash; missing fields have their defaults."""
        text = {_text(name): _text(value) for name, value in fields.items()}
        return cls(
            text.get("card", ""),
            text.get("picture", ""),
            int(text.get("picture_checked", 0)),
            text.get("language", ""),
            text.get("unread") == "1",
            text.get("phone", ""),
            text.get("told_closed", ""),
        )


class Chats:
    """The mapping of one bot.

    Args:
        redis: A connection that does not decode answers.
        prefix: What every key begins with, the same as the journal's.
        outbox: Shared with others, if there are any.
    """

    def __init__(self, redis: Redis, prefix: str, *, outbox: Outbox | None = None) -> None:
        self._redis = redis
        self._prefix = prefix
        self._scripts = Scripts(redis, prefix, _SCRIPTS, outbox=outbox)
        self._load = Batcher(self._load_many)
        self._remember = Batcher(self._remember_many)
        self._save = Batcher(self._save_many)
        self._add_unread = Batcher(self._add_unread_many)

    async def key_of(self, address: ChatAddress) -> ChatKey:
        """The key of the chat at `address`: made from it, unless the chat has moved there."""
        if address.chat_id > 0:
            return address.key()  # private chats never move
        moved = await self._redis.get(f"{self._prefix}moved-from:{address.chat_id}")
        return replace(address, chat_id=int(moved)).key() if moved else address.key()

    async def address_of(self, key: ChatKey) -> ChatAddress:
        """Where the chat is now.

        Raises:
            ValueError: No chat can have this key.
        """
        address = ChatAddress.parse(key)
        if address.chat_id > 0:
            return address
        moved = await self._redis.get(f"{self._prefix}moved-to:{address.chat_id}")
        return replace(address, chat_id=int(moved)) if moved else address

    async def move(self, old_id: int, new_id: int) -> None:
        """Note that a group has become the supergroup `new_id`; its key stays."""
        first = await self._redis.get(f"{self._prefix}moved-from:{old_id}")
        origin = int(first) if first else old_id
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(f"{self._prefix}moved-to:{origin}", new_id)
            pipe.set(f"{self._prefix}moved-from:{new_id}", origin)
            await pipe.execute()

    async def load(self, key: ChatKey, record: Sequence[bytes] | None = None) -> ChatRecord:
        """What is remembered of the chat; the defaults if nothing is.

        Args:
            key: The chat.
            record: What came with its lease, if it did; else Redis is asked, for many at once.
        """
        return ChatRecord.read(await self._load(key) if record is None else record)

    async def _load_many(self, keys: list[ChatKey]) -> list[Sequence[bytes]]:
        records: list[Sequence[bytes]] = await self._scripts.run("load", *keys)
        return records

    def remember(self, key: ChatKey, said: Sequence[Said]) -> asyncio.Future[int]:
        """Begin to remember messages in the chat, one or more. Many chats at once share a write.

        The last `MAX_SAID` messages of a chat are kept, for `SAID_LIFETIME` after the newest.
        """
        return self._remember.begin((key, said))

    async def _remember_many(self, batch: list[tuple[ChatKey, Sequence[Said]]]) -> list[int]:
        args: list[str | int] = [MAX_SAID, round(SAID_LIFETIME * 1000)]
        for key, said in batch:
            args += (key, len(said))
            args += [part for item in said for part in (str(item.message_id), item.dump())]
        remembered: list[int] = await self._scripts.run("remember", *args)
        return remembered

    async def recall_message(self, key: ChatKey, message_id: int) -> Remembered | None:
        """What is remembered of a message; None if it is too long ago."""
        raw = await self._redis.hget(f"{self._prefix}said:{key}", str(message_id))
        return Remembered.parse(raw) if isinstance(raw, bytes) else None

    async def save(self, key: ChatKey, **fields: Any) -> None:  # noqa: ANN401 - texts and numbers
        """Remember fields of `ChatRecord`: texts or whole numbers. Many at once share a write."""
        await self._save((key, fields))

    async def _save_many(self, batch: list[tuple[ChatKey, Mapping[str, Any]]]) -> list[int]:
        args: list[Any] = []
        for key, fields in batch:
            args += (key, len(fields), *chain.from_iterable(fields.items()))
        saved: list[int] = await self._scripts.run("save", *args)
        return saved

    async def find_by_phone(self, phone: str) -> ChatKey | None:
        """The chat whose customer gave this phone number (E.164)."""
        found = await self._redis.get(f"{self._prefix}phone:{phone}")
        return ChatKey(_text(found)) if found else None

    async def save_phone(self, key: ChatKey, phone: str) -> None:
        """Remember that the customer of this chat has this phone number (E.164)."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(f"{self._prefix}phone:{phone}", key)
            pipe.hset(self._chat(key), mapping={f"phone:{phone}": "", "phone": TOLD})
            await pipe.execute()

    async def add_unread(self, key: ChatKey, answer_id: str, message_id: int) -> None:
        """Remember an answer until the customer writes: its id, and its number in the chat.

        Many at once share a write.
        """
        await self._add_unread((key, answer_id, message_id))

    async def _add_unread_many(self, batch: list[tuple[ChatKey, str, int]]) -> list[int]:
        args: list[str | int] = [MAX_UNREAD]
        for item in batch:
            args += item
        added: list[int] = await self._scripts.run("add_unread", *args)
        return added

    async def unread_before(self, key: ChatKey, message_id: int) -> list[str]:
        """The ids of the remembered answers that stand before `message_id` in the chat."""
        found = await self._redis.zrangebyscore(
            f"{self._prefix}unread:{key}", "-inf", f"({message_id}"
        )
        return [_text(answer_id) for answer_id in found]

    async def forget_unread(self, key: ChatKey, answer_id: str) -> None:
        """Forget an answer that was reported as read."""
        unread = f"{self._prefix}unread:{key}"
        await self._redis.zrem(unread, answer_id)
        if not await self._redis.exists(unread):
            await self._redis.hset(self._chat(key), "unread", "0")

    def _chat(self, key: ChatKey) -> str:
        return f"{self._prefix}chat:{key}"


def _text(value: Any) -> str:  # noqa: ANN401 - redis-py's types do not tell what a connection decodes
    return value.decode() if isinstance(value, bytes) else str(value)
