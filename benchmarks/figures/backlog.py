"""Draining a back-log: is the bridge as fast at its end as at its beginning?"""

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.bridges import Bridge
from benchmarks.contents import know, let_wait, store_in
from benchmarks.counting import disordered, repeated
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures.figure import Aim, Alone, Row, Values

MESSAGES: Final = 200_000
CHATS: Final = 20_000
_QUICK = 400
_FIRST_NUMBER = 1_000_000_000
"""Far above the numbers that the far side gives out."""
_PATIENCE = 30.0
_SECONDS_EACH = 0.01
"""A message takes less even on a slow machine."""
_PARTS = 20


async def measure(far: FarSideProcess, quick: bool) -> Values:
    """Let a new bridge find messages of known chats in its journal, and hand all of them on."""
    share = _QUICK if quick else 1
    messages = MESSAGES // share
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with store_in(Path(folder)) as redis:
            await know(redis, CHATS // share)
            await let_wait(redis, messages, CHATS // share, _FIRST_NUMBER)
        await far.stage.reset()
        bridge = Bridge("ours", far, Path(folder))
        try:
            await bridge.start()
            used = await _watch(far, bridge, messages)
            arrivals = await far.stage.arrivals(what="messages")
        finally:
            await bridge.stop()
    rates = rates_of([at for at, _, _ in arrivals])
    return {
        # A new process warms up in the first twentieth, and has little left in the last.
        "drain_ratio": sum(rates[-4:-1]) / sum(rates[1:4]),
        "drain_rate": len(rates[1:-1]) / sum(1 / rate for rate in rates[1:-1]),
        "drain_disordered": disordered(arrivals),
        "drain_cpu_ratio": sum(used[-4:-1]) / sum(used[1:4]),
        "drain_lost": messages - len(arrivals) + repeated(arrivals),
    }


async def _watch(far: FarSideProcess, bridge: Bridge, messages: int) -> list[float]:
    """The processor time of bridge and Valkey for each twentieth of the messages, in seconds."""
    size = messages // _PARTS
    looks = [bridge.cpu()]
    for part in range(1, _PARTS + 1):
        await far.stage.reach(
            what="messages", messages=part * size, seconds=_PATIENCE + size * _SECONDS_EACH
        )
        looks.append(bridge.cpu())
    used = [after.since(before) for before, after in pairwise(looks)]
    return [each.bridge + each.valkey for each in used]


def rates_of(times: list[float]) -> list[float]:
    """Messages per second in each twentieth of so many arrivals."""
    size = len(times) // _PARTS
    parts = (times[part * size : (part + 1) * size] for part in range(_PARTS))
    return [(len(part) - 1) / (part[-1] - part[0]) for part in parts]


FIGURE = Alone(
    "backlog",
    (
        Row(
            "drain_ratio",
            "draining 200,000 messages of 20,000 chats: rate at the end ÷ at the start",
            "",
            Aim("≥", 0.9),
        ),
        Row("drain_cpu_ratio", "  processor time per message at the end ÷ at the start"),
        Row("drain_rate", "  rate", "/s"),
        Row("drain_disordered", "  out of order within a chat", "", Aim("≤", 0)),
        Row("drain_lost", "  lost", "", Aim("≤", 0)),
    ),
    measure,
)
