"""Ending tasks for certain."""

import asyncio
from typing import Any, Final

_ASK_AGAIN: Final = 0.5


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until they have ended in whatever way.

    They are asked again and again: before Python 3.12 `asyncio.wait_for`, through which redis-py
    sends, swallows a cancellation that comes just when it is done.
    """
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=_ASK_AGAIN)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at, so that nobody misses it


def check_cancelled() -> None:
    """For a long loop: end it if its task was told to end, even if that was swallowed, as above.

    Raises:
        CancelledError: It was.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
