"""One chat hangs at PlanFix: what the others notice of it."""

import math
from typing import Final

from benchmarks.bridges import bridge
from benchmarks.counting import first_times, percentile
from benchmarks.far_side.process import FarSideProcess
from benchmarks.far_side.traffic import FIRST_CHAT
from benchmarks.figures.figure import Aim, Alone, Row, Values

RATE: Final = 40.0
SECONDS: Final = 35.0
"""Longer than a call hangs, so that what follows on a hung call is measured too."""
CHATS: Final = 100
HANGS: Final = 30.0
_PATIENCE: Final = 5.0
"""Seconds for what is still on its way when all is written; what hangs takes longer."""


async def measure(far: FarSideProcess, quick: bool) -> Values:
    """The same steady load, without and with a chat each of whose calls hangs for 30 s."""
    async with bridge("ours", far):
        without = await _others(far, quick)
        await far.stage.reset()
        await far.stage.slow(hung_chat=FIRST_CHAT, hung_seconds=HANGS)
        hung = await _others(far, quick)
    return {
        "hang_without": percentile(without, 99),
        "hang_with": percentile(hung, 99),
        "hang_ratio": percentile(hung, 99) / percentile(without, 99),
    }


async def _others(far: FarSideProcess, quick: bool) -> list[float]:
    """The latencies in all chats but the first, in ms; infinite if a message did not come."""
    written = await far.stage.write(rate=RATE, seconds=3 if quick else SECONDS, chats=CHATS)
    await far.stage.reach(what="messages", messages=len(written), seconds=_PATIENCE)
    came = first_times(await far.stage.arrivals(what="messages"))
    return [(came.get(number, math.inf) - at) * 1000 for number, at in written if number % CHATS]


FIGURE = Alone(
    "hang",
    (
        Row("hang_with", "a chat's calls hang for 30 s: p99 of all other chats", "ms"),
        Row("hang_without", "  p99 of the same chats without it", "ms"),
        Row("hang_ratio", "p99 of all other chats ÷ without it", "", Aim("≤", 1.2)),
    ),
    measure,
    rounds=2,
)
