"""Working hours: what an administrator may write, and what is open when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats.chats import ChatRecord
from bot.customers.hours import DAY_MINUTES, Days, Hours, Span, WorkingDay
from bot.customers.hours_words import parse_days, parse_week, parse_working_day
from bot.customers.out_of_hours import OutOfHours, mark_of
from bot.texts.opening import opens_en, opens_ru

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")


def hours(
    *week: str, holidays: str = "", working: tuple[str, ...] = (), zone: ZoneInfo = MOSCOW
) -> Hours:
    """Hours as the settings make them."""
    return Hours(
        zone,
        parse_week(week),
        tuple(parse_days(text) for text in holidays.split()),
        tuple(parse_working_day(text) for text in working),
    )


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """A moment on the clocks of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def opening(these: Hours, text: str) -> str:
    """When it opens for somebody who writes then; `open` if it is."""
    zone = these.zone
    assert isinstance(zone, ZoneInfo)
    period = these.period(at(text, zone))
    return "open" if period.is_open else f"{period.until:%Y-%m-%d %H:%M}"


OFFICE = hours("mon-fri 09:00-18:00")


@pytest.mark.parametrize(
    ("these", "written", "opens"),
    [
        (OFFICE, "2026-11-23 09:00", "open"),
        (OFFICE, "2026-11-23 17:59", "open"),
        (OFFICE, "2026-11-23 18:00", "2026-11-24 09:00"),
        (OFFICE, "2026-11-23 00:10", "2026-11-23 09:00"),
        (OFFICE, "2026-11-20 20:00", "2026-11-23 09:00"),
        (hours("mon-fri 9:00-13:00 14:00-18:00"), "2026-11-23 13:30", "2026-11-23 14:00"),
        (hours("mon wed 09:00-18:00", "fri 10:00-12:00"), "2026-11-25 18:00", "2026-11-27 10:00"),
        (hours("fri-mon 10:00-20:00"), "2026-11-24 12:00", "2026-11-27 10:00"),
        (hours("mon-sun 00:00-24:00"), "2026-11-24 00:00", "open"),
        # over midnight
        (hours("mon-fri 22:00-06:00"), "2026-11-28 05:59", "open"),
        (hours("mon-fri 22:00-06:00"), "2026-11-28 06:00", "2026-11-30 22:00"),
        (hours("sun 18:00-24:00", "mon 00:00-06:00"), "2026-11-23 00:00", "open"),
        # holidays
        (hours("mon-fri 09:00-18:00", holidays="01-01..01-08"), "2027-01-05 12:00",
         "2027-01-11 09:00"),
        (hours("mon-fri 09:00-18:00", holidays="12-31..01-08"), "2026-12-30 18:30",
         "2027-01-11 09:00"),
        (hours("mon-fri 09:00-18:00", holidays="2026-11-23"), "2026-11-23 12:00",
         "2026-11-24 09:00"),
        (hours("mon-fri 09:00-18:00", holidays="2026-11-23"), "2027-11-23 12:00", "open"),
        (hours("mon-fri 22:00-06:00", holidays="2026-11-24"), "2026-11-24 05:00", "open"),
        # days that are worked all the same
        (hours("mon-fri 09:00-18:00", working=("2026-11-28",)), "2026-11-28 12:00", "open"),
        (hours("mon-fri 09:00-18:00", working=("2026-11-28 10:00-11:00",)), "2026-11-28 12:00",
         "2026-11-30 09:00"),
        (hours("mon-sat 09:00-18:00", holidays="2026-11-28", working=("2026-11-28",)),
         "2026-11-28 12:00", "open"),
    ],
)  # fmt: skip
def test_what_is_open_when(these: Hours, written: str, opens: str) -> None:
    """Days, several hours a day, nights, holidays of a year and of all, and days worked anyway."""
    assert opening(these, written) == opens


def test_clocks_that_are_set() -> None:
    """Opening times are those of clocks on the wall, before and after these are set."""
    these = hours("mon-sun 09:00-18:00", zone=BERLIN)
    spring = these.period(at("2026-03-28 18:00", BERLIN)).until
    autumn = these.period(at("2026-10-24 18:00", BERLIN)).until
    assert spring is not None
    assert autumn is not None
    assert spring.astimezone(UTC) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_an_hour_that_comes_twice_or_never_is_open() -> None:
    """At night the clocks go from 2:00 to 3:00 or back: nobody is told that we are away by that."""
    these = hours("mon-sun 02:00-03:00", zone=BERLIN)
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert these.period(twice).is_open
    assert these.period(twice + timedelta(hours=1)).is_open
    assert not these.period(twice + timedelta(hours=2)).is_open
    never = these.period(datetime(2026, 3, 29, 0, 0, tzinfo=UTC))
    assert never.until is not None


_FIRST, _LAST = datetime(2025, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Berlin", "America/New_York",
                                 "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")]
)  # fmt: skip
SPANS = st.tuples(
    st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES)
).map(lambda pair: Span(pair[0], pair[0] + pair[1]))  # fmt: skip
WEEKS = st.tuples(
    *(
        st.lists(SPANS, max_size=3).map(lambda s: tuple(sorted(s, key=lambda x: x.start)))
        for _ in range(7)
    )
).filter(any)
DATES = st.dates(date(2024, 12, 1), date(2030, 2, 1))
RANGES = st.tuples(DATES, st.integers(0, 20)).map(
    lambda pair: Days(pair[0], pair[0] + timedelta(days=pair[1]))
) | st.tuples(DATES, DATES).map(
    lambda pair: Days((pair[0].month, pair[0].day), (pair[1].month, pair[1].day))
)
HOURS = st.builds(
    Hours,
    ZONES,
    WEEKS,
    st.lists(RANGES, max_size=3).map(tuple),
    st.lists(st.builds(WorkingDay, RANGES, st.lists(SPANS, max_size=1).map(tuple)), max_size=2).map(
        tuple
    ),
)


@given(HOURS, MOMENTS)
def test_a_period_ends_where_the_next_begins(these: Hours, moment: datetime) -> None:
    """Whatever the hours: a period is in the future, and holds up to its end and no further."""
    period = these.period(moment)
    if period.until is None:
        return
    assert period.until > moment
    assert period.until.tzinfo is these.zone
    assert these.period(period.until).is_open is not period.is_open
    for part in (0.25, 0.5, 0.75, 0.999):
        between = moment + (period.until - moment) * part
        assert these.period(between) == period


@given(WEEKS, MOMENTS, ZONES)
def test_open_is_what_the_clock_says(
    week: tuple[tuple[Span, ...], ...], moment: datetime, zone: ZoneInfo
) -> None:
    """On a day without any change of clocks, it is open exactly between the written times."""
    local = moment.astimezone(zone)
    days = [local + timedelta(days=n) for n in (-2, -1, 0, 1)]
    if len({day.utcoffset() for day in days}) > 1:
        return
    minute = local.hour * 60 + local.minute
    before = (local - timedelta(days=1)).weekday()
    expected = any(s.start <= minute < s.end for s in week[local.weekday()]) or any(
        s.start <= minute + DAY_MINUTES < s.end for s in week[before]
    )
    assert Hours(zone, week).period(moment.replace(second=0, microsecond=0)).is_open is expected


@given(DATES, DATES, DATES)
def test_days_of_every_year_run_over_new_year(first: date, last: date, day: date) -> None:
    """A range of every year holds the days that one meets on going from its first to its last."""
    days = Days((first.month, first.day), (last.month, last.day))
    walked, step = set(), date(2024, first.month, first.day)
    while (step.month, step.day) != (last.month, last.day):
        walked.add((step.month, step.day))
        step += timedelta(days=1)
        if step.year > 2024:
            step = date(2024, 1, 1)
    walked.add((last.month, last.day))
    assert (day in days) is ((day.month, day.day) in walked)


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (parse_week, ["monday 9-18"], r"mon-fri 09:00-13:00"),
        (parse_week, ["mon-fri"], r"cannot be read"),
        (parse_week, ["09:00-18:00"], r"cannot be read"),
        (parse_week, ["mon 09:00-25:00"], r"cannot be read"),
        (parse_week, ["mon 24:00-06:00"], r"cannot be read"),
        (parse_week, ["mon 09:60-10:00"], r"cannot be read"),
        (parse_week, ["mon 09:00-09:00"], r"cannot be read"),
        (parse_week, [], r"needs hours, such as"),
        (parse_days, "2026-02-29", r"no day; write 2026-12-31"),
        (parse_days, "31.12", r"no day; write"),
        (parse_days, "01-01..2026-01-08", r"mixes"),
        (parse_days, "2026-01-08..2026-01-01", r"ends before it begins"),
        (parse_days, "", r"no day"),
        (parse_working_day, "2026-12-26 9-18", r"cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(parse: object, text: object, words: str) -> None:
    """A mistake is told with what it is in, and an example of what is meant."""
    assert callable(parse)
    with pytest.raises(ValueError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("opens", "ru", "en"),
    [
        ("2026-11-22 18:05", "сегодня в 18:05", "today at 6:05 pm"),
        ("2026-11-23 09:00", "завтра в 9:00", "tomorrow at 9:00 am"),
        ("2026-11-24 00:00", "во вторник, 24 ноября, в 0:00",
         "on Tuesday, 24 November, at 12:00 am"),
        ("2026-11-25 12:30", "в среду, 25 ноября, в 12:30",
         "on Wednesday, 25 November, at 12:30 pm"),
        ("2027-01-11 09:00", "в понедельник, 11 января, в 9:00",
         "on Monday, 11 January, at 9:00 am"),
    ],
)  # fmt: skip
def test_when_in_words(opens: str, ru: str, en: str) -> None:
    """Both languages say when in the words for today, tomorrow and a day of the week."""
    now = at("2026-11-22 02:00")
    assert (opens_ru(at(opens), now), opens_en(at(opens), now)) == (ru, en)


def test_when_open_again_nobody_is_told() -> None:
    """A message from a closed time that is handled when somebody is there is answered by people."""
    day = (datetime.now(UTC) - timedelta(days=3)).date()
    always = ((Span(0, 24 * 60),),) * 7
    hours = OutOfHours(Hours(UTC, always, (Days(day, day),)))
    assert hours.closed_until(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) is None
    never = OutOfHours(Hours(UTC, always, (Days((1, 1), (12, 31)),)))
    for odd in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        assert never.closed_until(odd) is None
    assert OutOfHours(None).closed_until(datetime.now(UTC)) is None


def test_each_closed_time_is_told_of() -> None:
    """Once for each opening; the entry that told may tell again if it is handled anew."""
    opens = datetime(2026, 11, 23, 9, tzinfo=UTC)
    told = ChatRecord(told_closed=mark_of(opens, "tg:1", ChatRecord()))
    assert mark_of(opens, "tg:2", told) == ""
    assert mark_of(opens, "tg:1", told) == told.told_closed
    assert mark_of(opens + timedelta(days=1), "tg:2", told) != ""
