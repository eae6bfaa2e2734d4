"""What a bridge's store holds before a run: known chats, and messages that wait.

Written by the bridge's own classes, so that the keys are those that it writes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from aiogram.types import User
from redis.asyncio import Redis

from benchmarks.far_side.traffic import FIRST_CHAT, TOKEN, chat_of, update, writer
from bot.chats.chats import Chats
from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX, UPDATE
from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect, key_prefix
from bot.to_planfix.people import card_digest

BOT_ID: Final = int(TOKEN.partition(":")[0])
PREFIX: Final = key_prefix(BOT_ID)
_TOGETHER = 1000
_STILL = 4096
"""Bytes by which the memory in use differs between two looks at a store at rest."""
_LOOK_EVERY = 0.25


@asynccontextmanager
async def store_in(folder: Path) -> AsyncIterator[Redis]:
    """The store of a bridge that is not running; `folder` is the bridge's."""
    valkey = EmbeddedValkey(folder / "data")
    await valkey.start()
    redis = connect(valkey.url)
    try:
        yield redis
    finally:
        await redis.aclose()
        await valkey.stop()


@asynccontextmanager
async def store_beside(folder: Path) -> AsyncIterator[Redis]:
    """The store of a running bridge."""
    redis = connect(EmbeddedValkey(folder / "data").url)
    try:
        yield redis
    finally:
        await redis.aclose()


async def know(redis: Redis, chats: int) -> None:
    """Make customers known, as they are after their first message and an answer that they read."""
    now = int(time.time())
    mapping = Chats(redis, PREFIX)
    for some in _slices(iter(range(FIRST_CHAT, FIRST_CHAT + chats))):
        await asyncio.gather(
            *(
                mapping.save(
                    ChatKey(str(chat)),
                    card=card_digest(_customer(chat)),
                    picture=f"AQAD{chat:012d}",
                    picture_checked=now,
                    language="ru",
                    unread="0",
                )
                for chat in some
            )
        )


async def know_phones(redis: Redis, chats: int) -> None:
    """Let customers have told their phone numbers."""
    for some in _slices(iter(range(FIRST_CHAT, FIRST_CHAT + chats))):
        async with redis.pipeline(transaction=False) as pipe:
            mapping = Chats(pipe, PREFIX)
            for chat in some:
                await mapping.save_phone(ChatKey(str(chat)), f"+79{chat:09d}")
            await pipe.execute()


async def let_wait(redis: Redis, messages: int, chats: int, first_number: int) -> None:
    """Store customers' messages, as if PlanFix had been away since they came."""
    journal = Journal(redis, PREFIX)
    for some in _slices(iter(range(first_number, first_number + messages))):
        await journal.put_all(_posting(number, chat_of(number, chats)) for number in some)


async def used_memory(redis: Redis) -> int:
    """Bytes that the store uses, once its tables have grown, which they do in the background."""
    looks = [0, 0]
    while abs(looks[-1] - looks[-2]) > _STILL or looks[-1] == 0:
        await asyncio.sleep(_LOOK_EVERY)
        looks.append(int((await redis.info("memory"))["used_memory"]))
    return looks[-1]


def _posting(number: int, chat: int) -> Posting:
    return Posting(PLANFIX, ChatKey(str(chat)), UPDATE, update(number, chat), id=f"tg:{number}")


def _customer(chat: int) -> User:
    """Who writes in a chat, so that nothing about him is news."""
    return User.model_construct(**writer(chat))


def _slices(numbers: Iterator[int]) -> Iterator[list[int]]:
    while some := list(islice(numbers, _TOGETHER)):
        yield some
