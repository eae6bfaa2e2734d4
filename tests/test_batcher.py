"""The batcher: many single calls share few, and nobody is forgotten."""

import asyncio

import pytest

from bot.journal.batcher import Batcher


class Sender:
    """Notes the batches that it is given, and answers when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_answer = asyncio.Event()
        self.error: Exception | None = None
        self.forgets = 0

    async def send(self, items: list[int]) -> list[str]:
        """Answer each item with its text."""
        self.batches.append(items)
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return [str(item) for item in items[self.forgets :]]


async def ask(batcher: Batcher[int, str], items: range) -> list[asyncio.Task[str]]:
    """Ask for each item in a task of its own, and let all of them begin."""

    async def one(item: int) -> str:
        return await batcher(item)

    tasks = [asyncio.create_task(one(item)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_waits_goes_together() -> None:
    """While one call is under way, all others gather for the next ones, in order and bounded."""
    sender = Sender()
    batcher = Batcher(sender.send, most=3)
    tasks = await ask(batcher, range(1)) + await ask(batcher, range(1, 8))
    sender.may_answer.set()
    assert await asyncio.gather(*tasks) == [str(n) for n in range(8)]
    assert sender.batches == [[0], [1, 2, 3], [4, 5, 6], [7]]


async def test_an_error_reaches_all_who_waited() -> None:
    """When a call fails, each of its askers is told, and the next call is made as ever."""
    sender = Sender()
    batcher = Batcher(sender.send)
    tasks = await ask(batcher, range(3))
    sender.error = OSError("gone")
    sender.may_answer.set()
    assert [type(e) for e in await asyncio.gather(*tasks, return_exceptions=True)] == [OSError] * 3
    sender.error = None
    assert await batcher(7) == "7"


async def test_who_gives_up_disturbs_nobody() -> None:
    """An asker that is cancelled leaves the others their answers."""
    sender = Sender()
    batcher = Batcher(sender.send)
    tasks = await ask(batcher, range(3))
    tasks[1].cancel()
    sender.may_answer.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[2]] == ["0", "2"]


async def test_a_short_answer_is_an_error() -> None:
    """A call that answers too few is an error for its askers, not a wait for ever."""
    sender = Sender()
    sender.forgets = 1
    sender.may_answer.set()
    batcher = Batcher(sender.send)
    tasks = await ask(batcher, range(2))
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(tasks[1], 1)
    await asyncio.gather(*tasks, return_exceptions=True)
