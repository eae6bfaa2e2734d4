"""Takes the head of each due mailbox to its handler and settles it: done, later, or dead."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.journal.entries import Lane, Lease, Posting, Tries
from bot.journal.gate import Gate
from bot.journal.handling import (
    REDIS_PAUSE,
    Done,
    Handler,
    Later,
    LeaseLostError,
    Mail,
    Refused,
    insist,
)
from bot.journal.journal import GRACE_SECONDS, LEASE_SECONDS, Journal
from bot.monitoring.metrics import Metrics
from bot.tasks import cancel

log = structlog.get_logger("bot.journal.worker")

MAX_CRASHES: Final = 5
"""So often a handler may crash over the same entry before the entry is put aside."""

MAX_UNKNOWN: Final = 20
"""So often the outcome for an entry may be unknown, though the far side is there, before the entry
is put aside. Until then loss is worse than a repeat; after that, so many repeats are worse."""

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_IDLE_LOOK = 1.0
_CLAIM_AT_ONCE = 32
_GIVE_BACK_SECONDS = 2.0
_RENEW_EVERY = min(LEASE_SECONDS / 3, GRACE_SECONDS * 2 / 3)


Alarm = Callable[[Lease, str], Awaitable[Sequence[Posting]]]
"""What to post, besides, when the head of a lease is put aside for good, with the reason."""


class Worker:
    """Handles the mailboxes of one lane, many chats at a time, each chat in order.

    Args:
        journal: Where the mailboxes are.
        lane: Which of them.
        handler: Finishes the head of each.
        metrics: What is counted.
        chats: So many at a time.
        alarm: What to post, besides, when something is put aside for good.
        shared: Whether other processes use the journal, too.
    """

    def __init__(
        self,
        journal: Journal,
        lane: Lane,
        handler: Handler,
        metrics: Metrics,
        *,
        chats: int = 100,
        alarm: Alarm | None = None,
        shared: bool = False,
    ) -> None:
        self._journal = journal
        self._lane = lane
        self._handler = handler
        self._metrics = metrics
        self._chats = chats
        self._alarm = alarm
        self._shared = shared
        self._freed = asyncio.Event()
        self._gate = Gate(lane)
        self._rush = journal.rush(lane)
        self._leases: dict[asyncio.Task[None], Lease] = {}
        self._reserved = 0
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []

    @property
    def lane(self) -> Lane:
        """Whose mailboxes."""
        return self._lane

    def seconds_away(self) -> float:
        """For how long the lane's far side has been taken to be away; 0: it is there."""
        return self._gate.seconds_away()

    def reserve(self, most: int) -> int:
        """Keep room for up to `most` chats; returns for how many there is room."""
        stands_back = self._stopping or self._gate.closed or self._rush.seconds_left()
        room = 0 if stands_back else min(most, self._free_room())
        self._reserved += room
        return room

    def free(self, room: int) -> None:
        """Give reserved room back."""
        self._reserved -= room
        self._freed.set()

    def _free_room(self) -> int:
        most = 1 if self._gate.closed else self._chats
        return max(0, most - len(self._leases) - self._reserved)

    def take(self, lease: Lease) -> bool:
        """Begin with a chat; False: the worker is about to stop."""
        if self._stopping:
            return False
        task = asyncio.create_task(self._work(lease), name=f"{self._lane} {lease.chat}")
        self._leases[task] = lease
        task.add_done_callback(self._finished)
        return True

    def start(self) -> None:
        """Begin to claim and handle."""
        self._journal.serve(self._lane, self)
        self._loops = [
            asyncio.create_task(self._claim_for_ever(), name=f"claim {self._lane}"),
            asyncio.create_task(self._renew_for_ever(), name=f"renew {self._lane}"),
        ]

    async def stop(self, seconds: float) -> None:
        """Claim nothing more, let what is in hand finish for up to `seconds`, then let go of it."""
        self._stopping = True
        await cancel(*self._loops[:1])
        if self._leases:
            await asyncio.wait(self._leases, timeout=seconds)
        if self._leases:
            log.warning("worker.cut_off", lane=self._lane, chats=len(self._leases))
        await cancel(*self._loops[1:], *self._leases)

    async def _claim_for_ever(self) -> None:
        while True:
            room = await self._room()
            self._reserved += room
            try:
                leases, wait = await self._claim(room)
            except (RedisError, OSError) as error:
                log.warning("worker.redis_unavailable", lane=self._lane, error=str(error))
                await asyncio.sleep(REDIS_PAUSE)
                continue
            except Exception as error:  # the lane must not stand still for ever
                log.error("worker.claim_failed", lane=self._lane, exc_info=error)
                await asyncio.sleep(_IDLE_LOOK)
                continue
            finally:
                self._reserved -= room
            for lease in leases:
                self.take(lease)
            if not leases:
                pause = _IDLE_LOOK if wait is None else min(wait, _IDLE_LOOK)
                await self._journal.wait_for_news(self._lane, pause)

    async def _claim(self, room: int) -> tuple[list[Lease], float | None]:
        """Claim up to `room` chats; if cancelled meanwhile, give them back untouched."""
        claiming = asyncio.ensure_future(self._journal.claim(self._lane, chats=room))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            with suppress(RedisError, OSError):
                async with asyncio.timeout(_GIVE_BACK_SECONDS):
                    leases, _ = await claiming
                    for lease in leases:
                        await self._journal.postpone(lease, 0)
            raise

    async def _room(self) -> int:
        """Wait until chats may be claimed; returns how many."""
        while True:
            if self._gate.closed:
                await self._gate.wait_for_probe()
            while pause := self._rush.seconds_left():  # noqa: ASYNC110 - each crowd makes it longer
                await asyncio.sleep(pause)
            if room := self._free_room():
                return min(room, _CLAIM_AT_ONCE)
            self._freed.clear()
            await self._freed.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._leases[task]
        self._freed.set()
        if self._shared:  # others store, too, and do not tell us
            self._journal.look_again(self._lane)
        if not task.cancelled() and (error := task.exception()):
            log.error("worker.crashed", lane=self._lane, exc_info=error)

    async def _work(self, lease: Lease) -> None:
        """Handle the leased entries one after the other, until one has to wait."""
        with suppress(LeaseLostError):
            while await self._handle_head(lease):
                pass
            return
        log.warning("worker.lease_lost", lane=self._lane, chat=lease.chat, entry=lease.head.id)

    async def _handle_head(self, lease: Lease) -> bool:
        """Handle and settle the head; returns whether the lease goes on."""
        if lease.interrupted:
            self._metrics.possible_repeats.labels(self._lane).inc()
            log.warning(
                "worker.resumed", lane=self._lane, chat=lease.chat, entry=lease.head.id,
                note="the last try was cut off; what it did last may happen twice",
            )  # fmt: skip
        try:
            done = await self._handler(Mail(self._journal, lease))
        except Later as later:
            await self._postpone(lease, later)
        except Refused as refused:
            await self._bury(lease, refused)
        except LeaseLostError:
            raise
        except RedisError as error:  # no fault of the entry's: it waits, however often
            log.warning("worker.redis_unavailable", lane=self._lane, error=str(error))
            await self._postpone(lease, Later(str(error), seconds=_IDLE_LOOK, failed=False))
        except Exception as error:  # noqa: BLE001 - a bug must cost a retry, not a message
            await self._crashed(lease, error)
        else:
            return await self._settle(lease, done)
        return False

    async def _settle(self, lease: Lease, done: Done) -> bool:
        keep = len(lease.entries) > done.count and not self._stopping
        held = await insist(
            lambda: self._journal.settle(lease, done.count, done.follow_ups, keep=keep)
        )
        if not held:
            raise LeaseLostError
        if done.reached:
            self._gate.succeeded()
        self._metrics.handled.labels(self._lane, done.outcome).inc(done.count)
        self._metrics.age.labels(self._lane).observe(lease.head.age())
        if keep:
            lease.advance(done.count)
        return keep

    async def _postpone(self, lease: Lease, later: Later) -> None:
        tries = _count(lease.tries, later) if later.failed else None
        if tries and tries.unknown > MAX_UNKNOWN:
            await self._bury(lease, Refused(f"nobody knows whether it was taken: {later.reason}"))
            return
        if later.away:
            self._gate.failed(lease.chat, later.reason, later.seconds)
        pause = _pause(lease.tries.count) if later.seconds is None else later.seconds
        if tries:
            self._metrics.handled.labels(self._lane, "retried").inc()
            log.warning(
                "worker.postponed", lane=self._lane, chat=lease.chat, entry=lease.head.id,
                attempt=tries.count, seconds=round(pause, 1), reason=later.reason,
            )  # fmt: skip
        if not await insist(lambda: self._journal.postpone(lease, pause, tries)):
            raise LeaseLostError

    async def _bury(self, lease: Lease, refused: Refused) -> None:
        self._metrics.handled.labels(self._lane, "refused").inc()
        log.error(
            "worker.refused", lane=self._lane, chat=lease.chat, entry=lease.head.id,
            reason=refused.reason,
        )  # fmt: skip
        follow_ups = [*refused.follow_ups, *await self._alarm_about(lease, refused.reason)]
        if not await insist(lambda: self._journal.bury(lease, refused.reason, follow_ups)):
            raise LeaseLostError

    async def _alarm_about(self, lease: Lease, reason: str) -> Sequence[Posting]:
        try:
            return await self._alarm(lease, reason) if self._alarm else ()
        except (RedisError, OSError):
            return ()  # the log has it

    async def _crashed(self, lease: Lease, error: Exception) -> None:
        log.error(
            "worker.handler_crashed", lane=self._lane, chat=lease.chat, entry=lease.head.id,
            exc_info=error,
        )  # fmt: skip
        reason = f"the bridge failed over it: {type(error).__name__}"
        if lease.tries.count + 1 < MAX_CRASHES:
            await self._postpone(lease, Later(reason))
        else:
            await self._bury(lease, Refused(reason))

    async def _renew_for_ever(self) -> None:
        pause = _RENEW_EVERY
        while True:
            await asyncio.sleep(pause)
            pause = _RENEW_EVERY
            leases = list(self._leases.values())
            try:
                if leases:
                    await self._journal.renew(self._lane, leases)
            except (RedisError, OSError):
                pause = REDIS_PAUSE  # back within the grace, once Redis is


def _count(tries: Tries, later: Later) -> Tries:
    return Tries(tries.count + 1, tries.unknown + later.unknown, later.reason)


def _pause(failures: int) -> float:
    """The pause after so many failures, with a jitter so that chats do not come back in step."""
    pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures, 10))
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
