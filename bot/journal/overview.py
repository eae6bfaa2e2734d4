"""What waits in the mailboxes, for people to look at."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.journal.journal import ChatKey, Entry, Lane, Tries
from bot.journal.scripts import load_script

_AT_ONCE = 500


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


async def _mailboxes(redis: Redis, prefix: str, lane: Lane) -> AsyncIterator[Mailbox]:
    script = load_script(redis, "overview")
    first = 0
    while True:
        found = await script(keys=[prefix], args=[lane, first, first + _AT_ONCE - 1])
        for chat, entries, head, tries, leased in found:
            age = max(0.0, time.time() - Entry.parse(head).stored_at)
            yield Mailbox(ChatKey(chat.decode()), entries, age, Tries.parse(tries), bool(leased))
        if not found:
            return
        first += _AT_ONCE
