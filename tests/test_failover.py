"""A store whose servers replace each other: nothing is lost, repeated, or out of order."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from bot.chats.chats import Chats
from bot.journal.entries import ChatKey, Lane, Posting
from bot.journal.journal import Journal
from bot.journal.scripts import UnconfirmedError
from bot.settings.settings import RedisSettings
from bot.store import store
from chaos.cases.case import Case, Dice
from chaos.runner import play
from chaos.stage import Setting, Stage
from failover_servers import PREFIX, ClusterServers, SentinelServers, Servers, wait_until

BOTH = pytest.mark.parametrize("kind", [SentinelServers, ClusterServers])
LANE = Lane("lane")
CHAT = ChatKey("1")


def posting(number: int) -> Posting:
    """A posting whose repeat is known by its id."""
    return Posting(LANE, CHAT, "kind", b"body", id=str(number))


@asynccontextmanager
async def connected(servers: Servers) -> AsyncIterator[Redis]:
    """A client as the bridge has it."""
    redis = store.connect(servers.url, PREFIX)
    yield redis
    await redis.aclose()


async def insist(journal: Journal, *numbers: int) -> None:
    """Store postings as their senders do: again and again, until each is stored."""

    async def is_stored(number: int) -> bool:
        try:
            await journal.put(posting(number))
        except RedisError:
            return False
        return True

    for number in numbers:
        await wait_until(lambda number=number: is_stored(number))  # type: ignore[misc]


async def stored(journal: Journal) -> list[int]:
    """What is in the mailbox, in order."""
    await wait_until(lambda: journal.waiting(LANE))
    [lease], _ = await journal.claim(LANE, chats=1, entries=1000)
    return [int(entry.id) for entry in lease.entries]


@BOTH
async def test_nothing_is_lost_when_a_server_dies(tmp_path: Path, kind: type[Servers]) -> None:
    """The real bridge under load both ways; the server with its keys is killed: all arrives."""
    async with kind(tmp_path) as servers:

        async def kill(stage: Stage, _: Dice, __: float) -> None:
            stage.kills += 1
            old = await servers.fail_over()
            await old.start()  # it comes back as a replica

        setting = Setting(environment={"BRIDGE_REDIS__URL": servers.url})
        result = await play(Case("a replica takes over", kill, setting), 1, 0)
    assert result.findings.wrong == []
    assert result.findings.repeated == 0
    assert result.findings.messages > 100


@BOTH
async def test_a_change_of_roles_is_followed(tmp_path: Path, kind: type[Servers]) -> None:
    """A server that lives on as a replica is left for the one that was given its place."""
    async with kind(tmp_path) as servers, connected(servers) as redis:
        journal = Journal(redis, PREFIX, confirm=True)
        await asyncio.gather(*(insist(journal, number) for number in range(20)))
        changing = asyncio.create_task(servers.change_roles())
        await insist(journal, *range(20, 120))
        await changing
        await insist(journal, *range(120, 140))
        assert sorted(await stored(journal)) == list(range(140))


@BOTH
async def test_the_mapping_follows_too(tmp_path: Path, kind: type[Servers]) -> None:
    """What is written over the connection that is kept goes to the server that took over."""

    async def is_saved() -> bool:
        try:
            await chats.save(CHAT, language="ru")
        except RedisError:
            return False
        return True

    async with kind(tmp_path) as servers, connected(servers) as redis:
        chats = Chats(redis, PREFIX)
        await wait_until(is_saved)
        await servers.change_roles()
        await wait_until(is_saved)
        assert (await chats.load(CHAT)).language == "ru"


async def test_a_slot_on_its_way_is_waited_for(tmp_path: Path) -> None:
    """While the bot's keys move to another node nothing is stored; then it goes on."""
    async with ClusterServers(tmp_path) as servers, connected(servers) as redis:
        journal = Journal(redis, PREFIX, confirm=True)
        await insist(journal, 0)
        owner, slot = servers.nodes[0], key_slot(PREFIX.encode())
        other = await servers.other_primary.ask("CLUSTER MYID")
        await owner.ask("CLUSTER SETSLOT", slot, "MIGRATING", other)
        with pytest.raises(RedisError, match="another server"):
            await journal.put(posting(1))
        await owner.ask("CLUSTER SETSLOT", slot, "STABLE")
        await insist(journal, 1)
        assert await stored(journal) == [0, 1]


async def test_what_no_replica_has_is_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While replicas are silent a posting fails, also a repeated one; then it is there once."""
    monkeypatch.setattr("bot.journal.scripts.CONFIRM_SECONDS", 0.2)
    async with ClusterServers(tmp_path) as servers, connected(servers) as redis:
        journal = Journal(redis, PREFIX, confirm=True)
        await insist(journal, 0)
        replicas, connection = servers.nodes[1:], await redis.client_id()
        for replica in replicas:
            replica.send(signal.SIGSTOP)
        for _ in range(2):
            async with connected(servers) as another:  # as another process would repeat it
                with pytest.raises(UnconfirmedError):
                    await Journal(another, PREFIX, confirm=True).put(posting(1))
        with pytest.raises(UnconfirmedError):
            await journal.put(posting(1))
        assert await redis.client_id() != connection  # it was asked anew who has the data
        for replica in replicas:
            replica.send(signal.SIGCONT)
        await insist(journal, 1)
        assert await stored(journal) == [0, 1]


async def test_a_store_without_replicas_is_warned_of(redis: Redis) -> None:
    """At the start it is told that nothing can be confirmed."""
    settings = RedisSettings(url=SecretStr("redis+sentinel://host/service"))
    with capture_logs() as logs:
        await store.check(redis, settings)
    assert [entry["event"] for entry in logs] == ["redis.no_replica"]
