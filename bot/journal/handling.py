"""What a handler is given, and what it may answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.journal.entries import ChatKey, Lease, Posting
from bot.journal.journal import Journal

log = structlog.get_logger("bot.journal.worker")

REDIS_PAUSE: Final = 0.5
"""Seconds between two attempts at a Redis that does not answer."""


BANNED: Final = "banned"
"""The outcome of entries that were passed over, because there is to be no conversation."""


@dataclass(frozen=True, slots=True)
class Done:
    """A handler's word that the first `count` entries are finished, and what follows from them."""

    count: int = 1
    follow_ups: Sequence[Posting] = field(default=())
    outcome: str = "done"
    """What they are counted as."""
    reached: bool = True
    """Whether the lane's far side took it, and so is there; False: nobody knows by this."""


class Later(Exception):  # noqa: N818 - an outcome that a handler raises, not an error
    """The head cannot be finished now.

    Args:
        reason: Why, in words for an administrator.
        seconds: When to try again; None: after a pause that grows with each try.
        failed: Whether this counts as a try.
        away: The far side is not there, so other chats of the lane would fail too.
        unknown: It may have been done: trying again may do it twice.
    """

    def __init__(
        self,
        reason: str,
        *,
        seconds: float | None = None,
        failed: bool = True,
        away: bool = False,
        unknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
        self.failed = failed
        self.away = away
        self.unknown = unknown


class Refused(Exception):  # noqa: N818 - an outcome, as above
    """The head can never be finished: it becomes a dead letter, and `follow_ups` are stored."""

    def __init__(self, reason: str, follow_ups: Sequence[Posting] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.follow_ups = follow_ups


class Mail:
    """What a handler is given: the entries at a mailbox's head, and a place to note progress."""

    def __init__(self, journal: Journal, lease: Lease) -> None:
        self._journal = journal
        self._lease = lease
        self._began = time.perf_counter()
        self.chat: ChatKey = lease.chat
        self.entries = lease.entries
        self.interrupted = lease.interrupted
        self.tries = lease.tries
        self.known = lease.record
        """What the mapping had of the chat when it was leased; None: it may have changed since."""

    @property
    def progress(self) -> bytes:
        """What was last recorded about the head; empty at first."""
        return self._lease.progress

    def times(self) -> dict[str, int]:
        """For a log line: how long the head has been handled, and how long it had waited before."""
        took = time.perf_counter() - self._began
        waited = max(0.0, self.entries[0].age() - took)
        return {"ms": round(took * 1000), "waited_ms": round(waited * 1000)}

    async def record(self, progress: bytes) -> None:
        """Note durably how far the head has come.

        Raises:
            LeaseLostError: Another worker has the chat now; stop.
        """
        if not await insist(lambda: self._journal.record(self._lease, progress)):
            raise LeaseLostError


class LeaseLostError(Exception):
    """Another worker has the chat now."""


Handler = Callable[[Mail], Awaitable[Done]]
"""Finishes the head, or raises `Later` or `Refused`. Any other exception is a crash."""


def by_kind(handlers: Mapping[str, Handler]) -> Handler:
    """A handler that takes each entry to the handler of its kind."""

    async def handle(mail: Mail) -> Done:
        kind = mail.entries[0].kind
        if kind not in handlers:
            raise Refused(f"this version of the bridge knows no entry of the kind {kind!r}")
        return await handlers[kind](mail)

    return handle


async def insist(call: Callable[[], Awaitable[bool]]) -> bool:
    """Repeat a move of the journal until Redis answers: the work it stands for is done already."""
    while True:
        try:
            return await call()
        except (RedisError, OSError) as error:
            log.warning("worker.redis_unavailable", error=str(error))
            await asyncio.sleep(REDIS_PAUSE)
