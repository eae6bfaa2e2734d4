"""What was put aside for good: to look at, to try again, or to drop."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.journal.entries import ChatKey, Entry, Lane
from bot.journal.scripts import load_script


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An entry that was refused, or that the bridge failed over."""

    entry: Entry
    lane: Lane
    chat: ChatKey
    reason: str
    buried_at: float
    """In seconds since 1970."""

    @classmethod
    def parse(cls, raw: bytes) -> "DeadLetter":
        """Read what `bury` stored: a line of JSON about it, then the entry."""
        line, _, entry = raw.partition(b"\n")
        about: dict[str, Any] = json.loads(line)
        return cls(
            Entry.parse(entry),
            Lane(about["lane"]),
            ChatKey(about["chat"]),
            about["reason"],
            about["at"],
        )


class DeadLetters:
    """The dead letters of one bot, in the order in which they were put aside."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._letters, self._times = f"{prefix}dead", f"{prefix}dead:time"
        self._prefix = prefix
        self._revive = load_script(redis, "revive")

    async def ids(self) -> AsyncIterator[str]:
        """The ids of those that are there now, the oldest first."""
        for raw in await self._redis.zrange(self._times, 0, -1):
            yield raw.decode() if isinstance(raw, bytes) else str(raw)

    async def all(self) -> AsyncIterator[DeadLetter]:
        """All of them, the oldest first."""
        async for entry_id in self.ids():
            if letter := await self.get(entry_id):
                yield letter

    async def latest(self, most: int) -> list[DeadLetter]:
        """Up to `most` of them, the newest first."""
        ids: list[Any] = await self._redis.zrevrange(self._times, 0, most - 1)
        letters: list[Any] = await self._redis.hmget(self._letters, ids) if ids else []
        return [DeadLetter.parse(raw) for raw in letters if isinstance(raw, bytes)]

    async def get(self, entry_id: str) -> DeadLetter | None:
        """The one with this id."""
        raw = await self._redis.hget(self._letters, entry_id)
        return DeadLetter.parse(raw) if isinstance(raw, bytes) else None

    async def of(self, chat: ChatKey) -> list[str]:
        """The ids of those of a chat, in no order."""
        letters = self._redis.hscan_iter(self._letters, count=100)
        return [entry_id.decode() async for entry_id, raw in letters if _chat_of(raw) == chat]

    async def retry(self, entry_ids: Sequence[str]) -> int:
        """Put letters back at the end of their chats' mailboxes; returns how many were there."""
        return sum(await self._revive(keys=[self._prefix], args=list(entry_ids)))

    async def drop(self, entry_id: str) -> bool:
        """Forget a letter for ever; returns whether it was there."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._letters, entry_id)
            pipe.zrem(self._times, entry_id)
            dropped, _ = await pipe.execute()
        return bool(dropped)


def _chat_of(raw: bytes) -> str:
    chat: str = json.loads(raw.partition(b"\n")[0])["chat"]
    return chat
