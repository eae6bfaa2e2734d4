"""Turns the rows of the last day into the graphs of `/status`: pure arithmetic, no drawing."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.monitoring.history import LastDay, Row
from bot.monitoring.wording import Wording

HEIGHT: Final = 100
"""Of a plot, in units of its own; its width is the number of points less one."""

_COUNTS: Final = (1, 2, 5)
_SPANS: Final = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400,
)  # fmt: skip

Values = Sequence[float | None]
"""One for each point; None: nobody knows, because nothing ran."""


@dataclass(frozen=True, slots=True)
class Point:
    """What happened in one stretch of time."""

    minutes: int
    """How many of its minutes have a row; 0: nothing ran."""
    row: Row
    busiest: int
    """Messages, both ways, in the minute that had most."""

    def rate(self, count: Callable[[Row], int]) -> float | None:
        """Per minute, on average."""
        return count(self.row) / self.minutes if self.minutes else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a graph."""

    name: str
    path: str
    """In the words of SVG."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A graph."""

    title: str
    summary: str
    width: int
    top: str
    middle: str
    bottom: str
    times: Sequence[str]
    """Below the plot, from left to right at equal distances."""
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class HourRow:
    """A row of the table that says the same in numbers."""

    hour: str
    to_planfix: int
    to_telegram: int
    average: str
    oldest: str
    failed: int
    refused: int


def points(day: LastDay, end: int, minutes: int, count: int) -> list[Point]:
    """`count` stretches of so many `minutes`, the last of which ends before the minute `end`."""
    begins = range(end - count * minutes, end, minutes)
    return [_gather(day, range(begin, begin + minutes)) for begin in begins]


def _gather(day: LastDay, minutes: Iterable[int]) -> Point:
    rows = [day.rows[minute] for minute in minutes if minute in day.rows]
    busiest = max((row.to_planfix + row.to_telegram for row in rows), default=0)
    return Point(len(rows), sum(rows, Row()), busiest)


def charts(found: Sequence[Point], end: int, minutes: int, wording: Wording) -> list[Chart]:
    """The three graphs of some stretches of `minutes` that end before the minute `end`."""
    words = wording.texts.charts
    rates = [_rates(found, each) for each in (_to_planfix, _to_telegram, _failed, _refused)]
    average = [_average(point.row) if point.minutes else None for point in found]
    oldest = [point.row.oldest if point.minutes else None for point in found]
    total = sum((point.row for point in found), Row())
    span = _times(end, minutes * len(found), wording)

    def chart(title: str, summary: str, scale: "_Scale", *lines: tuple[str, Values]) -> Chart:
        drawn = [Line(name, _path(values, scale.top)) for name, values in lines]
        marks = (scale.write(scale.top), scale.write(scale.top / 2), "0")
        return Chart(title, summary, len(found) - 1, *marks, span, drawn)

    return [
        chart(
            words.messages,
            words.messages_summary.format(
                planfix=total.to_planfix,
                telegram=total.to_telegram,
                most=max(point.busiest for point in found),
            ),
            _Scale.of_counts(rates[:2], wording),
            (words.to_planfix, rates[0]),
            (words.to_telegram, rates[1]),
        ),
        chart(
            words.waiting,
            words.waiting_summary.format(
                average=wording.duration(_average(total)), oldest=wording.duration(total.oldest)
            ),
            _Scale.of_spans([average, oldest], wording),
            (words.average, average),
            (words.oldest, oldest),
        ),
        chart(
            words.failures,
            words.failures_summary.format(failed=total.failed, refused=total.refused),
            _Scale.of_counts(rates[2:], wording),
            (words.failed, rates[2]),
            (words.refused, rates[3]),
        ),
    ]


def by_hour(day: LastDay, end: int, wording: Wording) -> list[HourRow]:
    """The last day in numbers, the latest hour first; hours in which nothing ran are left out."""
    rows = []
    for number, point in enumerate(reversed(points(day, end, 60, 24))):
        begin = (end - 60 * (number + 1)) * 60
        if point.minutes:
            rows.append(_hour_row(begin, point.row, wording))
    return rows


def _hour_row(begin: int, row: Row, wording: Wording) -> HourRow:
    clock = wording.texts.time_format
    edges = [time.strftime(clock, time.localtime(at)) for at in (begin, begin + 3600)]
    return HourRow(
        "–".join(edges),
        row.to_planfix,
        row.to_telegram,
        wording.duration(_average(row)),
        wording.duration(row.oldest),
        row.failed,
        row.refused,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """What the plot's upper edge stands for, and how values are written beside it."""

    top: float
    write: Callable[[float], str]

    @classmethod
    def of_counts(cls, lines: Sequence[Values], wording: Wording) -> "_Scale":
        most, size = max(2.0, *map(max, map(_known, lines))), 1
        while True:
            for step in _COUNTS:
                if step * size >= most:
                    return cls(step * size, wording.number)
            size *= 10

    @classmethod
    def of_spans(cls, lines: Sequence[Values], wording: Wording) -> "_Scale":
        most = max(map(max, map(_known, lines)))
        days = max(1, -(-int(most) // _SPANS[-1]))
        top = next((span for span in _SPANS if span >= most), days * _SPANS[-1])
        return cls(top, wording.duration)


def _path(values: Values, top: float) -> str:
    """A line through the known values, broken where there is none."""
    drawn, broken = [], True
    for x, value in enumerate(values):
        if value is not None:
            y = f"{HEIGHT - HEIGHT * value / top:.1f}"
            drawn.append(f"M{x} {y}h0" if broken else f"L{x} {y}")
        broken = value is None
    return "".join(drawn)


def _times(end: int, minutes: int, wording: Wording) -> list[str]:
    marks = [(end - minutes + minutes * quarter // 4) * 60 for quarter in range(5)]
    return [time.strftime(wording.texts.time_format, time.localtime(mark)) for mark in marks]


def _known(values: Values) -> list[float]:
    return [value or 0.0 for value in values]


def _rates(found: Sequence[Point], count: Callable[[Row], int]) -> list[float | None]:
    return [point.rate(count) for point in found]


def _average(row: Row) -> float:
    return row.seconds / row.timed if row.timed else 0.0


def _to_planfix(row: Row) -> int:
    return row.to_planfix


def _to_telegram(row: Row) -> int:
    return row.to_telegram


def _failed(row: Row) -> int:
    return row.failed


def _refused(row: Row) -> int:
    return row.refused
