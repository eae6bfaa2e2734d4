"""Durable mailboxes in Redis: one FIFO per lane and chat, leased to one worker at a time.

What comes is stored as it came and stays at the head of its mailbox until it is settled, so that
neither a crash nor an outage loses a message or breaks the order within a chat. The journal knows
nothing of what it carries. Its moves are the scripts in `lua/`, each atomic.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from redis.asyncio import Redis

from bot.journal.batcher import Batcher
from bot.journal.entries import ChatKey, Entry, Lane, Lease, Posting, Tries
from bot.journal.outbox import Outbox
from bot.journal.rush import Rush
from bot.journal.scripts import Scripts

LEASE_SECONDS: Final = 12.0
GRACE_SECONDS: Final = 3.0
"""A worker that is silent for a lease and a grace is taken for dead, and its chats go to others.
The grace runs while Redis is there: after an outage the owner comes first."""

_SCRIPTS = ("put", "claim", "settle", "postpone", "bury", "record", "renew", "reclaim")


class Taker(Protocol):
    """Takes over chats in the same step in which something is stored for them."""

    def reserve(self, most: int) -> int:
        """Keep room for up to `most` chats; returns for how many there is room."""

    def free(self, room: int) -> None:
        """Give reserved room back; what is taken is taken after that."""

    def take(self, lease: Lease) -> bool:
        """Begin with a chat; False: it has to go to another one, after all."""


@dataclass(frozen=True, slots=True)
class _Settlement:
    lease: Lease
    done: int
    keep: bool
    follow_ups: Sequence[Posting]


class Journal:
    """The mailboxes of one bot.

    Args:
        redis: A connection that does not decode answers.
        prefix: What every key begins with; one per bot, with a hash tag for Redis Cluster.
        confirm: Whether each move has to be at a replica before it counts: for servers that
            replace each other. A move that is not raises a RedisError, as if Redis were away.
        outbox: Shared with others, if there are any.
    """

    def __init__(
        self, redis: Redis, prefix: str, *, confirm: bool = False, outbox: Outbox | None = None
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._scripts = Scripts(redis, prefix, _SCRIPTS, confirm=confirm, outbox=outbox)
        self._news: dict[Lane, asyncio.Event] = {}
        self._takers: dict[Lane, Taker] = {}
        self._rushes: dict[Lane, Rush] = {}
        self._put = Batcher(self._put_calls)
        self._settle = Batcher(self._settle_many)

    async def put(self, posting: Posting) -> bool:
        """Store one posting; returns whether it was new. Many at once share a write."""
        return await self._put(posting)

    async def put_all(self, postings: Iterable[Posting]) -> list[bool]:
        """Store postings in their order, all or none; tells which of them were new."""
        batch = list(postings)
        return await self._put_many(batch) if batch else []

    async def _put_calls(self, postings: list[Posting]) -> list[bool]:
        for lane, count in Counter(posting.lane for posting in postings).items():
            self.rush(lane).note(count)
        return await self._put_many(postings)

    async def _put_many(self, postings: list[Posting]) -> list[bool]:
        stored = [(posting, *posting.entry()) for posting in postings]
        args: list[str | bytes | int] = []
        for posting, entry_id, entry in stored:
            args += (posting.lane, posting.chat, entry_id, entry)
        with self._room(postings) as room:
            replies = await self._scripts.run("put", _ms(LEASE_SECONDS), *room, *args)
        for (posting, _, entry), lease in zip(stored, replies, strict=True):
            if lease:
                await self._hand_over(posting, entry, *lease)
        return [bool(lease) for lease in replies]

    async def claim(
        self, lane: Lane, *, chats: int, entries: int = 11
    ) -> tuple[list[Lease], float | None]:
        """Lease up to `chats` chats of `lane` that are due, each with its first `entries` entries.

        Returns the leases, and the seconds until the next chat of the lane is due (None: none is).
        """
        wait_ms, claims = await self._scripts.run(
            "claim", lane, chats, entries, _ms(LEASE_SECONDS), _ms(GRACE_SECONDS)
        )
        leases = [
            Lease(
                lane,
                ChatKey(chat.decode()),
                fence.decode(),
                bool(interrupted),
                Tries.parse(tries),
                progress,
                [Entry.parse(raw) for raw in stored],
                record,
            )
            for chat, fence, interrupted, tries, progress, stored, record in claims
        ]
        return leases, None if wait_ms < 0 else wait_ms / 1000

    async def settle(
        self, lease: Lease, done: int = 1, follow_ups: Sequence[Posting] = (), *, keep: bool = False
    ) -> bool:
        """Drop the first `done` entries and store `follow_ups`, together.

        With `keep` the lease goes on, for the entries that were claimed with the head. Safe to
        repeat after a lost answer. Returns False if the lease had been lost.
        """
        return await self._settle(_Settlement(lease, done, keep, follow_ups))

    async def _settle_many(self, settlements: list[_Settlement]) -> list[bool]:
        args: list[str | bytes | int] = []
        follow_ups = [[(p, p.entry()[1]) for p in item.follow_ups] for item in settlements]
        for item, following in zip(settlements, follow_ups, strict=True):
            args += (*_held(item.lease), item.done, int(item.keep), len(following))
            for posting, entry in following:
                args += (posting.lane, posting.chat, entry)
        with self._room([p for item in settlements for p in item.follow_ups]) as room:
            replies = await self._scripts.run("settle", _ms(LEASE_SECONDS), *room, *args)
        for item, following, (_, waits, *fences) in zip(
            settlements, follow_ups, replies, strict=True
        ):
            if waits:
                self.look_again(item.lease.lane)
            for (posting, entry), fence in zip(following, fences, strict=False):
                await self._hand_over(posting, entry, fence)
        return [bool(mine) for mine, *_ in replies]

    async def postpone(self, lease: Lease, seconds: float, tries: Tries | None = None) -> bool:
        """Give the chat back, due again in `seconds`; note `tries` about its head.

        Returns False if the lease had been lost.
        """
        note = tries.dump() if tries else ""
        held = bool(await self._scripts.run("postpone", *_held(lease), _ms(seconds), note))
        asyncio.get_running_loop().call_later(seconds, self.look_again, lease.lane)
        return held

    async def bury(self, lease: Lease, reason: str, follow_ups: Sequence[Posting] = ()) -> bool:
        """Move the head to the dead letters, with the reason, and give the chat back.

        Returns False if the lease had been lost.
        """
        about = json.dumps(
            {"lane": lease.lane, "chat": lease.chat, "reason": reason, "at": time.time()},
            ensure_ascii=False,
        )
        buried = bool(await self._scripts.run("bury", *_held(lease), about, *_flat(follow_ups)))
        for lane in {lease.lane, *(posting.lane for posting in follow_ups)}:
            self.look_again(lane)
        return buried

    async def record(self, lease: Lease, progress: bytes) -> bool:
        """Note how far the head has come; a later lease of it starts from there.

        Returns False if the lease had been lost.
        """
        lease.progress = progress
        return bool(await self._scripts.run("record", *_held(lease), progress))

    async def renew(self, lane: Lane, leases: Sequence[Lease]) -> list[bool]:
        """Lengthen leases of `lane` by `LEASE_SECONDS` from now; tells which of them still hold."""
        held = [part for lease in leases for part in (lease.chat, lease.fence)]
        return [bool(h) for h in await self._scripts.run("renew", lane, _ms(LEASE_SECONDS), *held)]

    async def reclaim(self, lane: Lane) -> int:
        """Make every leased chat of `lane` due now; returns how many there were.

        Only where no other process uses the store: all leases are then those of a dead process.
        """
        return int(await self._scripts.run("reclaim", lane))

    def serve(self, lane: Lane, taker: Taker) -> None:
        """Let `taker` have, without a claim, chats of `lane` in which nothing waited.

        So one write to disk comes before a message goes out, and not a second one for its lease.
        """
        self._takers[lane] = taker

    @contextmanager
    def _room(self, postings: Iterable[Posting]) -> Iterator[list[str | int]]:
        """How many chats of `postings` can be taken over at once, as the scripts read it."""
        lanes = Counter(posting.lane for posting in postings if posting.lane in self._takers)
        rooms = {lane: self._takers[lane].reserve(most) for lane, most in lanes.items()}
        try:
            yield [len(rooms), *(part for room in rooms.items() for part in room)]
        finally:
            for lane, room in rooms.items():
                self._takers[lane].free(room)

    async def _hand_over(
        self, posting: Posting, entry: bytes, fence: bytes, record: Sequence[bytes] | None = None
    ) -> None:
        """Give what was stored to the lane's taker if its chat was leased, else tell of it."""
        if not fence:
            self.look_again(posting.lane)
            return
        lease = Lease(
            posting.lane,
            posting.chat,
            fence.decode(),
            interrupted=False,
            tries=Tries(),
            progress=b"",
            entries=[Entry.parse(entry)],
            record=record,
        )
        if not self._takers[posting.lane].take(lease):
            await self.postpone(lease, 0)

    def rush(self, lane: Lane) -> Rush:
        """Whether the lane's workers have to stand back for what is being stored."""
        return self._rushes.setdefault(lane, Rush())

    async def wait_for_news(self, lane: Lane, seconds: float) -> None:
        """Return when there may be something to claim in `lane`, or after `seconds`."""
        news = self._news.setdefault(lane, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await news.wait()
        except TimeoutError:
            pass
        news.clear()

    def look_again(self, lane: Lane) -> None:
        """Wake who waits for news of `lane`."""
        self._news.setdefault(lane, asyncio.Event()).set()

    async def waiting(self, lane: Lane) -> int:
        """The number of chats of `lane` that have something in their mailbox."""
        return int(await self._redis.zcard(f"{self._prefix}due:{lane}"))

    async def dead_letters(self) -> int:
        """The number of dead letters."""
        return int(await self._redis.hlen(f"{self._prefix}dead"))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _held(lease: Lease) -> tuple[str, str, str, str]:
    return lease.lane, lease.chat, lease.fence, lease.head.id


def _flat(postings: Sequence[Posting]) -> list[str | bytes]:
    return [part for p in postings for part in (p.lane, p.chat, p.entry()[1])]
