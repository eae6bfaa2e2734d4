"""Memory in RAM: of a bridge that has just started, and after all the load."""

import asyncio
from typing import Final

from benchmarks.figures.figure import Aim, Compared, Ground, Row, Values

SETTLE: Final = 1.0
"""Seconds after which a bridge that was started, or has worked, is at rest."""


async def measure_rest(ground: Ground) -> Values:
    """Before any message."""
    await asyncio.sleep(SETTLE / 10 if ground.quick else SETTLE)
    used = ground.bridge.memory()
    return {"rest_memory": used.bridge, "rest_memory_valkey": used.valkey}


async def measure_end(ground: Ground) -> Values:
    """After all messages."""
    await asyncio.sleep(SETTLE / 10 if ground.quick else SETTLE)
    used = ground.bridge.memory()
    return {"end_memory": used.bridge, "end_memory_valkey": used.valkey}


AT_REST = Compared(
    "memory",
    (
        Row("rest_memory", "resident memory at rest", "MB", Aim("≤", 1.1)),
        Row("rest_memory_valkey", "  Valkey's beside it", "MB"),
    ),
    measure_rest,
)
AT_END = Compared(
    "memory",
    (
        Row("end_memory", "resident memory at the end", "MB", Aim("≤", 1.1)),
        Row("end_memory_valkey", "  Valkey's beside it", "MB"),
    ),
    measure_end,
)
