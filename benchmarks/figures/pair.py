"""Two bridge processes on one Redis, when the far side takes its time."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.bridges import Bridge
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures.figure import Aim, Alone, Row, Values
from bot.store.embedded import EmbeddedValkey

MESSAGES: Final = 6_000
CHATS: Final = 1_000
DELAY: Final = 0.05
_PATIENCE: Final = 120.0


async def measure(far: FarSideProcess, quick: bool) -> Values:
    """Drain the same queue of texts by one process, and by two."""
    count = MESSAGES // 10 if quick else MESSAGES
    rates = [await _rate(far, count, processes) for processes in (1, 2)]
    return {"pair_one": rates[0], "pair_two": rates[1], "pair_ratio": rates[1] / rates[0]}


async def _rate(far: FarSideProcess, count: int, processes: int) -> float:
    await far.stage.reset()
    async with _bridges(far, processes):
        await far.stage.slow(delay=DELAY)
        await far.stage.hold(messages=count, chats=CHATS)
        released = await far.stage.release()
        await far.stage.reach(what="messages", messages=count, seconds=_PATIENCE)
        arrivals = await far.stage.arrivals(what="messages")
        return len(arrivals) / (arrivals[-1][0] - released)


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
        Row("pair_ratio", "two processes ÷ one", "", Aim("≥", 1.8)),
    ),
    measure,
    rounds=3,
)
