"""Does a message cost more when a million chats are known than when a thousand are?"""

import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.bridges import Bridge
from benchmarks.contents import know, store_in
from benchmarks.far_side.process import FarSideProcess, far_side
from benchmarks.figures.figure import Aim, Alone, Row, Values
from benchmarks.meter import Meter

FEW: Final = 1_000
MANY: Final = 1_000_000
_QUICK = 100
_WAVES = 3
_ROUNDS = 6
_PATIENCE = 60.0


@dataclass(slots=True)
class _Side:
    """A bridge that knows so many chats, between servers of its own."""

    chats: int
    wave: int
    """So many write at once."""
    far: FarSideProcess
    bridge: Bridge
    milliseconds: list[float] = field(default_factory=list)
    """Of the processor for a message, in each round: the bridge and its Valkey together."""


async def measure(_: FarSideProcess, quick: bool) -> Values:
    """Send messages through two bridges in turns; only one works at a time."""
    share = _QUICK if quick else 1
    async with AsyncExitStack() as stack:
        few = await stack.enter_async_context(_side(FEW // share, FEW // share))
        many = await stack.enter_async_context(_side(MANY // share, FEW // share))
        sides = [few, many]
        for _round in range(2 if quick else _ROUNDS):
            for side in sides:
                side.milliseconds.append(await _cost(side))
            sides.reverse()
    # The first round warms both up.
    costs = [statistics.median(side.milliseconds[1:]) for side in (few, many)]
    return {"many_ratio": costs[1] / costs[0], "few_cpu": costs[0], "many_cpu": costs[1]}


async def _cost(side: _Side) -> float:
    """Let a thousand different customers write at once, a few times.

    So both bridges have the same to do. With a million chats other customers write each time,
    with a thousand always the same ones.
    """
    stage = side.far.stage
    await stage.reset()
    with Meter(side.far, side.bridge) as meter:
        for wave in range(1, _WAVES + 1):
            await stage.hold(messages=side.wave, chats=side.chats)
            await stage.release()
            await stage.reach(what="messages", messages=side.wave * wave, seconds=_PATIENCE)
    return (meter.used.bridge + meter.used.valkey) / (side.wave * _WAVES) * 1000


@asynccontextmanager
async def _side(chats: int, wave: int) -> AsyncIterator[_Side]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with store_in(Path(folder)) as redis:
            await know(redis, chats)
        async with far_side() as far:
            bridge = Bridge("ours", far, Path(folder))
            try:
                await bridge.start()
                yield _Side(chats, wave, far, bridge)
            finally:
                await bridge.stop()


FIGURE = Alone(
    "store-size",
    (
        Row(
            "many_ratio",
            "cost per message at 1,000,000 known chats ÷ at 1,000",
            "",
            Aim("≤", 1.1),
        ),
        Row("few_cpu", "  processor time per message at 1,000", "ms"),
        Row("many_cpu", "  processor time per message at 1,000,000", "ms"),
    ),
    measure,
)
