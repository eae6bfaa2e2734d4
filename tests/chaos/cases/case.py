"""What a case is."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from chaos.stage import Setting, Stage

Dice = random.Random
"""Seeded: the same seed gives the same faults at the same times."""

Act = Callable[[Stage, Dice, float], Awaitable[None]]
"""Causes trouble on the stage, for so many seconds, and leaves everything healed."""


@dataclass(frozen=True)
class Case:
    """One kind of trouble. `floor`: seconds below which it proves little."""

    name: str
    act: Act
    setting: Setting = field(default_factory=Setting)
    floor: float = 0.0


class CaseFailedError(AssertionError):
    """The case itself saw something that must not be."""


def expect(condition: object, otherwise: str) -> None:
    """Fail the case unless `condition` holds."""
    if not condition:
        raise CaseFailedError(otherwise)


def until(seconds: float) -> Iterator[float]:
    """Count down: yields the seconds that are left, as long as there are some."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        yield left


async def becomes(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait for something that no event tells, and fail the case if it does not come."""
    for _ in until(seconds):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise CaseFailedError(otherwise)
