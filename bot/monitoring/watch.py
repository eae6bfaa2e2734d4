"""Looks at the whole bridge at once: what both `/metrics` and `/status` tell."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.entries import Lane
from bot.journal.journal import Journal
from bot.journal.lanes import LANES
from bot.journal.overview import LaneOverview, glance
from bot.monitoring.redis_state import RedisState, look_at


class Source(Protocol):
    """Where Telegram's updates come in."""

    trouble: str

    @property
    def running(self) -> bool:
        """Whether they do."""

    @property
    def leading(self) -> bool:
        """Whether they do so in this process."""


class LaneWorker(Protocol):
    """Who empties the mailboxes of a lane."""

    @property
    def lane(self) -> Lane:
        """Which lane."""

    def seconds_away(self) -> float:
        """For how long the lane's far side has not been there."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """What stays the same while the bridge runs."""

    bot_id: int
    mode: str
    """`polling` or `webhook`."""
    started_at: float
    """In seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bridge at one moment. Without Redis, only what this process knows by itself."""

    at: float
    """In seconds since 1970."""
    receiving: bool
    leading: bool
    trouble: str
    """Why updates do not come in."""
    away: Mapping[Lane, float]
    """For how many seconds the far side of a lane has been away; 0: it is there."""
    redis: RedisState | None = None
    """None: it does not answer."""
    lanes: Sequence[LaneOverview] = field(default=())
    dead_letters: int = 0


class Watch:
    """Makes snapshots.

    Args:
        redis: The store.
        prefix: What every key of the bot begins with.
        journal: What waits.
        source: Where Telegram's updates come in.
        workers: Who carries messages on.
    """

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        journal: Journal,
        source: Source,
        workers: Sequence[LaneWorker],
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._journal = journal
        self._source = source
        self._workers = workers

    def local(self) -> Snapshot:
        """What this process knows without asking anybody."""
        return Snapshot(
            time.time(),
            self._source.running,
            self._source.leading,
            self._source.trouble,
            {worker.lane: worker.seconds_away() for worker in self._workers},
        )

    async def look(self, patience: float) -> Snapshot:
        """Everything, if Redis answers within `patience` seconds; else what is known without it."""
        local = self.local()
        try:
            async with asyncio.timeout(patience):
                return replace(
                    local,
                    redis=await look_at(self._redis),
                    dead_letters=await self._journal.dead_letters(),
                    lanes=[await glance(self._redis, self._prefix, lane) for lane in LANES],
                )
        except (RedisError, OSError):
            return local
