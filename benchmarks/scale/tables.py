"""Pure: the tables of `docs/scale.md`, made from the constants."""

from collections.abc import Iterable, Sequence

from benchmarks.scale.agreement import Point
from benchmarks.scale.capacity import (
    GIGABYTE,
    SIZES,
    TELEGRAM_PER_SECOND,
    Habits,
    Machine,
    Needs,
    needs_of,
)
from benchmarks.scale.constants import Constants
from benchmarks.simulation.bridge import AT_ONCE
from benchmarks.table import number

_MS = 1000
_ANSWER_TIMES = (0.05, 0.3, 1.0)


def constants_table(constants: Constants) -> str:
    """What a message takes, under each load."""
    uses = (constants.full, constants.light, constants.storing, constants.answers)
    busy = [use.redis_seconds * _MS for use in uses]
    rows: list[tuple[str, Sequence[float], str]] = [
        ("CPU of the bridge", [use.bridge * _MS for use in uses], " ms"),
        ("CPU of Valkey", [use.valkey * _MS for use in uses], " ms"),
        ("round trips to Redis", [use.round_trips for use in uses], ""),
        ("commands in Redis, most of them in scripts", [use.commands for use in uses], ""),
        ("writes to disk, each with its fsync", [use.disk_writes for use in uses], ""),
        ("bytes on disk", [use.disk_bytes for use in uses], ""),
        ("Redis busy, or waiting for the disk", busy, " ms"),
    ]
    head = (
        "a message takes",
        "to PlanFix, at full speed",
        "to PlanFix, at 40/s",
        "to be stored alone",
        "to the customer, with its report",
    )
    return _table(
        head, ([name, *(number(v) + unit for v in values)] for name, values, unit in rows)
    )


def memory_table(constants: Constants) -> str:
    """What stays in memory."""
    processes = {
        "the bridge's process at rest": "bridge",
        "its embedded Valkey at rest": "valkey",
    }
    keys = {
        "Redis: a known chat with its phone number": "chat_bytes",
        "Redis: the first message remembered of a chat, for two days": "said_bytes",
        "Redis: each further one, of fifty at most": "said_more_bytes",
        "Redis: a message that waits": "waiting_bytes",
        "Redis: the id of a message, for three to six days": "seen_bytes",
    }
    return _table(
        ("what stays in memory", ""),
        [
            *((t, f"{number(constants.megabytes[key])} MB") for t, key in processes.items()),
            *((t, f"{constants.bytes[key]:,.0f} bytes") for t, key in keys.items()),
        ],
    )


def limits_table(constants: Constants) -> str:
    """What one of each carries."""
    full, light = constants.full, constants.light
    fsync = constants.fsync[len(constants.fsync) // 2]
    chats = GIGABYTE / constants.bytes["chat_bytes"]
    in_hand = ", ".join(f"{number(AT_ONCE / each)}/s at {each:g} s" for each in _ANSWER_TIMES)
    rows = {
        "core of a bridge, customers' messages": f"{_per(full.bridge)} at full speed, "
        f"{_per(light.bridge)} where nothing is shared",
        "core of a bridge, answers with their reports": _per(constants.answers.bridge),
        "Redis on this disk, customers' messages": _per(full.redis_seconds),
        "Redis on a disk that takes no time": _per(full.valkey),
        "disk": f"{_per(fsync)} writes, each with its fsync of {fsync * _MS:.2f} ms (median)",
        "GB of memory in Redis": f"{chats / 1e6:.1f} million known chats",
        f"process, with {AT_ONCE} chats in hand": f"{in_hand}: PlanFix's answer time",
        "bot, to customers": f"{TELEGRAM_PER_SECOND:g}/s: Telegram takes no more",
    }
    return _table(("one …", "carries"), rows.items())


def sizes_table(constants: Constants, habits: Habits, machine: Machine) -> str:
    """What each size needs, and what is full first."""
    head = (
        "", "bots", "chats", "busiest minute, in / out", "cores", "memory: processes",
        "memory: Redis", "disk a day", "machines", "first limit", "used of it",
    )  # fmt: skip
    rows = []
    for size in SIZES:
        needs = needs_of(size, constants, habits, machine)
        rows.append([size.name, f"{size.bots:,}", f"{size.chats:,}", *_needs(needs)])
    return _table(head, rows)


def agreement_table(points: Iterable[Point]) -> str:
    """Predicted and measured."""
    return _table(
        ("", "measured", "predicted", "error"),
        (
            (
                point.title,
                f"{number(point.measured)} {point.unit}",
                f"{number(point.predicted)} {point.unit}",
                f"{point.error:+.0%}".replace("-", "−"),
            )
            for point in points
        ),
    )


def _needs(needs: Needs) -> list[str]:
    return [
        f"{number(needs.questions)} / {number(needs.answers)} per s",
        number(needs.cores),
        f"{number(needs.process_gigabytes)} GB",
        f"{number(needs.redis_gigabytes)} GB",
        f"{number(needs.disk_gigabytes_a_day)} GB",
        str(needs.machines),
        needs.first_limit,
        f"{needs.shares[needs.first_limit]:.0%}",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _per(seconds: float) -> str:
    return f"{1 / seconds:,.0f}/s"
