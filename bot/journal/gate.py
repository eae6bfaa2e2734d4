"""Whether the far side of a lane is there: an outage is waited out with probes, not stampeded."""

import asyncio
import time
from typing import Final

import structlog

from bot.journal.entries import ChatKey, Lane

log = structlog.get_logger("bot.journal.gate")

FAILURES_TO_CLOSE: Final = 3
"""So many chats must have failed, and none succeeded, before the far side is taken to be away."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0


class Gate:
    """Closes when calls fail for several chats in a row; then one chat at a time tries again.

    A single chat that always fails closes nothing: it has a pause of its own.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._failed: set[ChatKey] = set()
        self._probes = 0
        self._closed_at = 0.0
        self._probe_at = 0.0

    @property
    def closed(self) -> bool:
        """Whether the far side is taken to be away."""
        return len(self._failed) >= FAILURES_TO_CLOSE

    def seconds_away(self) -> float:
        """For how long it has been away; 0 if it has not."""
        return time.monotonic() - self._closed_at if self.closed else 0.0

    def succeeded(self) -> None:
        """A call went well: everything may go on."""
        if self.closed:
            log.warning("far_side.back", lane=self._lane, seconds=round(self.seconds_away(), 1))
        self._failed.clear()
        self._probes = 0

    def failed(self, chat: ChatKey, reason: str, seconds: float | None = None) -> None:
        """A call for `chat` found nobody there; `seconds`: how long it asked to be left alone."""
        was_closed = self.closed
        self._failed.add(chat)
        if not self.closed:
            return
        pause = seconds or min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._probes, 10))
        self._probe_at = time.monotonic() + pause
        self._probes += 1
        if not was_closed:
            self._closed_at = time.monotonic()
            log.error("far_side.away", lane=self._lane, reason=reason)
        elif self._probes % 20 == 0:  # every few minutes
            away = round(self.seconds_away())
            log.error("far_side.still_away", lane=self._lane, seconds=away, reason=reason)

    async def wait_for_probe(self) -> None:
        """Wait until one chat may try again."""
        await asyncio.sleep(max(0.0, self._probe_at - time.monotonic()))
