"""What the page `/status` shows, in words: made from a snapshot, without asking anybody."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from bot.journal.dead_letters import DeadLetter
from bot.journal.lanes import ANSWER
from bot.monitoring.charts import Chart, HourRow, by_hour, charts, points
from bot.monitoring.history import MINUTE, LastDay
from bot.monitoring.verdict import Finding, findings
from bot.monitoring.watch import Bridge, Snapshot
from bot.monitoring.wording import Wording
from bot.version import program_version

_HOUR_POINTS: Final = (1, 60)
"""Minutes of a point, and points."""
_DAY_POINTS: Final = (15, 96)


@dataclass(frozen=True, slots=True)
class LaneRow:
    """What waits in one direction."""

    name: str
    messages: int
    chats: int
    oldest: str


@dataclass(frozen=True, slots=True)
class StuckChat:
    """A chat whose first message has been tried in vain."""

    chat: str
    messages: int
    oldest: str
    tries: int


@dataclass(frozen=True, slots=True)
class StuckRow:
    """Chats that wait for the same reason."""

    direction: str
    reason: str
    chats: Sequence[StuckChat]


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A message that was put aside for good."""

    id: str
    chat: str
    direction: str
    kind: str
    reason: str
    at: str
    iso: str
    """`at` for machines."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    findings: Sequence[Finding]
    lanes: Sequence[LaneRow]
    estimated: bool
    stuck: Sequence[StuckRow]
    letters: Sequence[LetterRow]
    dead_letters: int
    further: str
    hour: Sequence[Chart]
    day: Sequence[Chart]
    by_hour: Sequence[HourRow]
    has_history: bool
    facts: Sequence[tuple[str, str]]
    as_of: str


def make_view(
    bridge: Bridge,
    now: Snapshot,
    letters: Sequence[DeadLetter],
    day: LastDay | None,
    wording: Wording,
) -> View:
    """Put everything into words.

    Args:
        bridge: Which bridge.
        now: How it is.
        letters: The latest dead letters.
        day: What happened; None: nobody knows.
        wording: In which language.
    """
    end = int(now.at) // MINUTE
    more = now.dead_letters - len(letters)
    return View(
        findings=findings(now, wording),
        lanes=_lanes(now, wording),
        estimated=any(lane.estimated for lane in now.lanes),
        stuck=_stuck(now, wording),
        letters=[letter_row(letter, now.at, wording) for letter in letters],
        dead_letters=now.dead_letters,
        further=wording.count(wording.texts.further, more) if letters and more > 0 else "",
        hour=_charts(day, end, _HOUR_POINTS, wording),
        day=_charts(day, end, _DAY_POINTS, wording),
        by_hour=by_hour(day, end, wording) if day else [],
        has_history=day is not None,
        facts=_facts(bridge, now, day, wording),
        as_of=wording.texts.as_of.format(time=time.strftime("%H:%M:%S", time.localtime(now.at))),
    )


def _lanes(now: Snapshot, wording: Wording) -> list[LaneRow]:
    return [
        LaneRow(
            wording.texts.lanes[lane.lane],
            lane.entries,
            lane.chats,
            wording.duration(lane.oldest) if lane.entries else "—",
        )
        for lane in now.lanes
    ]


def _stuck(now: Snapshot, wording: Wording) -> list[StuckRow]:
    found: dict[tuple[str, str], list[StuckChat]] = {}
    for lane in now.lanes:
        for box in lane.longest:
            if box.tries.count:
                chat = StuckChat(box.chat, box.entries, wording.duration(box.age), box.tries.count)
                found.setdefault((wording.texts.lanes[lane.lane], box.tries.reason), []).append(
                    chat
                )
    return [StuckRow(direction, reason, chats) for (direction, reason), chats in found.items()]


def letter_row(letter: DeadLetter, now: float, wording: Wording) -> LetterRow:
    """A dead letter in words; `now` in seconds since 1970."""
    at = letter.buried_at
    return LetterRow(
        id=letter.entry.id,
        chat=letter.chat,
        direction=wording.texts.lanes.get(letter.lane, letter.lane),
        kind=wording.texts.kinds.get(letter.entry.kind, letter.entry.kind),
        reason=letter.reason,
        at=wording.moment(at, now),
        iso=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
    )


def readable(letter: DeadLetter) -> str:
    """The raw message, laid out for people."""
    text = letter.entry.body.decode(errors="replace")
    if letter.entry.kind == ANSWER:
        return "\n".join(f"{name}: {value}" for name, value in parse_qsl(text)) or text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _charts(
    day: LastDay | None, end: int, grid: tuple[int, int], wording: Wording
) -> Sequence[Chart]:
    minutes, count = grid
    if day is None:
        return []
    end -= end % minutes  # so that the points of a long stretch stay where they are
    found = points(day, end, minutes, count)
    if not any(point.minutes for point in found):
        return []
    return charts(found, end, minutes, wording)


def _facts(
    bridge: Bridge, now: Snapshot, day: LastDay | None, wording: Wording
) -> list[tuple[str, str]]:
    words = wording.texts.facts
    minute = int(now.at) // MINUTE
    processes = [day.processes.get(minute - back, 0) for back in (1, 2)] if day else [0]
    return [
        (words.version, program_version()),
        (words.bot, str(bridge.bot_id)),
        (words.mode, words.modes[bridge.mode]),
        (words.role, words.leading if now.leading else words.standing_by),
        (words.processes, str(max(1, *processes))),
        (words.uptime, wording.duration(int(now.at - bridge.started_at))),
        *_redis_facts(now, wording),
    ]


def _redis_facts(now: Snapshot, wording: Wording) -> list[tuple[str, str]]:
    words, redis = wording.texts.facts, now.redis
    if redis is None:
        return [(words.redis, words.redis_away)]
    answers = words.redis_answers.format(
        version=redis.version, ms=wording.number(redis.seconds * 1000)
    )
    memory = wording.memory(redis.memory)
    if redis.memory_limit:
        memory = words.memory_of.format(used=memory, limit=wording.memory(redis.memory_limit))
    disk = words.disk_at_once if redis.durable else words.disk_later
    return [
        (words.redis, answers),
        (words.memory, memory),
        (words.disk, disk if redis.saved else words.disk_fails),
        *([(words.replicas, str(redis.replicas))] if redis.replicas else []),
    ]
