"""Erases what is stored about a customer."""

import asyncio
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis

from bot.journal.dead_letters import DeadLetters
from bot.journal.entries import ChatKey, Lane
from bot.journal.journal import GRACE_SECONDS, LEASE_SECONDS
from bot.journal.scripts import Scripts

PATIENCE: Final = LEASE_SECONDS + GRACE_SECONDS + 1
"""Seconds to wait for a bridge that has the chat in hand; it takes no longer if it has died."""

_LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Stored:
    """How much of what is stored about a chat."""

    record: int
    """1 if the chat is known: what PlanFix was told of the contact, as digests; the language."""
    phones: int
    messages: int
    """Messages of which the beginning is remembered."""
    unread: int
    """Ids of answers that the customer has not reacted to."""
    waiting: int
    """Entries on their way, in all lanes."""
    dead_letters: int
    banned: int
    """1 if the chat is banned: that is kept."""


class NotForgottenError(Exception):
    """Nothing was erased; `stored` is what there is.

    Attributes:
        in_hand: Whether a bridge is at work on the chat; else there are undelivered entries.
    """

    def __init__(self, stored: Stored, *, in_hand: bool) -> None:
        super().__init__()
        self.stored = stored
        self.in_hand = in_hand


class Forgetting:
    """Erases chats of one bot, also while bridges run.

    Args:
        redis: A connection that does not decode answers.
        prefix: What every key begins with, the same as the journal's.
        lanes: All lanes of the journal.
        confirm: Whether it has to be erased at a replica, too, before it counts.
    """

    def __init__(
        self, redis: Redis, prefix: str, lanes: tuple[Lane, ...], *, confirm: bool = False
    ) -> None:
        self._dead_letters = DeadLetters(redis, prefix)
        self._lanes = lanes
        self._scripts = Scripts(redis, prefix, ["forget"], confirm=confirm)

    async def forget(self, chat: ChatKey, *, undelivered: bool = False) -> Stored:
        """Erase everything about a chat but its ban, all at once; returns what there was.

        Args:
            chat: Which one.
            undelivered: Whether entries that wait or were put aside are erased, too.

        Raises:
            NotForgottenError: There are such, or a bridge has the chat in hand for too long.
        """
        give_up = asyncio.get_running_loop().time() + PATIENCE
        while True:
            dead = await self._dead_letters.of(chat)
            why_not, *counts = await self._scripts.run(
                "forget", chat, int(undelivered), len(self._lanes), *self._lanes, *dead
            )
            stored = Stored(*counts)
            if not why_not:
                return stored
            in_hand = why_not == b"leased"
            if not in_hand or asyncio.get_running_loop().time() > give_up:
                raise NotForgottenError(stored, in_hand=in_hand)
            await asyncio.sleep(_LOOK_EVERY)
