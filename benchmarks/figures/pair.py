"""Two bridge processes on one Redis, when the far side takes its time."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.bridges import Bridge
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures.figure import Aim, Alone, Row, Values
from benchmarks.processes import children, cpu_seconds
from bot.store.embedded import EmbeddedValkey

MESSAGES: Final = 6_000
CHATS: Final = 1_000
DELAY: Final = 0.05
_PATIENCE: Final = 120.0


async def measure(far: FarSideProcess, quick: bool) -> Values:
    """Drain the same queue of texts by one process, and by two."""
    count = MESSAGES // 10 if quick else MESSAGES
    one, busy_one = await _rate(far, count, processes=1)
    two, busy_two = await _rate(far, count, processes=2)
    return {
        "pair_one": one,
        "pair_two": two,
        "pair_ratio": two / one,
        "pair_busy_one": busy_one,
        "pair_busy_two": busy_two,
    }


async def _rate(far: FarSideProcess, count: int, processes: int) -> tuple[float, float]:
    """Messages per second, and the percentage of all cores that everything together needed."""
    await far.stage.reset()
    async with _bridges(far, processes):
        await far.stage.slow(delay=DELAY)
        await far.stage.hold(messages=count, chats=CHATS)
        used = _cpu_of_all()
        released = await far.stage.release()
        await far.stage.reach(what="messages", messages=count, seconds=_PATIENCE)
        used = _cpu_of_all() - used
        arrivals = await far.stage.arrivals(what="messages")
        took = arrivals[-1][0] - released
        return len(arrivals) / took, 100 * used / took / (os.cpu_count() or 1)


def _cpu_of_all() -> float:
    """The processor's time of the bridges, their Valkey and the far side: they are our children."""
    return sum(map(cpu_seconds, children(os.getpid())))


@asynccontextmanager
async def _bridges(far: FarSideProcess, processes: int) -> AsyncIterator[None]:
    """So many bridges on one Valkey, all of them ready."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        valkey = EmbeddedValkey(folder)
        await valkey.start()
        stack.push_async_callback(valkey.stop)
        for number in range(processes):
            settings = {"BRIDGE_REDIS__URL": valkey.url}
            one = Bridge("ours", far, folder / str(number), settings)
            stack.push_async_callback(one.stop)
            await one.launch()
            await one.wait_ready()
        yield


FIGURE = Alone(
    "pair",
    (
        Row("pair_two", "two processes on one Redis, far side's answer takes 50 ms", "/s"),
        Row("pair_one", "  one process", "/s"),
        Row("pair_busy_two", "  with two, load of all processes together", "% of all cores"),
        Row("pair_busy_one", "  with one, load of all processes together", "% of all cores"),
        Row("pair_ratio", "two processes ÷ one", "", Aim("≥", 1.8)),
    ),
    measure,
    rounds=3,
)
