"""The version of what is stored: adopted, migrated step by step, or refused in words."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.store.errors import StoreError
from bot.store.store import key_prefix
from bot.store.version import Migration, bring_up, check_version
from support import BridgeProcess, free_port

VERSION = f"{key_prefix(42)}version"


async def keep_phones_together(redis: Redis, prefix: str) -> None:
    """A migration as a later build may need one: a key for each phone becomes a field of one."""
    async for key in redis.scan_iter(f"{prefix}phone:*"):
        phone = key.decode().removeprefix(f"{prefix}phone:")
        await redis.hset(f"{prefix}phones", phone, await redis.get(key))
        await redis.delete(key)


async def forget_clocks(redis: Redis, prefix: str) -> None:
    """A second step."""
    await redis.delete(f"{prefix}clock:planfix")


async def phones(redis: Redis, prefix: str) -> dict[str, str]:
    """What the first step has made of the phones."""
    found = await redis.hgetall(f"{prefix}phones")
    return {phone.decode(): chat.decode() for phone, chat in found.items()}


async def store_something(redis: Redis, prefix: str) -> None:
    """What a build before versions leaves behind: a message, phones, and no version."""
    await Journal(redis, prefix).put(Posting(PLANFIX, ChatKey("1"), "kind", b"body"))
    await redis.mset({f"{prefix}phone:+{number}": number for number in range(50)})


async def test_a_fresh_store_gets_the_current_version(redis: Redis, prefix: str) -> None:
    """Nothing is migrated where nothing is; a mere look notes nothing."""
    await check_version(redis, prefix, [forget_clocks])
    assert await redis.dbsize() == 0
    await bring_up(redis, prefix, [forget_clocks])
    assert await redis.get(VERSION) == b"2"
    assert await redis.dbsize() == 1


async def test_a_store_without_a_version_is_the_first_one(redis: Redis, prefix: str) -> None:
    """What was stored before there were versions is adopted as it is, waiting or done."""
    journal = Journal(redis, prefix)
    await store_something(redis, prefix)
    await bring_up(redis, prefix)
    assert await redis.get(VERSION) == b"1"
    await redis.delete(VERSION)
    [lease], _ = await journal.claim(PLANFIX, chats=1)
    assert await journal.settle(lease)
    with pytest.raises(StoreError, match="has layout 1, and this version of the bridge needs 2"):
        await check_version(redis, prefix, [forget_clocks])


async def test_an_older_store_is_migrated_step_by_step(redis: Redis, prefix: str) -> None:
    """Each step runs once, in order; messages that wait stay; then a look finds all well."""
    await store_something(redis, prefix)
    await redis.set(f"{prefix}clock:planfix", 1)
    steps: list[Migration] = [keep_phones_together, forget_clocks]
    await bring_up(redis, prefix, steps)
    await bring_up(redis, prefix, steps)
    await check_version(redis, prefix, steps)
    assert await redis.get(VERSION) == b"3"
    assert await phones(redis, prefix) == {f"+{number}": str(number) for number in range(50)}
    assert not await redis.exists(f"{prefix}clock:planfix")
    assert await Journal(redis, prefix).waiting(PLANFIX) == 1


async def test_a_step_that_was_cut_off_is_begun_anew(redis: Redis, prefix: str) -> None:
    """A failure leaves the version before the step; the next start finishes the work."""
    await store_something(redis, prefix)

    async def break_off(redis: Redis, prefix: str) -> None:
        await redis.hset(f"{prefix}phones", "+7", "7")
        await redis.delete(f"{prefix}phone:+7")
        raise OSError("no more power")

    with pytest.raises(OSError, match="no more power"):
        await bring_up(redis, prefix, [break_off])
    assert await redis.get(VERSION) is None
    await bring_up(redis, prefix, [keep_phones_together])
    assert len(await phones(redis, prefix)) == 50


async def test_of_several_processes_one_migrates(redis: Redis, prefix: str) -> None:
    """All that start together wait until one of them has done it."""
    await store_something(redis, prefix)
    runs = 0
    finished = False

    async def slowly(redis: Redis, prefix: str) -> None:
        nonlocal runs, finished
        runs += 1
        await keep_phones_together(redis, prefix)
        await asyncio.sleep(0.3)
        finished = True

    async def start() -> None:
        await bring_up(redis, prefix, [slowly])
        assert finished

    await asyncio.gather(*(start() for _ in range(4)))
    assert runs == 1


async def test_a_later_store_is_refused(redis: Redis, tmp_path: Path) -> None:
    """The bridge does not start over what a later build has stored, and says what to do."""
    await redis.set(VERSION, 7)
    nowhere = f"http://127.0.0.1:{free_port()}"
    socket = (await redis.config_get("unixsocket"))["unixsocket"]
    bridge = BridgeProcess(nowhere, nowhere, tmp_path, {"BRIDGE_REDIS__URL": f"unix://{socket}"})
    await bridge.launch()
    assert await bridge.wait() == 1
    [line] = [line for line in bridge.output if not line.startswith("{")]
    assert line == (
        "The bridge cannot run: what is stored has layout 7, and this version of the bridge knows "
        "layouts up to 1: a newer bridge has used the store; run that one, or a newer one"
    )
    assert await redis.get(VERSION) == b"7"
