"""The Redis that keeps everything: connected to, and checked before it is trusted."""

import asyncio
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from bot.settings import RedisSettings

log = structlog.get_logger("bot.store")

OLDEST_VERSION: Final = (6, 2)
_PAUSE = 1.0


class StoreError(Exception):
    """The Redis cannot be trusted with messages, with what to do."""


def key_prefix(bot_id: int) -> str:
    """What all keys of a bot begin with. The braces keep them in one slot of a Redis Cluster."""
    return f"bridge:{{{bot_id}.0}}:"


def connect(url: str) -> Redis:
    """A connection pool that gives answers undecoded."""
    return Redis.from_url(
        url, socket_connect_timeout=5, socket_timeout=10, health_check_interval=30
    )


async def wait_for(redis: Redis) -> None:
    """Wait until Redis answers.

    Raises:
        StoreError: It answers, but does not let us in.
    """
    while True:
        try:
            await redis.ping()
        except (AuthenticationError, NoPermissionError) as error:
            raise StoreError(f"redis.url: the server does not let us in: {error}") from None
        except (RedisError, OSError) as error:
            log.warning("redis.waiting", error=str(error), seconds=_PAUSE)
            await asyncio.sleep(_PAUSE)
        else:
            return


async def check(redis: Redis, settings: RedisSettings) -> None:
    """Make sure that Redis is new enough, keeps what it is given, and throws nothing away.

    Raises:
        StoreError: It does not.
    """
    info: dict[str, Any] = await redis.info()
    version = str(info.get("redis_version", "0.0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_VERSION:
        raise StoreError(f"Redis {version} is too old: the bridge needs 6.2 or newer")
    if info.get("maxmemory") and info.get("maxmemory_policy", "noeviction") != "noeviction":
        raise StoreError(
            f"Redis would throw messages away when its memory is full (maxmemory-policy is "
            f"{info['maxmemory_policy']}): set maxmemory-policy noeviction"
        )
    await _check_persistence(redis, info, settings)


async def _check_persistence(redis: Redis, info: dict[str, Any], settings: RedisSettings) -> None:
    if not info.get("aof_enabled"):
        saves = await _config(redis, "save")
        if saves == "" and not settings.allow_volatile:
            raise StoreError(
                "Redis keeps nothing on disk: set appendonly yes and appendfsync always, or accept "
                "the loss of messages with redis.allow_volatile = true"
            )
        log.warning("redis.not_durable", note="messages may be lost if Redis stops; set appendonly")
    elif await _config(redis, "appendfsync") not in {"always", None}:
        log.warning("redis.not_durable", note="a power cut may lose a second: appendfsync always")


async def _config(redis: Redis, name: str) -> str | None:
    """A setting of the server; None where it does not tell, as many hosted ones do not."""
    try:
        values: dict[Any, Any] = await redis.config_get(name)
    except (ResponseError, NoPermissionError):
        return None
    value = values.get(name.encode())
    return value.decode() if isinstance(value, bytes) else None
