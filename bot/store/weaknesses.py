"""Why a Redis should not be trusted with messages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from bot.settings.settings import RedisSettings

OLDEST_VERSION: Final = (6, 2)


class Weak(StrEnum):
    """What may be wrong with a Redis that answers; the value is its sentence."""

    TOO_OLD = "Redis {value} is too old: the bridge needs 6.2 or newer"
    EVICTING = (
        "Redis would throw messages away when its memory is full "
        "(maxmemory-policy is {value}): set maxmemory-policy noeviction"
    )
    NO_REPLICA = "nothing is taken in before a replica is there"
    VOLATILE = (
        "Redis keeps nothing on disk: set appendonly yes and appendfsync "
        "always, or accept the loss of messages with redis.allow_volatile = true"
    )
    SNAPSHOTS = "messages may be lost if Redis stops; set appendonly"
    EVERY_SECOND = "a power cut may lose a second: appendfsync always"


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that is wrong; as a string, a sentence for the log."""

    kind: Weak
    value: str = ""
    """The version, or the policy."""

    def __str__(self) -> str:
        return self.kind.format(value=self.value)

    @property
    def event(self) -> str:
        """What the log calls it."""
        return "redis.no_replica" if self.kind is Weak.NO_REPLICA else "redis.not_durable"

    def is_fatal(self, settings: RedisSettings) -> bool:
        """Whether the bridge refuses to work with it."""
        if self.kind is Weak.VOLATILE:
            return not settings.allow_volatile
        return self.kind in {Weak.TOO_OLD, Weak.EVICTING}


async def weaknesses(redis: Redis, *, replicated: bool) -> list[Weakness]:
    """Everything that is wrong with a Redis, the worst first.

    Args:
        redis: The one to look at.
        replicated: Whether servers replace each other there.
    """
    info: dict[str, Any] = await redis.info()
    found = []
    version = str(info.get("redis_version", "0.0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_VERSION:
        found.append(Weakness(Weak.TOO_OLD, version))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if info.get("maxmemory") and policy != "noeviction":
        found.append(Weakness(Weak.EVICTING, policy))
    if replicated and not info.get("connected_slaves"):
        found.append(Weakness(Weak.NO_REPLICA))
    if not info.get("aof_enabled"):
        saves = await _config(redis, "save")
        found.append(Weakness(Weak.VOLATILE if saves == "" else Weak.SNAPSHOTS))
    elif await _config(redis, "appendfsync") not in {"always", None}:
        found.append(Weakness(Weak.EVERY_SECOND))
    return found


async def _config(redis: Redis, name: str) -> str | None:
    """A setting of the server; None where it does not tell, as many hosted ones do not."""
    try:
        values: dict[Any, Any] = await redis.config_get(name)
    except (ResponseError, NoPermissionError):
        return None
    value = values.get(name)
    return value if isinstance(value, str) else None
