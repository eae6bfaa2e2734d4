"""What a known chat takes in Redis, and what messages leave there for a while."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from benchmarks.contents import PREFIX, know, know_phones, let_wait, store_in, used_memory
from benchmarks.far_side.process import FarSideProcess
from benchmarks.far_side.traffic import FIRST_CHAT
from benchmarks.figures.figure import Aim, Alone, Row, Values
from bot.chats.chats import Chats
from bot.chats.remembered import Said
from bot.journal.entries import ChatKey
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX

CHATS: Final = 1_000_000
_QUICK_CHATS = 10_000
_SAMPLE = 20_000
_A_BOX = 10
_AT_ONCE = 200
_SAID = "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ и можно ли изменить адрес?"


async def measure(_: FarSideProcess, quick: bool) -> Values:
    """Fill a store of its own, and look at how its memory grows."""
    chats = _QUICK_CHATS if quick else CHATS
    sample = min(_SAMPLE, chats)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with store_in(Path(folder)) as redis:
            empty = await used_memory(redis)
            await know(redis, chats)
            records = await used_memory(redis)
            await know_phones(redis, chats)
            known = await used_memory(redis)
            await _say(redis, sample, 1)
            first = await used_memory(redis)
            await _say(redis, sample, 2)
            said = await used_memory(redis)
            await let_wait(redis, sample, sample // _A_BOX, 1)
            waiting = await used_memory(redis)
            await _hand_on(redis)
            seen = await used_memory(redis)
    return {
        "chat_bytes": (known - empty) / chats,
        "record_bytes": (records - empty) / chats,
        "said_bytes": (first - known) / sample,
        "said_more_bytes": (said - first) / sample,
        "waiting_bytes": (waiting - said) / sample,
        "seen_bytes": (seen - said) / sample,
    }


async def _say(redis: Redis, chats: int, number: int) -> None:
    mapping = Chats(redis, PREFIX)
    for first in range(FIRST_CHAT, FIRST_CHAT + chats, _AT_ONCE):
        keys = (ChatKey(str(chat)) for chat in range(first, first + _AT_ONCE))
        await asyncio.gather(
            *(mapping.remember(key, [Said(number, f"{key} {_SAID}")]) for key in keys)
        )


async def _hand_on(redis: Redis) -> None:
    """Empty the mailboxes as a worker does."""
    journal = Journal(redis, PREFIX)
    while (claimed := await journal.claim(PLANFIX, chats=_AT_ONCE))[0]:
        await asyncio.gather(*(journal.settle(lease, len(lease.entries)) for lease in claimed[0]))


FIGURE = Alone(
    "known-chats",
    (
        Row("chat_bytes", "Redis bytes per known chat, at 1,000,000 chats", "B", Aim("≤", 400)),
        Row("record_bytes", "  of that without the phone number", "B"),
        Row("said_bytes", "  besides, for two days: the first message remembered of a chat", "B"),
        Row("said_more_bytes", "  each further one, of fifty at most", "B"),
        Row("waiting_bytes", "  a message that waits, ten to a chat", "B"),
        Row("seen_bytes", "  of that for three to six days: its id", "B"),
    ),
    measure,
)
