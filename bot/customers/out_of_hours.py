"""Tells a customer who writes while nobody is there when somebody will be: once per closed time."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.chats.chats import ChatRecord
from bot.customers.hours import Hours, Period
from bot.texts import CustomerTexts

_LONGEST: Final = timedelta(days=1)
"""So long a period without a known end is taken as it is."""
_LONG_AGO: Final = timedelta(days=366)


class OutOfHours:
    """Knows the working hours. The period that was looked at last is kept: most ask for the same.

    Args:
        hours: When somebody is there; None: always.
    """

    def __init__(self, hours: Hours | None) -> None:
        self._hours = hours
        self._since = self._until = datetime.now(UTC)
        self._period = Period(is_open=True, until=None)

    def closed_until(self, written: datetime) -> datetime | None:
        """When somebody is there again; None: somebody is, or was when it was written."""
        if self._hours is None:
            return None
        now = datetime.now(UTC)
        period = self._at(now)
        # Bounded because a clock, or an update, may say anything.
        if period.is_open or self._at(min(max(written, now - _LONG_AGO), now)).is_open:
            return None
        return period.until

    def _at(self, moment: datetime) -> Period:
        if self._hours and not self._since <= moment < self._until:
            self._period = self._hours.period(moment)
            self._since, self._until = moment, self._period.until or moment + _LONGEST
        return self._period


def text_of(opens: datetime, texts: CustomerTexts) -> str:
    """What to tell the customer."""
    now = datetime.now(opens.tzinfo)
    return texts.outside_hours.format(opens=texts.speech.opens(opens, now))


def mark_of(opens: datetime, entry_id: str, known: ChatRecord) -> str:
    """What to remember so that the customer is told once before `opens`; empty: they were.

    The entry is remembered, too: when it is handled anew after a crash, it tells the customer.
    """
    period = str(round(opens.timestamp()))
    told, _, entry = known.told_closed.partition(" ")
    return "" if told == period and entry != entry_id else f"{period} {entry_id}"
