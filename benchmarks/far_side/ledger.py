"""What arrived, when, in which order."""

import asyncio
import time


class Ledger:
    """Arrivals of one kind, as they came: (when, chat, number of the message).

    Times are those of `time.monotonic`, which all processes of a machine share.
    """

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, int, int]] = []
        self._numbers: set[int] = set()
        self._awaited: list[tuple[int, asyncio.Event]] = []

    def record(self, chat: int, number: int) -> None:
        """Something has arrived now."""
        self.arrivals.append((time.monotonic(), chat, number))
        self._numbers.add(number)
        for count, reached in self._awaited:
            if len(self._numbers) >= count:
                reached.set()

    async def reach(self, count: int) -> None:
        """Return when `count` different messages have arrived."""
        reached = asyncio.Event()
        if len(self._numbers) < count:
            self._awaited.append((count, reached))
            await reached.wait()
