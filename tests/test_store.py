"""The store is checked before it is trusted, and what is wrong with it is told in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from bot.settings.settings import RedisSettings
from bot.store import store
from bot.store.store import StoreError
from support import free_port

SETTINGS = RedisSettings()


async def test_a_redis_that_keeps_everything_is_trusted(redis: Redis) -> None:
    """A server that is new, durable and does not evict passes without a word."""
    with capture_logs() as logs:
        await store.wait_for(redis)
        await store.check(redis, SETTINGS)
    assert logs == []


async def test_a_redis_that_evicts_is_refused(redis: Redis) -> None:
    """A server that would drop keys when its memory is full is not trusted with messages."""
    await redis.config_set("maxmemory", "100mb")
    await redis.config_set("maxmemory-policy", "allkeys-lru")
    with pytest.raises(StoreError, match=r"allkeys-lru.*noeviction"):
        await store.check(redis, SETTINGS)


async def test_a_redis_that_keeps_nothing_is_refused(redis: Redis) -> None:
    """A server without anything on disk is refused, unless the settings accept it."""
    await redis.config_set("appendonly", "no")
    with pytest.raises(StoreError, match=r"nothing on disk.*redis\.allow_volatile"):
        await store.check(redis, SETTINGS)
    with capture_logs() as logs:
        await store.check(redis, RedisSettings(allow_volatile=True))
    assert [entry["event"] for entry in logs] == ["redis.not_durable"]


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [("appendfsync", "everysec", "power cut"), ("save", "60 1", "set appendonly")],
)
async def test_a_redis_that_may_lose_a_little_is_warned_of(
    redis: Redis, name: str, value: str, note: str
) -> None:
    """A server that writes now and then is taken, with a warning."""
    if name == "save":
        await redis.config_set("appendonly", "no")
    await redis.config_set(name, value)
    with capture_logs() as logs:
        await store.check(redis, SETTINGS)
    [warning] = logs
    assert note in warning["note"]


async def test_a_wrong_password_is_told(redis: Redis) -> None:
    """No password, or a wrong one, ends the start with a sentence that does not show it."""
    path = redis.connection_pool.connection_kwargs["path"]
    await redis.config_set("requirepass", "marker-right")
    for given in ("", ":marker-wrong@"):
        outsider = store.connect(f"unix://{given}{path}")
        with pytest.raises(StoreError, match="does not let us in") as caught:
            await store.wait_for(outsider)
        await outsider.aclose()
        assert "marker" not in str(caught.value)
    insider = store.connect(f"unix://:marker-right@{path}")
    await store.wait_for(insider)
    await insider.config_set("requirepass", "")
    await insider.aclose()


async def test_a_database_that_is_not_there_is_told(redis: Redis) -> None:
    """A number beyond the server's databases is a mistake to be told, not an outage."""
    path = redis.connection_pool.connection_kwargs["path"]
    outsider = store.connect(f"unix://{path}?db=999")
    with pytest.raises(StoreError, match=r"redis\.url"):
        await store.wait_for(outsider)
    await outsider.aclose()


@asynccontextmanager
async def speaking(answers: dict[bytes, bytes], port: int = 0) -> AsyncIterator[str]:
    """The address of a server that gives these answers in Redis' protocol, else an error."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while parts := (await reader.readline())[1:].strip():
            words = []
            for _ in range(int(parts)):
                size = int((await reader.readline())[1:])
                words.append((await reader.readexactly(size + 2))[:-2])
            writer.write(answers.get(words[0].upper(), b"-ERR unknown command\r\n"))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_old_redis_is_refused() -> None:
    """A server older than 6.2 is named with its version and what is needed."""
    info = b"redis_version:6.0.16\r\naof_enabled:1\r\n"
    answers = {b"PING": b"+PONG\r\n", b"INFO": b"$%d\r\n%s\r\n" % (len(info), info)}
    async with speaking(answers) as url:
        redis = Redis.from_url(url, protocol=2)
        await store.wait_for(redis)
        with pytest.raises(StoreError, match=r"6\.0\.16 is too old.*6\.2"):
            await store.check(redis, SETTINGS)
        await redis.aclose()


async def test_an_absent_redis_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nobody answers the bridge waits, and says so once in a while, not at each look."""
    monkeypatch.setattr(store, "_PAUSE", 0.01)
    port = free_port()
    redis = Redis.from_url(f"redis://127.0.0.1:{port}", protocol=2, retry=None)
    with capture_logs() as logs:
        waiting = asyncio.create_task(store.wait_for(redis))
        await asyncio.sleep(0.2)  # many looks
        assert not waiting.done()
        async with speaking({b"PING": b"+PONG\r\n"}, port):
            await asyncio.wait_for(waiting, 5)
            await redis.aclose()
    assert [entry["event"] for entry in logs] == ["redis.waiting"]


async def test_a_silent_redis_fails_a_call_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call to a server that takes connections and says nothing ends with an error."""
    monkeypatch.setattr(store, "_ANSWER_SECONDS", 0.1)
    async with speaking({b"PING": b"", b"HELLO": b"", b"CLIENT": b""}) as url:
        redis = store.connect(url)
        with pytest.raises(RedisError):
            async with asyncio.timeout(3):
                await redis.ping()
        await redis.aclose()


def test_keys_of_bots_do_not_meet() -> None:
    """Each bot has keys of its own, all of them in one slot of a Redis Cluster."""
    assert store.key_prefix(1) != store.key_prefix(11)
    assert store.key_prefix(1).count("{") == 1


async def test_many_calls_at_once_take_turns(redis: Redis) -> None:
    """More calls than there are connections all get their answers, none is turned away."""
    answers = await asyncio.gather(*(redis.incr("n") for _ in range(5 * store.MOST_CONNECTIONS)))
    assert sorted(answers) == list(range(1, 5 * store.MOST_CONNECTIONS + 1))
