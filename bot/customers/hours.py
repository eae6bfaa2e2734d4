"""Working hours: whether somebody is there at a moment, and when again. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

DAY_MINUTES: Final = 24 * 60

_AHEAD: Final = 400
"""So many days ahead an opening is looked for: holidays repeat after a year."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of one day, in minutes after its midnight; beyond `DAY_MINUTES`: into the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included.

    As dates, or as `(month, day)` of every year; these may run over New Year.
    """

    first: date | tuple[int, int]
    last: date | tuple[int, int]

    def __contains__(self, day: date) -> bool:
        if isinstance(self.first, date) and isinstance(self.last, date):
            return self.first <= day <= self.last
        if isinstance(self.first, tuple) and isinstance(self.last, tuple):
            now = (day.month, day.day)
            if self.first <= self.last:
                return self.first <= now <= self.last
            return now >= self.first or now <= self.last
        return False


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """Days that are worked whatever day of the week or holiday they are."""

    days: Days
    spans: tuple[Span, ...] = ()
    """Their hours; none: those of their weekday, or of the first weekday that has any."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which somebody is there, or nobody is."""

    is_open: bool
    until: datetime | None
    """When it ends, in the hours' time zone; None: not in the time that was looked at."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there.

    Hours belong to the day on which they begin: a night's work goes on into a holiday. Where clocks
    are set, an hour that comes twice, or never, counts in favour of being there.
    """

    zone: tzinfo
    week: tuple[tuple[Span, ...], ...]
    """The hours of each day of the week, Monday first."""
    holidays: tuple[Days, ...] = ()
    working_days: tuple[WorkingDay, ...] = ()

    def period(self, moment: datetime) -> Period:
        """The period that `moment` (any time zone) is in."""
        today = moment.astimezone(self.zone).date()
        now = moment.astimezone(UTC)
        open_until: datetime | None = None
        for opens, closes in self._opening_times(today - timedelta(days=2)):
            if open_until is None and opens > now:
                return Period(is_open=False, until=opens.astimezone(self.zone))
            if open_until is not None and opens > open_until:
                return Period(is_open=True, until=open_until.astimezone(self.zone))
            if closes > now:
                open_until = max(open_until or closes, closes)
        return Period(is_open=open_until is not None, until=None)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The hours that begin on a day."""
        of_weekday = self.week[day.weekday()]
        for working in self.working_days:
            if day in working.days:
                return working.spans or of_weekday or next(filter(None, self.week), ())
        return () if any(day in holiday for holiday in self.holidays) else of_weekday

    def _opening_times(self, first: date) -> Iterator[tuple[datetime, datetime]]:
        """When it opens and closes from a day on, in UTC, by the time of opening within a day."""
        for number in range(_AHEAD):
            day = first + timedelta(days=number)
            for span in self.spans_on(day):
                yield min(self._moments(day, span.start)), max(self._moments(day, span.end))

    def _moments(self, day: date, minutes: int) -> list[datetime]:
        """The one moment or the two at which clocks show so many minutes after midnight."""
        shown = datetime.combine(day, time(), self.zone) + timedelta(minutes=minutes)
        return [shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
