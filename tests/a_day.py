"""A made-up day of a small shop's bridge, for the graphs of `/status`."""

import math
import random
import time
from collections.abc import Iterator

from redis.asyncio import Redis

from bot.monitoring.history import DAY, MINUTE, Row

MINUTES = DAY // MINUTE
RESTARTED = range(300, 360)
"""Minutes ago in which nothing ran."""
PLANFIX_AWAY = range(700, 725)
"""Minutes ago in which PlanFix did not answer."""
REFUSED = (37, 410)
"""Minutes ago in which a message was refused."""


def rows(now: float) -> Iterator[tuple[int, Row]]:
    """The minutes before `now` that have a row, each with its row."""
    chance = random.Random(1)  # noqa: S311 - no secret
    end = int(now) // MINUTE
    for ago in range(MINUTES, 0, -1):
        if ago not in RESTARTED:
            yield end - ago, _row(ago, end - ago, chance)


def _row(ago: int, minute: int, chance: random.Random) -> Row:
    at = time.localtime(minute * MINUTE)
    hour = at.tm_hour + at.tm_min / 60
    traffic = 0.05 + math.exp(-(((hour - 11.5) / 3) ** 2)) + math.exp(-(((hour - 16) / 3) ** 2))
    came, went = (sum(chance.random() < traffic / 6 for _ in range(n)) for n in (40, 28))
    away = ago in PLANFIX_AWAY
    return Row(
        0 if away else came,
        went,
        chance.randint(3, 7) if away else int(chance.random() < 0.01),
        int(ago in REFUSED),
        (came + went) * chance.uniform(0.03, 0.12),
        came + went,
        (PLANFIX_AWAY.stop - ago) * 60.0 if away else 0.0,
    )


async def write(redis: Redis, prefix: str, now: float, process: str = "abc") -> None:
    """Store the day as a process of the bridge does."""
    async with redis.pipeline(transaction=False) as pipe:
        for minute, row in rows(now):
            pipe.hset(f"{prefix}history:{minute // 60}", f"{minute} {process}", row.dump())
        await pipe.execute()
