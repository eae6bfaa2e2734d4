"""Redis, or the embedded Valkey: reachable, new enough, durable, and throwing nothing away."""

import asyncio
import socket
import ssl
import tempfile
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from bot.checks.finding import Finding, State, found
from bot.checks.machine import existing
from bot.checks.network import host_of
from bot.settings.settings import Settings, StorageSettings
from bot.store import store
from bot.store.embedded_folder import EmbeddedError
from bot.store.errors import StoreError
from bot.store.weaknesses import Weak, Weakness, weaknesses
from bot.texts.checks import CheckTexts, Told

NAME: Final = "redis"
MOST_SECONDS: Final = 10.0


async def look_at_redis(settings: Settings, words: CheckTexts) -> Finding:
    """Look at the Redis that is set, or at the embedded Valkey, running or started for this."""
    if settings.redis.url:
        return await _look(settings, words)
    folder = settings.storage.data_dir
    if (folder / "valkey").exists():
        return await _look(settings, words)
    try:
        # There is nothing there yet, and a check leaves nothing behind.
        with tempfile.TemporaryDirectory(prefix=".check-", dir=existing(folder)) as place:
            storage = StorageSettings.model_validate({"data_dir": place})
            return await _look(settings.model_copy(update={"storage": storage}), words)
    except OSError as error:
        return _embedded_failed(error.strerror or type(error).__name__, words)


async def _look(settings: Settings, words: CheckTexts) -> Finding:
    try:
        async with (
            asyncio.timeout(MOST_SECONDS),
            store.opened(settings, beside_bridge=True) as redis,
        ):
            return await _judge(redis, settings, words)
    except EmbeddedError as error:
        return _embedded_failed(str(error), words)
    except StoreError as error:
        return found(NAME, State.FAILED, words.redis.layout, reason=str(error))
    except (RedisError, OSError) as error:
        if settings.redis.url is None:
            return _embedded_failed(str(error), words)
        url = settings.redis.url.get_secret_value()
        told, reason = _understand(error, words)
        fields = {"host": host_of(url) or urlsplit(url).path, "reason": reason}
        return found(NAME, State.FAILED, told, setting="redis.url", **fields)


def _embedded_failed(reason: str, words: CheckTexts) -> Finding:
    return found(NAME, State.FAILED, words.redis.no_embedded, reason=reason)


async def _judge(redis: Redis, settings: Settings, words: CheckTexts) -> Finding:
    info = await redis.info("server")
    version = str(info.get("valkey_version") or info.get("redis_version"))
    replicated = store.is_replicated(settings.redis)
    known = await weaknesses(redis, replicated=replicated)
    fatal = [weakness for weakness in known if weakness.is_fatal(settings.redis)]
    for weakness in fatal or known:
        state = State.FAILED if fatal else State.WARNING
        told = _told(weakness, words)
        return found(NAME, state, told, setting="redis.url", value=weakness.value)
    told = words.redis.good if settings.redis.url else words.redis.good_embedded
    return found(NAME, State.OK, told, version=version)


def _told(weakness: Weakness, words: CheckTexts) -> Told:
    return {
        Weak.TOO_OLD: words.redis.too_old,
        Weak.EVICTING: words.redis.evicting,
        Weak.NO_REPLICA: words.redis.no_replica,
        Weak.VOLATILE: words.redis.volatile,
        Weak.SNAPSHOTS: words.redis.snapshots,
        Weak.EVERY_SECOND: words.redis.every_second,
    }[weakness.kind]


def _understand(  # noqa: PLR0911 - one return per case
    error: BaseException, words: CheckTexts
) -> tuple[Told, str]:
    """What is wrong, and the server's own words for it."""
    texts = words.redis
    for each in _chain(error):
        match each:
            case AuthenticationError():
                return texts.wrong_password, ""
            case NoPermissionError() | ResponseError():
                return texts.refused, str(each)
            case socket.gaierror():
                return texts.dns, ""
            case ConnectionRefusedError() | FileNotFoundError():
                return texts.away, ""
            case ssl.SSLError():
                return texts.tls, str(each.reason or "")
            case TimeoutError():
                return texts.silent, ""
    return texts.broken, str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that it came from, the first cause first."""
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen:
        seen.append(each)
        each = each.__cause__ or each.__context__
    return reversed(seen)
