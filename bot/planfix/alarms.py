"""Tells an administrator's chat in Telegram when PlanFix refuses a customer's message for good."""

from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis

from bot.chats.chats import ChatAddress
from bot.journal.entries import Lease, Posting
from bot.journal.lanes import ALARM, TELEGRAM, note
from bot.texts import OperatorTexts

QUIET: Final = 60
"""Seconds after an alarm in which further ones are only counted, and told with the next."""


class Alarms:
    """Makes alarms, at most one in `QUIET` seconds for all processes of a bot.

    Args:
        redis: The store that they share.
        prefix: What every key begins with, the same as the journal's.
        chat_id: The administrator's chat; None: nobody is told.
        words: The operators' language.
    """

    def __init__(
        self, redis: Redis, prefix: str, chat_id: int | None, words: OperatorTexts
    ) -> None:
        self._redis = redis
        self._quiet, self._held_back = f"{prefix}alarm:quiet", f"{prefix}alarm:held-back"
        self._chat_id = chat_id
        self._words = words

    async def about(self, lease: Lease, reason: str) -> Sequence[Posting]:
        """What to post when the head of `lease` becomes a dead letter.

        Raises:
            RedisError: The store is away.
        """
        if self._chat_id is None:
            return []
        if not await self._redis.set(self._quiet, "1", nx=True, ex=QUIET):
            await self._redis.incr(self._held_back)
            return []
        held_back = int(await self._redis.getdel(self._held_back) or 0)
        text = self._words.alarm.format(chat=lease.chat, reason=reason, entry=lease.head.id)
        if held_back:
            text += "\n" + self._words.alarms_held_back.format(count=held_back)
        return [note(TELEGRAM, ChatAddress(self._chat_id).key(), ALARM, text=text)]
