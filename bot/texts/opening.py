"""Says when somebody is there again: `завтра в 9:00`, `on Monday, 24 November, at 9:00 am`."""

from datetime import datetime
from typing import Final

_NEAR_RU: Final = ("сегодня", "завтра")
_NEAR_EN: Final = ("today", "tomorrow")
_DAYS_RU: Final = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
_DAYS_EN: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_MONTHS_RU: Final = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def opens_ru(opens: datetime, now: datetime) -> str:
    """In Russian, to follow words such as «мы вернёмся»."""
    time = f"в {opens.hour}:{opens.minute:02}"
    days = (opens.date() - now.date()).days
    if days < len(_NEAR_RU):
        return f"{_NEAR_RU[days]} {time}"
    date = f"{opens.day} {_MONTHS_RU[opens.month - 1]}"
    return f"{_DAYS_RU[opens.weekday()]}, {date}, {time}"


def opens_en(opens: datetime, now: datetime) -> str:
    """In English, to follow words such as “we will be back”."""
    half = "am" if opens.hour < 12 else "pm"  # noqa: PLR2004 - noon
    time = f"at {opens.hour % 12 or 12}:{opens.minute:02} {half}"
    days = (opens.date() - now.date()).days
    if days < len(_NEAR_EN):
        return f"{_NEAR_EN[days]} {time}"
    date = f"{opens.day} {_MONTHS_EN[opens.month - 1]}"
    return f"on {_DAYS_EN[opens.weekday()]}, {date}, {time}"
