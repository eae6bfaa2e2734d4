"""The Redis that keeps everything: connected to, and checked before it is trusted."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from bot.settings.settings import RedisSettings, Settings
from bot.store.embedded import EmbeddedValkey
from bot.store.errors import StoreError
from bot.store.failover import follow
from bot.store.redis_url import ReplicatedUrl
from bot.store.version import bring_up, check_version
from bot.store.weaknesses import weaknesses

log = structlog.get_logger("bot.store")

__all__ = [
    "MOST_CONNECTIONS",
    "StoreError",
    "check",
    "connect",
    "is_replicated",
    "key_prefix",
    "opened",
    "wait_for",
]

MOST_CONNECTIONS: Final = 64
"""So many calls are under way at once; further ones wait for their turn, and do not fail."""

_ANSWER_SECONDS = 5.0
_PAUSE = 1.0
_SAY_EVERY = 60.0
_REFUSALS = (AuthenticationError, NoPermissionError, ResponseError)


def key_prefix(bot_id: int) -> str:
    """What all keys of a bot begin with. The braces keep them in one slot of a Redis Cluster."""
    return f"bridge:{{{bot_id}.0}}:"


def connect(url: str, prefix: str = "") -> Redis:
    """A connection pool that gives answers undecoded; a call that gets none fails within 17 s.

    Where servers replace each other, it follows the one that has the keys of `prefix`.
    """
    options: dict[str, Any] = {
        "max_connections": MOST_CONNECTIONS,
        "timeout": _ANSWER_SECONDS,
        "socket_connect_timeout": 5,
        "socket_timeout": _ANSWER_SECONDS,
        # Once more, since an idle connection may have died. Whoever calls knows how to go on.
        "retry": Retry(ConstantBackoff(0.1), 1),
        "driver_info": None,  # looked up anew for each connection, it costs more than a message
    }
    servers = ReplicatedUrl.parse(url)
    if servers:
        return follow(servers, prefix, options)
    return Redis.from_pool(BlockingConnectionPool.from_url(url, **options))


@asynccontextmanager
async def opened(settings: Settings, *, beside_bridge: bool = False) -> AsyncIterator[Redis]:
    """The store: Redis, or the embedded Valkey if none is set, which runs as long as it is needed.

    Args:
        settings: Where it is.
        beside_bridge: For a look at what a bridge has stored, which may be running: also use the
            embedded one that it has started, and change no layout. Else wait until Redis answers,
            make sure that it can be trusted, and bring an older layout up.

    Raises:
        EmbeddedError: The embedded Valkey does not start.
        StoreError: Redis cannot be trusted with messages, or holds what this build cannot read.
        RedisError, OSError: With `beside_bridge`: Redis does not answer.
    """
    prefix = key_prefix(settings.telegram.bot_id)
    async with AsyncExitStack() as stack:
        if settings.redis.url:
            redis = connect(settings.redis.url.get_secret_value(), prefix)
        else:
            valkey = EmbeddedValkey(settings.storage.data_dir)
            if beside_bridge:
                ours = await valkey.join()
            else:
                await valkey.start()
                ours = True
            if ours:
                stack.push_async_callback(valkey.stop)
            redis = connect(valkey.url)
        stack.push_async_callback(redis.aclose)
        if beside_bridge:
            await check_version(redis, prefix)
        else:
            await wait_for(redis)
            await check(redis, settings.redis)
            await bring_up(redis, prefix)
        yield redis


def is_replicated(settings: RedisSettings) -> bool:
    """Whether servers replace each other, so that what counts as stored has to be at two."""
    url = settings.url.get_secret_value() if settings.url else ""
    return ReplicatedUrl.parse(url) is not None


async def wait_for(redis: Redis) -> None:
    """Wait until Redis answers, and say now and then that we do.

    Raises:
        StoreError: It answers, but does not let us in.
    """
    say_at = 0.0
    while True:
        try:
            await redis.ping()
        except (RedisError, OSError) as error:
            # redis-py wraps what the server says about our password or database.
            if any(isinstance(each, _REFUSALS) for each in (error, error.__cause__)):
                raise StoreError(f"redis.url: the server does not let us in: {error}") from None
            if time.monotonic() >= say_at:
                log.warning("redis.waiting", error=str(error))
                say_at = time.monotonic() + _SAY_EVERY
            await asyncio.sleep(_PAUSE)
        else:
            return


async def check(redis: Redis, settings: RedisSettings) -> None:
    """Make sure that Redis is new enough, keeps what it is given, and throws nothing away.

    Raises:
        StoreError: It does not.
    """
    replicated = is_replicated(settings)
    for weakness in await weaknesses(redis, replicated=replicated):
        if weakness.is_fatal(settings):
            raise StoreError(f"redis.url: {weakness}")
        log.warning(weakness.event, note=str(weakness))
