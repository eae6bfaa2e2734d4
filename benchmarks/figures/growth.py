"""Does the bridge need more and more memory?"""

import statistics
from typing import Final

from benchmarks.bridges import Bridge, bridge
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures.figure import Aim, Alone, Row, Values

MESSAGES: Final = 200_000
"""Three quarters of them are customers', one quarter are operators'."""
CHATS: Final = 2_000
_WAVES = 40
_WARM_UP = 4
"""Waves until every buffer and cache has been used."""
_AT_ONCE = 32
_QUICK = 100
_PATIENCE = 120.0


async def measure(far: FarSideProcess, quick: bool) -> Values:
    """Carry messages both ways, and look at the memory between waves of them."""
    each = MESSAGES // (_QUICK if quick else 1) // _WAVES
    async with bridge("ours", far) as running:
        series = []
        for _wave in range(_WAVES):
            await _carry(far, running, each)
            series.append(running.memory().bridge)
    warm = series[_WARM_UP:]
    slope = statistics.linear_regression(range(len(warm)), warm).slope
    return {
        # The mean of a few, since what a single look finds depends on what is just in hand.
        "growth": statistics.mean(warm[-_WARM_UP:]) - statistics.mean(warm[:_WARM_UP]),
        "growth_slope": slope / each * 100_000,
        "growth_end": series[-1],
    }


async def _carry(far: FarSideProcess, running: Bridge, messages: int) -> None:
    await far.stage.reset()
    theirs = messages // 4
    await far.stage.hold(messages=messages - theirs, chats=CHATS)
    await far.stage.release()
    await far.stage.reach(what="messages", messages=messages - theirs, seconds=_PATIENCE)
    await far.stage.post(url=running.url, messages=theirs, chats=CHATS, at_once=_AT_ONCE)
    await far.stage.reach(what="reports", messages=theirs, seconds=_PATIENCE)


FIGURE = Alone(
    "growth",
    (
        Row("growth", "memory growth over 200,000 messages", "MB", Aim("≤", 10)),
        Row("growth_slope", "  slope, per 100,000 messages", "MB"),
        Row("growth_end", "  resident memory at the end", "MB"),
    ),
    measure,
)
