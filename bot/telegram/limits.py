"""Telegram's limits on sending, shared by every process of a bot through Redis."""

import asyncio
from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis

from bot.journal.entries import ChatKey
from bot.journal.scripts import load_script

CHAT_BURST: Final = 4
"""So many messages of a chat may follow each other at once. Telegram tolerates short bursts."""

_LONGEST_WAIT_MS = 2000


class Limits:
    """When a message may be sent.

    Args:
        redis: A connection.
        prefix: What every key begins with, the same as the journal's.
        per_second: Messages per second in all; 0: no limit.
        chat_per_second: Messages per second in one chat; 0: no limit.
        on_wait: Is told for how many seconds somebody has to wait.
    """

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        *,
        per_second: float,
        chat_per_second: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self._prefix = prefix
        self._take_turn = load_script(redis, "take_turn")
        self._all_ms = _interval_ms(per_second)
        self._chat_ms = _interval_ms(chat_per_second)
        self._on_wait = on_wait

    async def wait_turn(self, chat: ChatKey, count: int = 1) -> float:
        """Take the turn to send `count` messages to `chat`, waiting a moment if need be.

        Returns 0.0 when they may be sent now, else the seconds after which to ask again.
        """
        if not self._all_ms and not self._chat_ms:
            return 0.0
        taken, wait_ms = await self._take_turn(
            keys=[self._prefix],
            args=[chat, count, self._all_ms, self._chat_ms, CHAT_BURST, _LONGEST_WAIT_MS],
        )
        if wait_ms and self._on_wait:
            self._on_wait(wait_ms / 1000)
        if not taken:
            return float(max(wait_ms, 1)) / 1000
        await asyncio.sleep(wait_ms / 1000)
        return 0.0


def _interval_ms(per_second: float) -> float:
    return 1000 / per_second if per_second else 0.0
