"""Customer → PlanFix, as fast as it goes: texts that waited at Telegram."""

from typing import Final

from benchmarks.counting import disordered, repeated
from benchmarks.figures.figure import Aim, Compared, Ground, Row, Values
from benchmarks.meter import Meter

MESSAGES: Final = 3_000
CHATS: Final = 300
PATIENCE: Final = 120.0


async def measure(ground: Ground) -> Values:
    """Release them all at once; the time runs until the last one is at PlanFix."""
    count = ground.load(MESSAGES)
    stage = ground.far.stage
    await stage.reset()
    await stage.hold(messages=count, chats=ground.load(CHATS))
    with Meter(ground.far, ground.bridge) as meter:
        released = await stage.release()
        await stage.reach(what="messages", messages=count, seconds=PATIENCE)
    arrivals = await stage.arrivals(what="messages")
    came = len(arrivals) - repeated(arrivals)
    return {
        "in_rate": came / (arrivals[-1][0] - released),
        "in_cpu": meter.used.bridge / count * 1000,
        "in_cpu_valkey": meter.used.valkey / count * 1000,
        "in_far_share": meter.far_share * 100,
        "in_disordered": disordered(arrivals),
        "in_lost": count - came,
        "in_repeated": repeated(arrivals),
    }


FIGURE = Compared(
    "queued",
    (
        Row("in_rate", "customer → PlanFix, 3,000 queued texts of 300 chats", "/s", Aim("≥", 1.5)),
        Row("in_cpu", "  processor time per message", "ms"),
        Row("in_cpu_valkey", "  processor time per message, Valkey", "ms"),
        Row("in_far_share", "  the servers' own load", "% of a core"),
        Row("in_disordered", "  out of order within a chat", "", Aim("≤", 0), own=True),
        Row("in_lost", "  lost", "", Aim("≤", 0), own=True),
        Row("in_repeated", "  repeated", "", Aim("≤", 0), own=True),
    ),
    measure,
)
