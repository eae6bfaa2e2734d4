"""What happened minute by minute during the last day, for the graphs of `/status`.

Each process writes one short row a minute into Redis, which forgets it after a day and a bit: for
one process some 1,500 rows of about 40 bytes in all, however many messages there are. Nothing of it
is on the way of a message.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from prometheus_client.metrics import MetricWrapperBase
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal.lanes import PLANFIX, STATUS, TELEGRAM
from bot.monitoring.metrics import Metrics
from bot.monitoring.watch import Watch

log = structlog.get_logger("bot.monitoring.history")

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_KEPT: Final = DAY + 2 * HOUR
_UNWRITTEN: Final = 60
"""So many rows wait for a Redis that is away. An outage beyond that leaves a gap."""
_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one process, or all of them together, did in one minute."""

    to_planfix: int = 0
    to_telegram: int = 0
    failed: int = 0
    """Tries that failed, and are repeated."""
    refused: int = 0
    """What was put aside for good."""
    seconds: float = 0.0
    """How long messages took from being stored to being delivered, in sum."""
    timed: int = 0
    """How many messages `seconds` is about."""
    oldest: float = 0.0
    """How long the oldest message had waited at the minute's end, in seconds."""

    def dump(self) -> str:
        """Its form in Redis."""
        counts = f"{self.to_planfix} {self.to_telegram} {self.failed} {self.refused}"
        return f"{counts} {self.seconds:.3f} {self.timed} {self.oldest:.1f}"

    @classmethod
    def parse(cls, raw: str) -> "Row":
        """Read what `dump` wrote."""
        to_planfix, to_telegram, failed, refused, seconds, timed, oldest = raw.split(" ")
        return cls(
            int(to_planfix), int(to_telegram), int(failed), int(refused),
            float(seconds), int(timed), float(oldest),
        )  # fmt: skip

    def __add__(self, other: "Row") -> "Row":
        """Both together: of other minutes, or of other processes."""
        return Row(
            self.to_planfix + other.to_planfix,
            self.to_telegram + other.to_telegram,
            self.failed + other.failed,
            self.refused + other.refused,
            self.seconds + other.seconds,
            self.timed + other.timed,
            max(self.oldest, other.oldest),
        )

    def since(self, before: "Row") -> "Row":
        """What was counted after `before`."""
        return Row(
            self.to_planfix - before.to_planfix,
            self.to_telegram - before.to_telegram,
            self.failed - before.failed,
            self.refused - before.refused,
            self.seconds - before.seconds,
            self.timed - before.timed,
            self.oldest,
        )


class History:
    """Writes this process's rows, and reads those of all processes.

    Args:
        redis: The store.
        prefix: What every key of the bot begins with.
        metrics: What this process counts.
        watch: Tells what waits.
    """

    def __init__(self, redis: Redis, prefix: str, metrics: Metrics, watch: Watch) -> None:
        self._redis = redis
        self._prefix = prefix
        self._metrics = metrics
        self._watch = watch
        self._process = secrets.token_urlsafe(4)
        self._before = Row()
        self._unwritten: deque[tuple[int, Row]] = deque(maxlen=_UNWRITTEN)

    async def keep(self) -> None:
        """Write a row at the end of each minute, until cancelled."""
        while True:
            await asyncio.sleep(MINUTE - time.time() % MINUTE)
            try:
                await self.note(round(time.time() / MINUTE) - 1)
            except Exception as error:  # a gap in a graph is no reason to end
                log.error("history.failed", exc_info=error)

    async def note(self, minute: int) -> None:
        """Store what this process has done since the last row as that of `minute`, since 1970."""
        now = await self._count()
        self._unwritten.append((minute, now.since(self._before)))
        self._before = now
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._write()
        except (RedisError, OSError) as error:
            log.debug("history.not_written", error=str(error))

    async def _count(self) -> Row:
        snapshot = await self._watch.look(_PATIENCE)
        handled = _samples(self._metrics.handled, "_total")
        seconds, timed = (_samples(self._metrics.age, end) for end in ("_sum", "_count"))
        return Row(
            to_planfix=int(handled.get((PLANFIX, "done"), 0)),
            to_telegram=int(handled.get((TELEGRAM, "done"), 0)),
            failed=_sum(handled, "retried"),
            refused=_sum(handled, "refused"),
            seconds=seconds[PLANFIX,] + seconds[TELEGRAM,],
            timed=int(timed[PLANFIX,] + timed[TELEGRAM,]),
            oldest=max((lane.oldest for lane in snapshot.lanes), default=0.0),
        )

    async def _write(self) -> None:
        while self._unwritten:
            minute, row = self._unwritten[0]
            key = self._key(minute * MINUTE // HOUR)
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(key, f"{minute} {self._process}", row.dump())
                pipe.expire(key, _KEPT)
                await pipe.execute()
            self._unwritten.popleft()

    async def read(self, now: float) -> "LastDay":
        """The rows of the day before `now`, in seconds since 1970.

        Raises:
            RedisError, OSError: The store is away.
        """
        hour = int(now) // HOUR
        async with self._redis.pipeline(transaction=False) as pipe:
            for each in range(hour - 24, hour + 1):
                pipe.hgetall(self._key(each))
            hours = await pipe.execute()
        return LastDay.parse(item for found in hours for item in found.items())

    def _key(self, hour: int) -> str:
        return f"{self._prefix}history:{hour}"


@dataclass(frozen=True, slots=True)
class LastDay:
    """The rows of all processes, by their minute since 1970. A minute without any has no row."""

    rows: Mapping[int, Row]
    processes: Mapping[int, int]
    """How many processes wrote a row about each minute."""

    @classmethod
    def parse(cls, fields: Iterable[tuple[bytes, bytes]]) -> "LastDay":
        """Read what `note` wrote in every process."""
        rows: dict[int, Row] = {}
        processes: dict[int, int] = {}
        for name, raw in fields:
            minute = int(name.decode().partition(" ")[0])
            rows[minute] = rows.get(minute, Row()) + Row.parse(raw.decode())
            processes[minute] = processes.get(minute, 0) + 1
        return cls(rows, processes)


def _samples(metric: MetricWrapperBase, ending: str) -> dict[Any, float]:
    """A metric's values by the values of its labels."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in metric.collect()
        for sample in family.samples
        if sample.name.endswith(ending)
    }


def _sum(handled: Mapping[Any, float], outcome: str) -> int:
    return int(sum(handled.get((lane, outcome), 0) for lane in (PLANFIX, TELEGRAM, STATUS)))
