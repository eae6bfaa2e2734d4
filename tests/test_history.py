"""The rows behind the graphs of `/status`."""

import time

import pytest
from redis.asyncio import Redis

import a_day
from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX, TELEGRAM
from bot.monitoring.charts import by_hour, charts, points
from bot.monitoring.history import DAY, HOUR, MINUTE, History, LastDay, Row
from bot.monitoring.metrics import Metrics
from bot.monitoring.watch import Watch
from bot.monitoring.wording import Wording

ENGLISH, RUSSIAN = Wording.of("en"), Wording.of("ru")


class Quiet:
    """A source that is fine."""

    running, leading, trouble = True, True, ""


class Process:
    """One process of the bridge, as far as history knows it."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self.metrics = Metrics()
        watch = Watch(redis, prefix, Journal(redis, prefix), Quiet(), [])
        self.history = History(redis, prefix, self.metrics, watch)

    def delivers(self, lane: str, count: int, seconds: float) -> None:
        """Count messages as its workers do."""
        self.metrics.handled.labels(lane, "done").inc(count)
        for _ in range(count):
            self.metrics.age.labels(lane).observe(seconds)


@pytest.fixture
def minute() -> int:
    """The minute before this one."""
    return int(time.time()) // MINUTE - 1


async def test_rows_of_all_processes_add_up(redis: Redis, prefix: str, minute: int) -> None:
    """What two processes did in the same minute is told together, and each minute by itself."""
    one, other = Process(redis, prefix), Process(redis, prefix)
    one.delivers(PLANFIX, 3, 0.5)
    other.delivers(TELEGRAM, 2, 1.5)
    other.metrics.handled.labels(PLANFIX, "retried").inc()
    for process in (one, other):
        await process.history.note(minute - 1)
    one.delivers(PLANFIX, 1, 0.25)
    one.metrics.handled.labels(PLANFIX, "refused").inc()
    await one.history.note(minute)
    day = await other.history.read(time.time())
    assert day.rows == {
        minute - 1: Row(3, 2, 1, 0, 4.5, 5, 0.0),
        minute: Row(1, 0, 0, 1, 0.25, 1, 0.0),
    }
    assert day.processes == {minute - 1: 2, minute: 1}


async def test_a_row_tells_how_long_the_oldest_waits(
    redis: Redis, prefix: str, minute: int
) -> None:
    """A message that nobody takes shows as a wait, not as a delivery."""
    await Journal(redis, prefix).put(Posting(PLANFIX, ChatKey("1"), "kind", b"body"))
    process = Process(redis, prefix)
    await process.history.note(minute)
    row = (await process.history.read(time.time())).rows[minute]
    assert (row.to_planfix, row.timed) == (0, 0)
    assert row.oldest >= 0.0


async def test_history_forgets_by_itself(redis: Redis, prefix: str, minute: int) -> None:
    """Every key of it ends within hours after its day, and a day takes little room."""
    await Process(redis, prefix).history.note(minute)
    [key] = [key async for key in redis.scan_iter(f"{prefix}history:*")]
    assert DAY + HOUR < await redis.ttl(key) <= DAY + 2 * HOUR
    await a_day.write(redis, prefix, time.time())
    sizes = [await redis.memory_usage(key) async for key in redis.scan_iter(f"{prefix}history:*")]
    assert sum(sizes) < 200_000


async def test_rows_wait_for_a_redis_that_is_away(redis: Redis, prefix: str, minute: int) -> None:
    """A row that could not be written is written with the next one, each under its own minute."""
    process = Process(redis, prefix)
    await redis.set(f"{prefix}history:{(minute - 1) // 60}", "in the way")
    process.delivers(PLANFIX, 2, 0.1)
    await process.history.note(minute - 1)
    await redis.delete(f"{prefix}history:{(minute - 1) // 60}")
    process.delivers(PLANFIX, 5, 0.1)
    await process.history.note(minute)
    rows = (await process.history.read(time.time())).rows
    assert [rows[each].to_planfix for each in (minute - 1, minute)] == [2, 5]


def test_lines_break_where_nothing_ran() -> None:
    """Each stretch of known minutes is one line, and a single one is a dot."""
    end = 28_000_000
    rows = {end - ago: Row(to_planfix=ago) for ago in (60, 59, 58, 30, 1)}
    drawn = charts(points(LastDay(rows, {}), end, 1, 60), end, 1, ENGLISH)
    path = drawn[0].lines[0].path
    assert path.count("M") == 3
    assert path.startswith("M0 40.0h0L1 41.0L2 42.0M30 70.0h0M59 99.0h0")
    assert (drawn[0].top, drawn[0].middle) == ("100", "50")


def test_a_whole_day_is_drawn_and_told() -> None:
    """The day's points are averages a minute, and the table has the same numbers by the hour."""
    now = time.time()
    end = int(now) // MINUTE
    day = LastDay(dict(a_day.rows(now)), {})
    hours = by_hour(day, end, ENGLISH)
    total = sum((row for _, row in a_day.rows(now)), Row())
    assert sum(row.to_planfix for row in hours) == total.to_planfix
    assert sum(row.refused for row in hours) == len(a_day.REFUSED)
    found = points(day, end, 15, 96)
    assert sum(point.row.to_telegram for point in found) == total.to_telegram
    for chart in charts(found, end, 15, RUSSIAN):
        assert chart.width == 95
        assert len(chart.times) == 5
        assert all(line.path.count("M") == 2 for line in chart.lines), "it was down once"
    assert not by_hour(LastDay({}, {}), end, ENGLISH)


@pytest.mark.parametrize(
    ("seconds", "english", "russian"),
    [
        (0, "0 s", "0 с"),
        (0.043, "0.04 s", "0,04 с"),
        (5.94, "5.9 s", "5,9 с"),
        (59.4, "59 s", "59 с"),
        (59.6, "1 min", "1 мин"),
        (90, "1 min", "1 мин"),
        (3599.9, "1 h", "1 ч"),
        (7500, "2 h 5 min", "2 ч 5 мин"),
        (86400, "1 d", "1 дн."),
        (3 * 86400 + 4 * 3600, "3 d 4 h", "3 дн. 4 ч"),
    ],
)
def test_spans_of_time_in_words(seconds: float, english: str, russian: str) -> None:
    """Short in both languages, with as much precision as is of use."""
    assert ENGLISH.duration(seconds) == english
    assert RUSSIAN.duration(seconds) == russian


def test_scales_grow_with_what_is_drawn() -> None:
    """The upper edge is a round number at or above everything."""
    end = 28_000_000
    for most in (0, 1, 3, 7, 99, 1_000, 123_456):
        rows = {end - 1: Row(to_planfix=most, oldest=most, timed=1)}
        found = charts(points(LastDay(rows, {}), end, 1, 60), end, 1, ENGLISH)
        heights = [
            float(line.path.split(" ")[1].partition("h")[0])
            for chart in found
            for line in chart.lines
        ]
        assert all(0 <= height <= 100 for height in heights)
