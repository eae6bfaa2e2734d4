"""All chats that a bot knows, for people to look at."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.chats.chats import ChatRecord
from bot.journal.entries import ChatKey, Lane

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat, and what is on its way to or from it."""

    chat: ChatKey
    record: ChatRecord
    waiting: int
    """Entries in all lanes."""


async def known_chats(redis: Redis, prefix: str, lanes: Sequence[Lane]) -> AsyncIterator[KnownChat]:
    """All chats with a record, in no order; however many there are, few at a time are in memory.

    One that comes or goes meanwhile may be missing.
    """
    beginning = f"{prefix}chat:"
    page: list[ChatKey] = []
    async for name in redis.scan_iter(match=f"{beginning}*", count=_AT_ONCE, _type="hash"):
        page.append(ChatKey(name.decode().removeprefix(beginning)))
        if len(page) == _AT_ONCE:
            for chat in await look_at(redis, prefix, lanes, page):
                yield chat
            page = []
    for chat in await look_at(redis, prefix, lanes, page):
        yield chat


async def look_at(
    redis: Redis, prefix: str, lanes: Sequence[Lane], chats: Sequence[ChatKey]
) -> list[KnownChat]:
    """What is known of these chats, in one round trip."""
    async with redis.pipeline(transaction=False) as pipe:
        for chat in chats:
            pipe.hgetall(f"{prefix}chat:{chat}")
            for lane in lanes:
                pipe.llen(f"{prefix}box:{lane}:{chat}")
        answers = await pipe.execute()
    size = 1 + len(lanes)
    return [
        KnownChat(chat, ChatRecord.parse(answers[at]), sum(answers[at + 1 : at + size]))
        for at, chat in zip(range(0, len(answers), size), chats, strict=True)
    ]
