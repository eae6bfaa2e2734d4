"""Tells, at start, what has waited, and then how fast it is worked off."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.entries import Lane
from bot.journal.lanes import LANES
from bot.journal.scripts import load_script

log = structlog.get_logger("bot.journal.backlog")

LARGE: Final = 100
"""A back-log of more entries is followed until no more than so many wait."""

EVERY = 10.0
"""Seconds between two reports."""

_AT_ONCE = 1_000
_REST = 20
"""So many times as long as a count took, nothing is counted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a lane: about so many, since it goes on meanwhile."""

    chats: int
    entries: int


class Backlog:
    """The back-log of one bot.

    Args:
        redis: The store.
        prefix: What every key begins with, the same as the journal's.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._prefix = prefix
        self._count = load_script(redis, "count")

    async def follow(self) -> None:
        """Log what waits in each lane, and follow the large ones until they are worked off."""
        before: dict[Lane, Waiting] = {}
        began = counted = time.monotonic()
        pause = 0.0
        while pause == 0.0 or before:
            await asyncio.sleep(pause)
            start = time.monotonic()
            try:
                found = {lane: await self.count(lane) for lane in (before or LANES)}
            except (RedisError, OSError):
                pause = EVERY
                continue
            for lane, waiting in found.items():
                _tell(lane, waiting, before.get(lane), start - counted, start - began)
            before = {lane: waiting for lane, waiting in found.items() if waiting.entries > LARGE}
            counted = start
            pause = max(EVERY, _REST * (time.monotonic() - start))

    async def count(self, lane: Lane) -> Waiting:
        """Count what waits in `lane`, in steps that leave Redis time for others."""
        chats = entries = first = 0
        while True:
            args: list[str | int] = [lane, first, first + _AT_ONCE - 1]
            more_chats, more_entries = await self._count(keys=[self._prefix], args=args)
            chats += more_chats
            entries += more_entries
            if more_chats < _AT_ONCE:
                return Waiting(chats, entries)
            first += _AT_ONCE


def _tell(
    lane: Lane, waiting: Waiting, before: Waiting | None, seconds: float, in_all: float
) -> None:
    if before is None:
        if waiting.entries:
            log.info("bridge.backlog", lane=lane, entries=waiting.entries, chats=waiting.chats)
    elif waiting.entries <= LARGE:
        log.info("bridge.backlog_done", lane=lane, seconds=round(in_all, 1))
    else:
        rate = (before.entries - waiting.entries) / seconds
        left = round(waiting.entries / rate) if rate > 0 else None
        log.info(
            "bridge.backlog", lane=lane, entries=waiting.entries, chats=waiting.chats,
            per_second=round(rate, 1), seconds_left=left,
        )  # fmt: skip
