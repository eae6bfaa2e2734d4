"""Customer → PlanFix at a steady rate: how long a message takes when there is no hurry."""

from typing import Final

from benchmarks.counting import disordered, first_times, percentile
from benchmarks.figures.figure import Aim, Compared, Ground, Row, Values
from benchmarks.meter import Meter

RATE: Final = 40.0
SECONDS: Final = 20.0
CHATS: Final = 300
PATIENCE: Final = 30.0


async def measure(ground: Ground) -> Values:
    """From when Telegram has a message until PlanFix has it."""
    stage = ground.far.stage
    await stage.reset()
    with Meter(ground.far, ground.bridge) as meter:
        written = await stage.write(
            rate=RATE, seconds=SECONDS / 10 if ground.quick else SECONDS, chats=CHATS
        )
        await stage.reach(what="messages", messages=len(written), seconds=PATIENCE)
    arrivals = await stage.arrivals(what="messages")
    came = first_times(arrivals)
    took = [(came[number] - at) * 1000 for number, at in written if number in came]
    return {
        "steady_p50": percentile(took, 50),
        "steady_p99": percentile(took, 99),
        "steady_cpu": meter.used.bridge / len(written) * 1000,
        "steady_cpu_valkey": meter.used.valkey / len(written) * 1000,
        "steady_disordered": disordered(arrivals),
        "steady_lost": len(written) - len(came),
    }


FIGURE = Compared(
    "steady",
    (
        Row("steady_p50", "customer → PlanFix latency at a steady 40/s, p50", "ms", Aim("≤", 1.5)),
        Row("steady_p99", "customer → PlanFix latency at a steady 40/s, p99", "ms", Aim("≤", 2)),
        Row("steady_cpu", "  processor time per message", "ms"),
        Row("steady_cpu_valkey", "  processor time per message, Valkey", "ms"),
        Row("steady_disordered", "  out of order within a chat", "", Aim("≤", 0), own=True),
        Row("steady_lost", "  lost", "", Aim("≤", 0), own=True),
    ),
    measure,
)
