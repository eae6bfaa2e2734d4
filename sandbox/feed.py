"""What happened in a sandbox server, as a feed that pages and tests follow."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

Event = dict[str, Any]

KEPT_EVENTS = 10_000


class Feed:
    """Publishes events, JSON-ready dicts with a `type`, to any number of followers."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._changed = asyncio.Condition()
        self._count = 0
        self._wakeups: set[asyncio.Task[None]] = set()

    def publish(self, event: Event) -> None:
        """Append `event` and wake every follower. Call it from the event loop's thread."""
        self.events.append(event)
        self._count += 1
        task = asyncio.get_running_loop().create_task(self._wake())
        self._wakeups.add(task)
        task.add_done_callback(self._wakeups.discard)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def follow(self) -> AsyncIterator[Event]:
        """Yield every event published from now on."""
        seen = self._count
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._count > seen)  # noqa: B023 - awaited here
            fresh = min(self._count - seen, len(self.events))
            seen = self._count
            for event in list(self.events)[len(self.events) - fresh :]:
                yield event

    async def wait_until(self, condition: Callable[[], bool], *, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a test's bound
        """Wait until `condition` holds, looking again after every event.

        Raises:
            TimeoutError: It did not hold within `timeout` seconds.
        """
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    async def close(self) -> None:
        """Let the last wake-ups finish."""
        for task in list(self._wakeups):
            with suppress(asyncio.CancelledError):
                await task
