"""The worker against a real Valkey, with plain handlers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from bot.journal import worker as worker_module
from bot.journal.entries import ChatKey, Lane, Posting
from bot.journal.handling import Done, Handler, Later, Mail, Refused, by_kind
from bot.journal.journal import Journal
from bot.journal.worker import MAX_CRASHES, Worker
from bot.monitoring.metrics import Metrics
from support import until

LANE, OTHER = Lane("lane"), Lane("other")


class Bench:
    """A journal, and what its handlers have seen."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self.journal = Journal(redis, prefix)
        self.metrics = Metrics()
        self.seen: list[tuple[str, str]] = []

    async def put(self, chat: str, *bodies: str) -> None:
        """Store entries of a chat."""
        await self.journal.put_all(
            Posting(LANE, ChatKey(chat), "kind", body.encode()) for body in bodies
        )

    def worker(self, handler: Handler, *, chats: int = 100) -> Worker:
        """A worker that is not started yet."""
        return Worker(self.journal, LANE, handler, self.metrics, chats=chats)

    @asynccontextmanager
    async def working(self, handler: Handler, *, chats: int = 100) -> AsyncIterator[Worker]:
        """A worker at work."""
        worker = self.worker(handler, chats=chats)
        worker.start()
        try:
            yield worker
        finally:
            await worker.stop(2)

    def note(self, mail: Mail) -> str:
        """Note that an entry has come to its handler, and return its body."""
        body = mail.entries[0].body.decode()
        self.seen.append((mail.chat, body))
        return body

    def bodies(self, chat: str) -> list[str]:
        """What the handler has seen of a chat."""
        return [body for seen, body in self.seen if seen == chat]

    async def until_empty(self, seconds: float = 10) -> None:
        """Wait until nothing waits in the lane."""
        async with asyncio.timeout(seconds):
            while await self.journal.waiting(LANE):  # noqa: ASYNC110 - Valkey tells nobody
                await asyncio.sleep(0.02)


@pytest.fixture
def bench(redis: Redis, prefix: str) -> Bench:
    """An empty journal to work at."""
    return Bench(redis, prefix)


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come quickly."""
    monkeypatch.setattr(worker_module, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(worker_module, "_LONGEST_PAUSE", 0.05)


async def test_each_chat_in_order(bench: Bench) -> None:
    """Entries of a chat are handled one after the other, in order; chats side by side."""
    at_work: dict[str, int] = {}

    async def handle(mail: Mail) -> Done:
        assert mail.chat not in at_work
        at_work[mail.chat] = 1
        bench.note(mail)
        await asyncio.sleep(0.001)
        del at_work[mail.chat]
        return Done()

    wrote = [str(n) for n in range(30)]
    async with bench.working(handle):
        for start in range(0, 30, 6):
            await asyncio.gather(*(bench.put(c, *wrote[start : start + 6]) for c in "abc"))
        await bench.until_empty()
    assert {chat: bench.bodies(chat) for chat in "abc"} == dict.fromkeys("abc", wrote)


async def test_a_blocked_chat_blocks_nobody(bench: Bench) -> None:
    """While one chat's handler hangs, others go on."""
    may_go_on = asyncio.Event()

    async def handle(mail: Mail) -> Done:
        bench.note(mail)
        if mail.chat == "slow":
            await may_go_on.wait()
        return Done()

    async with bench.working(handle):
        await bench.put("slow", "1")
        await bench.put("quick", "1", "2")
        await until(lambda: bench.bodies("quick") == ["1", "2"])
        may_go_on.set()


async def test_what_comes_meanwhile_is_next(bench: Bench) -> None:
    """An entry that comes while its chat is in hand is handled right after it."""
    ended: list[float] = []

    async def handle(mail: Mail) -> Done:
        if bench.note(mail) == "1":
            await bench.put("a", "2")
        ended.append(asyncio.get_running_loop().time())
        return Done()

    async with bench.working(handle):
        await bench.put("a", "1")
        await until(lambda: len(ended) == 2)
    assert ended[1] - ended[0] < worker_module._IDLE_LOOK / 2  # noqa: SLF001 - the time of a look


async def test_no_more_chats_than_allowed(bench: Bench) -> None:
    """The number of handlers at a time is bounded."""
    now, most = 0, 0

    async def handle(_: Mail) -> Done:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return Done()

    async with bench.working(handle, chats=3):
        for chat in range(12):
            await bench.put(str(chat), "1")
        await bench.until_empty()
    assert most == 3


async def test_a_crowd_is_stored_first(bench: Bench) -> None:
    """While many callers store at once, hardly anything is handed on; then everything is."""
    callers, calls = 32, 10
    stored = early = 0

    async def handler(mail: Mail) -> Done:
        nonlocal early
        early += stored < callers * (calls - 1)
        bench.note(mail)
        return Done()

    async def call(caller: int) -> None:
        nonlocal stored
        for number in range(calls):
            chat = ChatKey(f"{caller}")
            await bench.journal.put(Posting(LANE, chat, "kind", f"{number}".encode()))
            stored += 1

    async with bench.working(handler):
        await asyncio.gather(*map(call, range(callers)))
        await bench.until_empty()
    assert early < callers
    for caller in range(callers):
        assert bench.bodies(f"{caller}") == [f"{number}" for number in range(calls)]


async def test_later_means_again(bench: Bench) -> None:
    """What cannot be done now is tried again, with the number of tries and the last reason."""
    tries: list[tuple[int, str]] = []

    async def handle(mail: Mail) -> Done:
        tries.append((mail.tries.count, mail.tries.reason))
        if len(tries) < 3:
            raise Later(f"reason {len(tries)}")
        return Done()

    async with bench.working(handle):
        await bench.put("a", "1")
        await bench.until_empty()
    assert tries == [(0, ""), (1, "reason 1"), (2, "reason 2")]


async def test_waiting_is_no_failing(bench: Bench) -> None:
    """A pause that is nobody's fault does not count as a try."""
    counts: list[int] = []

    async def handle(mail: Mail) -> Done:
        counts.append(mail.tries.count)
        if len(counts) < 4:
            raise Later("not yet", seconds=0.01, failed=False)
        return Done()

    async with bench.working(handle):
        await bench.put("a", "1")
        await bench.until_empty()
    assert counts == [0, 0, 0, 0]


async def test_refused_means_aside(bench: Bench) -> None:
    """What can never be done becomes a dead letter with its follow-ups, and the chat goes on."""

    async def handle(mail: Mail) -> Done:
        if bench.note(mail) == "bad":
            raise Refused("never", [Posting(OTHER, mail.chat, "note", b"told")])
        return Done()

    async with bench.working(handle):
        await bench.put("a", "bad", "good")
        await bench.until_empty()
    assert bench.bodies("a") == ["bad", "good"]
    assert await bench.journal.dead_letters() == 1
    assert await bench.journal.waiting(OTHER) == 1


async def test_a_bug_costs_a_few_tries(bench: Bench) -> None:
    """A handler that crashes over an entry is tried a few times; then the chat goes on."""

    async def handle(mail: Mail) -> Done:
        if bench.note(mail) == "bad":
            raise ZeroDivisionError
        return Done()

    async with bench.working(handle):
        await bench.put("a", "bad", "good")
        await bench.until_empty()
    assert bench.bodies("a") == ["bad"] * MAX_CRASHES + ["good"]
    assert await bench.journal.dead_letters() == 1


async def test_a_store_that_fails_a_handler_costs_no_try(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry whose handler the store let down waits, however often, and is not put aside."""
    monkeypatch.setattr(worker_module, "_IDLE_LOOK", 0.02)

    async def handle(mail: Mail) -> Done:
        bench.note(mail)
        if len(bench.seen) <= 2 * MAX_CRASHES:
            raise OutOfMemoryError
        return Done()

    async with bench.working(handle):
        await bench.put("a", "1")
        await bench.until_empty()
    assert bench.bodies("a") == ["1"] * (2 * MAX_CRASHES + 1)
    assert await bench.journal.dead_letters() == 0


async def test_an_unknown_kind_is_put_aside(bench: Bench) -> None:
    """An entry that an older version of the bridge does not know does not hold up its chat."""
    async with bench.working(by_kind({})):
        await bench.put("a", "1")
        await bench.until_empty()
    assert await bench.journal.dead_letters() == 1


async def test_several_entries_at_once(bench: Bench) -> None:
    """A handler may finish several entries together; each is handled once."""

    async def handle(mail: Mail) -> Done:
        bench.seen += [(mail.chat, entry.body.decode()) for entry in mail.entries[:3]]
        return Done(min(3, len(mail.entries)))

    await bench.put("a", *"1234567")
    async with bench.working(handle):
        await bench.until_empty()
    assert bench.bodies("a") == list("1234567")


async def test_progress_outlives_a_crash(bench: Bench) -> None:
    """What a handler has noted is there for the next try."""
    progress: list[bytes] = []

    async def handle(mail: Mail) -> Done:
        progress.append(mail.progress)
        if len(progress) == 1:
            await mail.record(b"half")
            raise RuntimeError
        return Done()

    async with bench.working(handle):
        await bench.put("a", "1")
        await bench.until_empty()
    assert progress == [b"", b"half"]


async def test_stopping_finishes_what_is_in_hand(bench: Bench) -> None:
    """A worker that stops ends the handlers well, begins nothing new, and loses nothing."""
    begun = asyncio.Event()

    async def handle(mail: Mail) -> Done:
        begun.set()
        await asyncio.sleep(0.1)
        bench.note(mail)
        return Done()

    await bench.put("a", "1", "2", "3")
    async with bench.working(handle):
        await begun.wait()
    assert bench.bodies("a") == ["1"]
    [lease], _ = await bench.journal.claim(LANE, chats=1)
    assert [entry.body for entry in lease.entries] == [b"2", b"3"]
    assert not lease.interrupted


async def test_stopping_gives_back_what_it_is_just_claiming(bench: Bench) -> None:
    """A claim under way when the worker stops leaves no chat in nobody's hand."""

    async def handle(mail: Mail) -> Done:
        bench.note(mail)
        return Done()

    await bench.put("a", "1")
    worker = bench.worker(handle)
    worker.start()
    await asyncio.sleep(0)  # the claim begins
    await worker.stop(2)
    [lease], _ = await bench.journal.claim(LANE, chats=1)
    assert not lease.interrupted
    assert bench.seen == []


async def test_stopping_lets_go_of_what_hangs(bench: Bench) -> None:
    """A handler that does not end in time is cut off; its entry is known to be interrupted."""
    begun = asyncio.Event()

    async def handle(_: Mail) -> Done:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    await bench.put("a", "1")
    worker = bench.worker(handle)
    worker.start()
    await begun.wait()
    await asyncio.wait_for(worker.stop(0.1), 2)
    await bench.journal.reclaim(LANE)
    [lease], _ = await bench.journal.claim(LANE, chats=1)
    assert lease.interrupted


async def repeat(bench: Bench, workers: int, use: Callable[[], Awaitable[None]]) -> None:
    """Run `use` beside several workers, as several processes would."""

    async def handle(mail: Mail) -> Done:
        bench.note(mail)
        await asyncio.sleep(0)
        return Done()

    running = [bench.worker(handle) for _ in range(workers)]
    for worker in running:
        worker.start()
    await use()
    await bench.until_empty()
    await asyncio.gather(*(worker.stop(2) for worker in running))


async def test_several_workers_share_a_lane(bench: Bench) -> None:
    """Three workers on one journal: each entry is handled once, each chat in order."""
    wrote = [str(n) for n in range(20)]

    async def use() -> None:
        for body in wrote:
            await asyncio.gather(*(bench.put(chat, body) for chat in "abcde"))

    await repeat(bench, 3, use)
    assert {chat: bench.bodies(chat) for chat in "abcde"} == dict.fromkeys("abcde", wrote)
