"""Remembers what was said in chats, so that reactions and edits can be told with its words."""

import asyncio
from collections.abc import Sequence

import structlog

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
        self._writes: set[asyncio.Future[int]] = set()

    def remember(self, chat: ChatKey, messages: Sequence[Said]) -> None:
        """Begin to remember messages of a chat."""
        if messages:
            write = self._chats.remember(chat, messages)
            self._writes.add(write)
            write.add_done_callback(self._written)

    def _written(self, write: asyncio.Future[int]) -> None:
        self._writes.discard(write)
        if not write.cancelled() and (error := write.exception()):
            log.warning("telegram.not_remembered", error=str(error))

    async def close(self, seconds: float = 1.0) -> None:
        """Finish what has begun, for up to `seconds`."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=seconds)
