"""Remembers what was said in chats, so that reactions and edits can be told with its words."""

import asyncio
from collections.abc import Sequence

import structlog
from redis.exceptions import RedisError

from bot.chats.chats import Chats
from bot.chats.remembered import Said
from bot.journal.entries import ChatKey

log = structlog.get_logger("bot.telegram")


class Memory:
    """Writes to the mapping behind the back of those who send: no message is held up by it.

    What a crash or an outage of Redis keeps from being written is forgotten, and costs no more
    than the words of a message in the note about a reaction to it.
    """

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._tasks: set[asyncio.Task[None]] = set()

    def remember(self, chat: ChatKey, messages: Sequence[Said]) -> None:
        """Begin to remember messages of a chat."""
        task = asyncio.create_task(self._remember(chat, messages), name=f"remember {chat}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, seconds: float = 1.0) -> None:
        """Finish what has begun, for up to `seconds`."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _remember(self, chat: ChatKey, messages: Sequence[Said]) -> None:
        try:
            await self._chats.remember(chat, messages)
        except (RedisError, OSError) as error:
            log.warning("telegram.not_remembered", chat=chat, error=str(error))
