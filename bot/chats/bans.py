"""Chats with which there is to be no conversation, by an administrator's word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.entries import ChatKey
from bot.journal.scripts import Scripts
from bot.tasks import cancel

log = structlog.get_logger("bot.chats")

LOOK_EVERY: Final = 0.5
"""Seconds between two looks of a running bridge at whether a ban has come or gone."""

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Ban:
    """A chat that is banned."""

    chat: ChatKey
    since: int
    """Seconds since 1970."""
    reason: str = ""


class BanList:
    """The bans in Redis.

    Args:
        redis: A connection that does not decode answers.
        prefix: What every key begins with, the same as the journal's.
        confirm: Whether a ban has to be at a replica before it counts.
    """

    def __init__(self, redis: Redis, prefix: str, *, confirm: bool = False) -> None:
        self._redis = redis
        self._bans, self._told = f"{prefix}bans", f"{prefix}bans:told"
        self._version = f"{prefix}bans:version"
        self._scripts = Scripts(redis, prefix, ["ban"], confirm=confirm)

    async def ban(self, chat: ChatKey, reason: str = "") -> bool:
        """Ban a chat from now on; returns whether it was banned already."""
        return bool(await self._scripts.run("ban", chat, " ".join(reason.split()), 1))

    async def lift(self, chat: ChatKey) -> bool:
        """Lift the ban of a chat; returns whether there was one."""
        return bool(await self._scripts.run("ban", chat, "", 0))

    async def get(self, chat: ChatKey) -> Ban | None:
        """The ban of a chat."""
        raw = await self._redis.hget(self._bans, chat)
        return _read(chat, raw) if isinstance(raw, bytes) else None

    async def all(self) -> AsyncIterator[Ban]:
        """All bans, in no order."""
        async for chat, raw in self._redis.hscan_iter(self._bans, count=_AT_ONCE):
            yield _read(ChatKey(chat.decode()), raw)

    async def tell_once(self, chat: ChatKey) -> bool:
        """Whether the customer has to be told of the ban; True once in the life of a ban."""
        return bool(await self._redis.sadd(self._told, chat))

    async def version(self) -> bytes:
        """Changes whenever a ban comes or goes."""
        found = await self._redis.get(self._version)
        return found if isinstance(found, bytes) else b""


class Bans:
    """Which chats are banned, in memory, so that no message waits for the answer.

    A ban takes effect within about `LOOK_EVERY`.
    """

    def __init__(self, stored: BanList) -> None:
        self.stored = stored
        self._chats: frozenset[ChatKey] = frozenset()
        self._version: bytes | None = None

    def __contains__(self, chat: ChatKey) -> bool:
        """Whether the chat is banned."""
        return chat in self._chats

    @asynccontextmanager
    async def followed(self) -> AsyncIterator["Bans"]:
        """Know the bans, and keep knowing them, in the `with` block.

        Raises:
            RedisError: They cannot be read.
        """
        await self._look()
        task = asyncio.create_task(self._look_for_ever(), name="bans")
        try:
            yield self
        finally:
            await cancel(task)

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._look()
            except (RedisError, OSError):
                pass  # what was known stays true until Redis is back
            except Exception as error:  # bans must not be frozen for ever
                log.error("bans.not_read", exc_info=error)

    async def _look(self) -> None:
        """Read the bans if they have changed; the version first, so that no change is missed."""
        version = await self.stored.version()
        if version != self._version:
            self._chats = frozenset([ban.chat async for ban in self.stored.all()])
            self._version = version
            log.info("bans.read", chats=len(self._chats))


def _read(chat: ChatKey, raw: bytes) -> Ban:
    since, _, reason = raw.decode().partition(" ")
    return Ban(chat, int(since), reason)
