"""Keeps strangers from filling the log."""

import time
from typing import Final

BURST: Final = 10
"""So many lines at once."""

SECONDS_PER_LINE: Final = 10.0
"""Afterwards one line in so much time."""


class LogThrottle:
    """Says which lines of a sort are written, and how many were held back before each of them."""

    def __init__(self, burst: int = BURST, seconds_per_line: float = SECONDS_PER_LINE) -> None:
        self._burst = burst
        self._seconds_per_line = seconds_per_line
        self._allowed = float(burst)
        self._counted_at = time.monotonic()
        self._held_back = 0

    def held_back(self) -> int | None:
        """How many lines were held back since the last one; None: hold this one back too."""
        now = time.monotonic()
        earned = (now - self._counted_at) / self._seconds_per_line
        self._allowed = min(self._burst, self._allowed + earned)
        self._counted_at = now
        if self._allowed < 1:
            self._held_back += 1
            return None
        self._allowed -= 1
        held_back, self._held_back = self._held_back, 0
        return held_back
