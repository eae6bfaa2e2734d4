"""The journal against a real Valkey."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.journal import journal as journal_module
from bot.journal.entries import ChatKey, Lane, Lease, Posting, Tries
from bot.journal.journal import Journal

LANE = Lane("lane")
OTHER = Lane("other")
CHAT = ChatKey("100")


def posting(body: str, *, chat: str = CHAT, entry_id: str = "") -> Posting:
    """A posting to `LANE`."""
    return Posting(LANE, ChatKey(chat), "kind", body.encode(), id=entry_id)


@pytest.fixture
def journal(redis: Redis, prefix: str) -> Journal:
    """An empty journal."""
    return Journal(redis, prefix)


async def claim_one(journal: Journal) -> Lease:
    """Claim the only chat that is due."""
    [lease], _ = await journal.claim(LANE, chats=10)
    return lease


def bodies(lease: Lease) -> list[str]:
    """What is in the lease's entries."""
    return [entry.body.decode() for entry in lease.entries]


async def test_a_chat_keeps_its_order(journal: Journal) -> None:
    """Entries of one chat come in the order in which they were stored."""
    await journal.put_all(posting(str(n)) for n in range(5))
    assert bodies(await claim_one(journal)) == ["0", "1", "2", "3", "4"]


async def test_a_repeat_is_stored_once(journal: Journal) -> None:
    """A second posting with the same id is recognised, also in another call."""
    assert await journal.put_all([posting("a", entry_id="1"), posting("b", entry_id="1")]) == [
        True,
        False,
    ]
    assert not await journal.put(posting("c", entry_id="1"))
    assert bodies(await claim_one(journal)) == ["a"]


async def test_a_leased_chat_is_nobody_elses(journal: Journal) -> None:
    """A chat in work is not given out again, also when more comes for it."""
    await journal.put(posting("a"))
    await claim_one(journal)
    await journal.put(posting("b"))
    leases, wait = await journal.claim(LANE, chats=10)
    assert leases == []
    assert wait is not None


async def test_settling_goes_on_with_the_next(journal: Journal) -> None:
    """What is done leaves the mailbox; the rest is due at once."""
    await journal.put_all([posting("a"), posting("b")])
    assert await journal.settle(await claim_one(journal), 1)
    assert bodies(await claim_one(journal)) == ["b"]


async def test_settling_twice_drops_nothing(journal: Journal) -> None:
    """A settlement repeated after a lost answer does not drop the next entry."""
    await journal.put_all([posting("a"), posting("b")])
    lease = await claim_one(journal)
    assert await journal.settle(lease, 1, keep=True)
    assert await journal.settle(lease, 1, keep=True)
    lease.advance(1)
    assert await journal.settle(lease, 1)
    assert await journal.waiting(LANE) == 0


async def test_follow_ups_are_stored_with_the_settlement(journal: Journal) -> None:
    """What follows from an entry is in its mailbox once the entry is settled."""
    await journal.put(posting("a"))
    follow_up = Posting(OTHER, CHAT, "kind", b"then")
    await journal.settle(await claim_one(journal), 1, [follow_up])
    [lease], _ = await journal.claim(OTHER, chats=1)
    assert bodies(lease) == ["then"]


async def test_a_late_owner_changes_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a lease has expired and another has the chat, the first owner's word is void."""
    await journal.put_all([posting("a"), posting("b")])
    monkeypatch.setattr(journal_module, "LEASE_SECONDS", 0.0)
    monkeypatch.setattr(journal_module, "GRACE_SECONDS", 0.0)
    late = await claim_one(journal)
    assert await journal.claim(LANE, chats=10) == ([], 0.0)
    monkeypatch.undo()
    owner = await claim_one(journal)
    assert owner.interrupted
    assert not await journal.settle(late, 1)
    assert not await journal.postpone(late, 0)
    assert not await journal.bury(late, "late")
    assert not await journal.record(late, b"late")
    assert await journal.renew(LANE, [late, owner]) == [False, True]
    assert await journal.settle(owner, 2)
    assert await journal.waiting(LANE) == 0


async def test_after_an_outage_the_owner_comes_first(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lease that has run out is not given away before its owner had a chance to speak up."""
    await journal.put(posting("a"))
    monkeypatch.setattr(journal_module, "LEASE_SECONDS", 0.0)
    owner = await claim_one(journal)
    monkeypatch.undo()
    leases, wait = await journal.claim(LANE, chats=10)
    assert leases == []
    assert 2 < (wait or 0) <= 3
    assert await journal.settle(owner)
    assert await journal.waiting(LANE) == 0


async def test_a_clock_that_is_set_back_delays_nobody(
    journal: Journal, redis: Redis, prefix: str
) -> None:
    """Times that were written before the server's clock was set back move along with it."""
    await journal.put(posting("a"))
    lease = await claim_one(journal)
    await journal.postpone(lease, 30)
    seconds, _ = await redis.time()
    hour = 3600 * 1000
    await redis.zincrby(f"{prefix}due:{LANE}", hour, CHAT)  # as if written in an hour from now
    await redis.set(f"{prefix}clock:{LANE}", seconds * 1000 + hour)
    _, wait = await journal.claim(LANE, chats=1)
    assert 25 < (wait or 0) <= 31


async def test_a_full_memory_stops_what_comes_and_not_what_goes(
    journal: Journal, redis: Redis
) -> None:
    """With no memory left nothing is stored, but what is there can still be handled."""
    await journal.put_all([posting("a"), posting("b"), posting("c")])
    await redis.config_set("maxmemory", 1)
    with pytest.raises(RedisError):
        await journal.put(posting("d"))
    lease = await claim_one(journal)
    assert await journal.record(lease, b"half")
    assert await journal.settle(lease, 1, [Posting(OTHER, CHAT, "kind", b"then")])
    assert await journal.postpone(await claim_one(journal), 0, Tries(1, 0, "далеко"))
    assert await journal.bury(await claim_one(journal), "refused")
    assert bodies(await claim_one(journal)) == ["c"]


async def test_postponing_waits_and_remembers_why(journal: Journal) -> None:
    """A postponed chat is due later, and its tries and progress are still known then."""
    await journal.put(posting("a"))
    lease = await claim_one(journal)
    await journal.record(lease, b"half")
    await journal.postpone(lease, 30, Tries(1, 0, "далеко"))
    leases, wait = await journal.claim(LANE, chats=1)
    assert leases == []
    assert 25 < (wait or 0) <= 30


async def test_tries_and_progress_belong_to_the_head(journal: Journal) -> None:
    """They come with the next lease of the same head, and are gone with it."""
    await journal.put_all([posting("a"), posting("b")])
    lease = await claim_one(journal)
    await journal.record(lease, b"half")
    await journal.postpone(lease, 0, Tries(1, 0, "далеко"))
    lease = await claim_one(journal)
    assert (lease.tries, lease.progress, lease.interrupted) == (
        Tries(1, 0, "далеко"),
        b"half",
        False,
    )
    await journal.settle(lease, 1)
    lease = await claim_one(journal)
    assert (lease.tries, lease.progress) == (Tries(), b"")


async def test_a_buried_entry_does_not_hold_up_its_chat(journal: Journal) -> None:
    """A dead letter leaves the mailbox, is counted, and the chat goes on."""
    await journal.put_all([posting("bad"), posting("good")])
    await journal.bury(await claim_one(journal), "refused", [Posting(OTHER, CHAT, "kind", b"note")])
    assert await journal.dead_letters() == 1
    assert bodies(await claim_one(journal)) == ["good"]
    assert await journal.waiting(OTHER) == 1


async def test_reclaiming_frees_what_a_dead_process_held(journal: Journal) -> None:
    """After a crash, leased chats are due at once, and known to be interrupted."""
    await journal.put(posting("a"))
    await claim_one(journal)
    assert await journal.reclaim(LANE) == 1
    assert (await claim_one(journal)).interrupted


async def test_chats_do_not_wait_for_each_other(journal: Journal) -> None:
    """One claim leases many chats, each with its own entries."""
    await journal.put_all(posting(f"{chat}-{n}", chat=str(chat)) for n in range(2) for chat in "12")
    leases, _ = await journal.claim(LANE, chats=10)
    assert sorted(bodies(lease) for lease in leases) == [["1-0", "1-1"], ["2-0", "2-1"]]
