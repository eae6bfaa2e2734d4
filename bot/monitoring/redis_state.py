"""How Redis is: what people and Prometheus are told about it."""

import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class RedisState:
    """Redis, as it was when it was asked."""

    version: str
    seconds: float
    """How long it took to answer."""
    memory: int
    """Bytes that it uses."""
    memory_limit: int
    """Bytes that it may use; 0: no limit is set."""
    durable: bool
    """Whether it writes down what it is given as it comes (`appendonly`)."""
    saved: bool
    """Whether what it last wrote to disk went well."""
    replicas: int

    @property
    def nearly_full(self) -> bool:
        """Whether soon it can take nothing more in."""
        return bool(self.memory_limit) and self.memory > 0.9 * self.memory_limit


async def look_at(redis: Redis) -> RedisState:
    """Ask Redis how it is.

    Raises:
        RedisError, OSError: It does not answer.
    """
    start = time.perf_counter()
    await redis.ping()
    seconds = time.perf_counter() - start
    info: dict[str, Any] = await redis.info()
    durable = bool(info.get("aof_enabled"))
    saved = info.get("aof_last_write_status" if durable else "rdb_last_bgsave_status", "ok")
    return RedisState(
        version=str(info.get("valkey_version") or info.get("redis_version", "")),
        seconds=seconds,
        memory=int(info.get("used_memory", 0)),
        memory_limit=int(info.get("maxmemory", 0)),
        durable=durable,
        saved=saved == "ok",
        replicas=int(info.get("connected_slaves", 0)),
    )
