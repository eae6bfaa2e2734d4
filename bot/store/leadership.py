"""One process of several does the work; when it dies or leaves, another takes over."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.tasks import cancel

log = structlog.get_logger("bot.store.leadership")

TERM: Final = 9.0
"""Seconds after which a silent leader is taken for dead. Its successor looks every third of it."""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RESIGN = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class Leadership:
    """Who of all processes that share a Redis does what only one may do.

    Args:
        redis: The store that they share.
        key: What names the work.
    """

    def __init__(self, redis: Redis, key: str) -> None:
        self._redis = redis
        self._key = key
        self._me = secrets.token_urlsafe(12)
        self._renew = redis.register_script(_RENEW)
        self._resign = redis.register_script(_RESIGN)
        self.leading = False
        """Whether this process is the one."""

    async def lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work` whenever this process leads, until cancelled. Leaving, make room at once."""
        try:
            while True:
                if await self._elected():
                    await self._work_while_leading(work)
                await asyncio.sleep(TERM / 3)
        finally:
            with suppress(RedisError, OSError):
                await self._resign(keys=[self._key], args=[self._me])

    async def _elected(self) -> bool:
        with suppress(RedisError, OSError):
            return bool(await self._redis.set(self._key, self._me, nx=True, px=_ms(TERM)))
        return False

    async def _work_while_leading(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        log.info("leader.elected", key=self._key)
        self.leading = True
        task = asyncio.create_task(work())
        try:
            while await self._still_leading():
                await asyncio.wait([task], timeout=TERM / 3)
                if task.done():
                    await task
                    return
        finally:
            self.leading = False
            await cancel(task)
        log.warning("leader.lost", key=self._key)

    async def _still_leading(self) -> bool:
        """Lengthen the term; a store that is silent for a third of it counts as a loss."""
        try:
            async with asyncio.timeout(TERM / 3):
                return bool(await self._renew(keys=[self._key], args=[self._me, _ms(TERM)]))
        except (RedisError, OSError):
            return False


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
