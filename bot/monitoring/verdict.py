"""Is the bridge working? One sentence about it, and further ones if there is more to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from bot.journal.entries import Lane
from bot.journal.lanes import LANES, PLANFIX, STATUS, TELEGRAM
from bot.journal.overview import LaneOverview
from bot.monitoring.watch import Snapshot
from bot.monitoring.wording import Wording

Level = Literal["good", "warn", "bad"]

LATE: Final = 60.0
"""Seconds that a message may wait before people are told. A limit of Telegram's takes less."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that there is to say about the bridge's state."""

    level: Level
    text: str
    reason: str = ""
    """Why, in the words of whoever failed."""


def findings(now: Snapshot, wording: Wording) -> list[Finding]:
    """What there is to say, the worst first; never empty."""
    found = [*_about_redis(now, wording), *_about_telegram(now, wording)]
    lanes = {view.lane: view for view in now.lanes}
    for lane in LANES:
        found += _about_lane(lane, lanes.get(lane), now, wording)
    if now.dead_letters:
        found.append(Finding("warn", wording.count(wording.texts.verdict.dead, now.dead_letters)))
    found.sort(key=lambda finding: finding.level != "bad")
    return found or [Finding("good", _all_is_well(now, wording))]


def _all_is_well(now: Snapshot, wording: Wording) -> str:
    words = wording.texts.verdict
    waiting = sum(lane.entries for lane in now.lanes if lane.lane != STATUS)
    return wording.count(words.busy, waiting) if waiting else words.works


def _about_redis(now: Snapshot, wording: Wording) -> Iterator[Finding]:
    words = wording.texts.verdict
    if now.redis is None:
        yield Finding("bad", words.redis_away)
    elif not now.redis.saved:
        yield Finding("bad", words.redis_not_saving)
    elif now.redis.nearly_full:
        used, limit = wording.memory(now.redis.memory), wording.memory(now.redis.memory_limit)
        yield Finding("warn", words.redis_full.format(used=used, limit=limit))


def _about_telegram(now: Snapshot, wording: Wording) -> Iterator[Finding]:
    if not now.receiving and now.redis:
        yield Finding("bad", wording.texts.verdict.no_updates, now.trouble)


def _about_lane(
    lane: Lane, view: LaneOverview | None, now: Snapshot, wording: Wording
) -> Iterator[Finding]:
    """The far side is away or, if it is there, single messages fail, or they are late."""
    words = wording.texts.verdict
    failing = [box for box in view.longest if box.tries.count] if view else []
    reason = failing[0].tries.reason if failing else ""
    if away := now.away.get(lane):
        if lane == STATUS and now.away.get(PLANFIX):
            return  # it is the same PlanFix
        since = wording.moment(now.at - away, now.at)
        yield Finding("bad", words.away[lane].format(since=since), reason)
    elif failing:
        yield Finding("warn", words.failing[lane], reason)
    elif view and view.oldest > LATE and lane in {PLANFIX, TELEGRAM}:
        duration = wording.duration(view.oldest)
        yield Finding("warn", words.late.format(duration=duration))
