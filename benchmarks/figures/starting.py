"""How long it takes to start, and to start again after a crash with much to do."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.bridges import Bridge
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures.figure import Aim, Alone, Row, Values

WAITING: Final = 10_000
CHATS: Final = 1_000
_FOR_EVER: Final = 600.0
_PATIENCE: Final = 60.0


async def measure_start(far: FarSideProcess, _: bool) -> Values:
    """Start on an empty folder, beside a Python that only imports aiogram."""
    async with _new_bridge(far) as bridge:
        took = await bridge.start()
    imported = await _import_seconds("aiogram")
    return {"start": took, "start_import": imported, "start_ratio": took / imported}


async def _import_seconds(module: str) -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import {module}, time; print(time.monotonic())",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    return float(said) - began


async def measure_restart(far: FarSideProcess, quick: bool) -> Values:
    """Kill a bridge and its Valkey while 10,000 messages wait, and start them again."""
    waiting = WAITING // 10 if quick else WAITING
    async with _new_bridge(far) as bridge:
        await far.stage.hold(messages=1, chats=1)
        empty = await _until_delivery(far, bridge)
    async with _new_bridge(far) as bridge:
        await bridge.start()
        await far.stage.slow(delay=_FOR_EVER)
        await far.stage.hold(messages=waiting, chats=CHATS)
        await far.stage.release()
        await far.stage.fetched(seconds=_PATIENCE)
        await bridge.kill()
        await far.stage.reset()
        full = await _until_delivery(far, bridge)
    return {"restart_empty": empty, "restart_full": full, "restart_ratio": full / empty}


async def _until_delivery(far: FarSideProcess, bridge: Bridge) -> float:
    """The seconds from the start of a bridge until it has delivered something."""
    await far.stage.release()
    await bridge.start()
    await far.stage.reach(what="messages", messages=1, seconds=_PATIENCE)
    arrivals = await far.stage.arrivals(what="messages")
    return arrivals[0][0] - bridge.launched


@asynccontextmanager
async def _new_bridge(far: FarSideProcess) -> AsyncIterator[Bridge]:
    """A bridge of ours that is not started yet, in a folder of its own."""
    await far.stage.reset()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bridge = Bridge("ours", far, Path(folder))
        try:
            yield bridge
        finally:
            await bridge.stop()


START = Alone(
    "start",
    (
        Row("start", "process start → first getUpdates", "s"),
        Row("start_import", "  import aiogram alone", "s"),
        Row("start_ratio", "start ÷ import aiogram alone", "", Aim("≤", 1.2)),
    ),
    measure_start,
    rounds=5,
)
RESTART = Alone(
    "restart",
    (
        Row("restart_full", "kill -9 with 10,000 waiting, start → first delivery", "s"),
        Row("restart_empty", "  empty, start → first delivery", "s"),
        Row("restart_ratio", "restart with 10,000 waiting ÷ empty start", "", Aim("≤", 1.2)),
    ),
    measure_restart,
    rounds=3,
)
