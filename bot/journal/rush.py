"""Tells when so much comes in at once that storing it goes before handing it on."""

import time
from collections.abc import Callable
from typing import Final

CROWD: Final = 8
"""So many calls, waiting to be stored at the same time, are a rush."""

LONGEST: Final = 1.0
"""Seconds for which a rush may hold up what is handed on; it then has as long for itself."""

LULL: Final = 0.02
"""Seconds without a crowd that end a rush."""


class Rush:
    """Calls that come together are answered together, and only then is their content handed on.

    Both would share one core, so each call would wait for the deliveries of those before it; and
    those who call give up sooner than those who wait for a message.

    Args:
        clock: Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = float("-inf")
        self._until = float("-inf")

    def note(self, calls: int) -> None:
        """Take note that so many calls are stored together."""
        if calls < CROWD:
            return
        now = self._clock()
        if now >= self._began + 2 * LONGEST:
            self._began = now
        self._until = min(now + LULL, self._began + LONGEST)

    def seconds_left(self) -> float:
        """How long to wait before anything is handed on; 0: there is no rush."""
        return max(0.0, self._until - self._clock())
