"""Pure: what a list of arrivals or of times says."""

import math
from collections.abc import Iterable, Sequence

Arrivals = Sequence[tuple[float, int, int]]
"""Time, chat and number of each arrival, in the order in which they came."""


def disordered(arrivals: Arrivals) -> int:
    """So many came after a later message of their chat. A repeat is not counted."""
    latest: dict[int, int] = {}
    seen: set[int] = set()
    count = 0
    for _, chat, number in arrivals:
        if number in seen:
            continue
        seen.add(number)
        count += number < latest.get(chat, 0)
        latest[chat] = max(number, latest.get(chat, 0))
    return count


def repeated(arrivals: Arrivals) -> int:
    """So many had come before."""
    return len(arrivals) - len({number for _, _, number in arrivals})


def first_times(arrivals: Arrivals) -> dict[int, float]:
    """When each message came for the first time."""
    times: dict[int, float] = {}
    for at, _, number in arrivals:
        times.setdefault(number, at)
    return times


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that at least so many percent of all do not exceed; NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
