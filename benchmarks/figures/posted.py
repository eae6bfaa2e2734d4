"""PlanFix → customer, as fast as it goes: posts of operators, over many connections at once."""

from typing import Final

from benchmarks.counting import percentile, repeated
from benchmarks.figures.figure import Aim, Compared, Ground, Row, Values
from benchmarks.meter import Meter

MESSAGES: Final = 1_500
CHATS: Final = 300
AT_ONCE: Final = 32
PATIENCE: Final = 120.0
OK: Final = 200


async def measure(ground: Ground) -> Values:
    """Post them all; the time runs until the last one is at Telegram and reported to PlanFix."""
    count = ground.load(MESSAGES)
    stage = ground.far.stage
    await stage.reset()
    with Meter(ground.far, ground.bridge) as meter:
        posts = await stage.post(
            url=ground.bridge.url, messages=count, chats=ground.load(CHATS), at_once=AT_ONCE
        )
        await stage.reach(what="sent", messages=count, seconds=PATIENCE)
        await stage.reach(what="reports", messages=count, seconds=PATIENCE)
    sent, reports = await stage.arrivals(what="sent"), await stage.arrivals(what="reports")
    came = len(sent) - repeated(sent)
    began = min(begin for _, begin, _, _ in posts)
    answered = [(end - begin) * 1000 for _, begin, end, status in posts if status == OK]
    return {
        "out_rate": came / (max(sent[-1][0], reports[-1][0]) - began),
        "answer_p50": percentile(answered, 50),
        "answer_p99": percentile(answered, 99),
        "out_cpu": meter.used.bridge / count * 1000,
        "out_cpu_valkey": meter.used.valkey / count * 1000,
        "out_far_share": meter.far_share * 100,
        "out_lost": count - came,
        "out_repeated": repeated(sent),
    }


FIGURE = Compared(
    "posted",
    (
        Row(
            "out_rate",
            "PlanFix → customer with status reports, 1,500 posts, 32 at once",
            "/s",
            Aim("≥", 1.25),
        ),
        Row("answer_p50", "  time until PlanFix has its 200, p50", "ms", Aim("≤", 0.5)),
        Row("answer_p99", "  time until PlanFix has its 200, p99", "ms", Aim("≤", 0.5)),
        Row("out_cpu", "  processor time per message", "ms"),
        Row("out_cpu_valkey", "  processor time per message, Valkey", "ms"),
        Row("out_far_share", "  the servers' own load", "% of a core"),
        Row("out_lost", "  lost", "", Aim("≤", 0), own=True),
        Row("out_repeated", "  repeated", "", Aim("≤", 0), own=True),
    ),
    measure,
)
