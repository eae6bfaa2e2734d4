"""Working hours as an administrator writes them. Pure.

A week is lines such as `mon-fri 09:00-18:00`; days are `2026-12-31`, or `12-31` in every year.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NoReturn

from bot.customers.hours import DAY_MINUTES, Days, Span, WorkingDay

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_A_WEEK: Final = "mon-fri 09:00-13:00 14:00-18:00"
_A_DAY: Final = "2026-12-26 10:00-15:00"
_LEAP_YEAR: Final = 2024
"""Has every day that a year can have."""


def parse_week(lines: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """The hours of each day of the week, Monday first.

    Raises:
        ValueError: A line is none; in words, with an example.
    """
    week: list[list[Span]] = [[] for _ in _WEEKDAYS]
    for line in lines:
        words = re.split(r"[\s,]+", line.strip().lower())
        days = [number for word in words if ":" not in word for number in _weekdays(word, line)]
        spans = [_span(word, line, _A_WEEK) for word in words if ":" in word]
        if not days or not spans:
            _fail(line, _A_WEEK)
        for number in days:
            week[number] += spans
    if not any(week):
        raise ValueError('needs hours, such as ["mon-fri 09:00-18:00"]')
    return tuple(tuple(sorted(spans, key=lambda span: span.start)) for spans in week)


def parse_days(text: str) -> Days:
    """A day or a range of days: `2026-12-31`, `01-01..01-08`.

    Raises:
        ValueError: It is none; in words, with an example.
    """
    first, _, last = text.strip().partition("..")
    days = Days(_day(first, text), _day(last or first, text))
    dated = isinstance(days.first, date)
    if dated is not isinstance(days.last, date):
        raise ValueError(f"{text[:40]!r} mixes a day of one year with one of every year")
    if isinstance(days.first, date) and isinstance(days.last, date) and days.first > days.last:
        raise ValueError(f"{text[:40]!r} ends before it begins")
    return days


def parse_working_day(text: str) -> WorkingDay:
    """A day or a range of days, with hours of its own if they differ: `2026-12-26 10:00-15:00`.

    Raises:
        ValueError: It is none; in words, with an example.
    """
    days, *spans = re.split(r"[\s,]+", text.strip())
    return WorkingDay(
        parse_days(days),
        tuple(sorted((_span(span, text, _A_DAY) for span in spans), key=lambda span: span.start)),
    )


def _weekdays(word: str, line: str) -> list[int]:
    first, _, last = word.partition("-")
    if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
        _fail(line, _A_WEEK)
    start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
    return [number % 7 for number in range(start, end + 1 if end >= start else end + 8)]


def _span(word: str, line: str, example: str) -> Span:
    found = _SPAN.fullmatch(word)
    if not found:
        _fail(line, example)
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    minutes = max(start_minute, end_minute)
    if minutes > 59 or start >= DAY_MINUTES or end > DAY_MINUTES or start == end:  # noqa: PLR2004 - a clock's
        _fail(line, example)
    return Span(start, end if end > start else end + DAY_MINUTES)


def _day(text: str, whole: str) -> date | tuple[int, int]:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d\d-\d\d", text):
            day = date.fromisoformat(f"{_LEAP_YEAR}-{text}")
            return day.month, day.day
    except ValueError:
        pass
    raise ValueError(
        f"{whole[:40]!r} is no day; write 2026-12-31, 12-31 for every year, or 01-01..01-08"
    )


def _fail(line: str, example: str) -> NoReturn:
    raise ValueError(f"{line[:40]!r} cannot be read; write days and times, such as {example}")
