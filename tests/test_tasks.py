"""Ending tasks."""

import asyncio
from contextlib import suppress

from bot.tasks import cancel


async def test_a_swallowed_cancellation_is_repeated() -> None:
    """A task that swallows a cancellation, as `asyncio.wait_for` may make it, ends all the same."""
    swallowed = asyncio.Event()

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(cancel(task), 5)
    assert swallowed.is_set()
    assert task.cancelled()


async def test_tasks_that_have_ended_are_left_alone() -> None:
    """Whether they ended well or badly, nothing is raised."""

    async def fail() -> None:
        raise ZeroDivisionError

    tasks = [asyncio.create_task(asyncio.sleep(0)), asyncio.create_task(fail())]
    await asyncio.wait(tasks)
    await cancel(*tasks)
