"""What waits in the mailboxes, for people to look at."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.journal.entries import ChatKey, Entry, Lane, Tries
from bot.journal.scripts import load_script

_AT_ONCE = 500
_GLANCE = 100


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A chat's mailbox in one lane."""

    chat: ChatKey
    entries: int
    age: float
    """How long its head has waited, in seconds."""
    tries: Tries
    leased: bool
    """Whether a worker has it in hand."""


@dataclass(frozen=True, slots=True)
class LaneOverview:
    """A lane as a whole, and the chats in it that wait longest."""

    lane: Lane
    chats: int
    entries: int
    oldest: float
    """The age of the oldest head, in seconds."""
    longest: Sequence[Mailbox]
    estimated: bool = False
    """There are so many chats that not all were looked at."""


async def overview(redis: Redis, prefix: str, lane: Lane, *, longest: int = 5) -> LaneOverview:
    """Look at every mailbox of `lane`."""
    boxes = [box async for box in _mailboxes(redis, prefix, lane)]
    boxes.sort(key=lambda box: box.age, reverse=True)
    return LaneOverview(
        lane,
        len(boxes),
        sum(box.entries for box in boxes),
        boxes[0].age if boxes else 0.0,
        boxes[:longest],
    )


async def glance(redis: Redis, prefix: str, lane: Lane, *, longest: int = 5) -> LaneOverview:
    """Look at a bounded number of mailboxes of `lane`, so that it costs the same at any size.

    Those are the ones that are due first and, of very many, those that are due last: their heads
    have waited without a try, or after many. Entries are then estimated from what was seen.
    """
    look = load_script(redis, "overview")
    chats = int(await redis.zcard(f"{prefix}due:{lane}"))
    found = await look(keys=[prefix], args=[lane, 0, _GLANCE - 1]) if chats else []
    if chats > _GLANCE:
        last = max(_GLANCE, chats - _GLANCE)
        found += await look(keys=[prefix], args=[lane, last, chats - 1])
    boxes = sorted(map(_mailbox, found), key=lambda box: box.age, reverse=True)
    entries = sum(box.entries for box in boxes)
    estimated = chats > 2 * _GLANCE
    if estimated and boxes:
        entries = round(entries / len(boxes) * chats)
    return LaneOverview(
        lane,
        chats,
        entries,
        boxes[0].age if boxes else 0.0,
        boxes[:longest],
        estimated=estimated,
    )


async def _mailboxes(redis: Redis, prefix: str, lane: Lane) -> AsyncIterator[Mailbox]:
    script = load_script(redis, "overview")
    first = 0
    while True:
        found = await script(keys=[prefix], args=[lane, first, first + _AT_ONCE - 1])
        for raw in found:
            yield _mailbox(raw)
        if not found:
            return
        first += _AT_ONCE


def _mailbox(raw: Sequence[Any]) -> Mailbox:
    """Read what the script tells of a mailbox."""
    chat, entries, head, tries, leased = raw
    age = max(0.0, time.time() - Entry.parse(head).stored_at)
    return Mailbox(ChatKey(chat.decode()), entries, age, Tries.parse(tries), bool(leased))
