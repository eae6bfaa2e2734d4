"""What must hold at the end of every case, whatever has been done to the bridge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaos.load import Wrote
from chaos.stage import IN_HAND, Disturbance, Stage
from chaos.witness import Deliveries, Delivery

_UNKNOWN_EVENTS = {
    "planfix": {"worker.resumed", "planfix.outcome_unknown"},
    "telegram": {"worker.resumed", "telegram.outcome_unknown"},
}


@dataclass
class Findings:
    """What was counted, and what is wrong."""

    messages: int = 0
    lost: int = 0
    disordered: int = 0
    repeated: int = 0
    wrong: list[str] = field(default_factory=list)


def examine(stage: Stage) -> Findings:
    """Compare what was written with what arrived."""
    found = Findings(messages=stage.load.count)
    _examine_way("planfix", stage.load.texts, stage.planfix.deliveries(), stage, found)
    refused = {text for text in _answers(stage) if _tick(stage, text) == "error"}
    answers = {
        chat: [text for text in texts if text not in refused]
        for chat, texts in stage.load.answers.items()
    }
    _examine_way("telegram", answers, stage.telegram.deliveries(), stage, found)
    for text in _answers(stage):
        if not _tick(stage, text):
            found.wrong.append(f"no status was reported for {text}")
    return found


def is_drained(stage: Stage) -> bool:
    """Whether everything has arrived and every status is reported."""
    heard = _count(stage.planfix.deliveries())
    return heard >= _count_texts(stage.load.texts) and all(
        _tick(stage, text) for text in _answers(stage)
    )


def _examine_way(way: str, wrote: Wrote, got: Deliveries, stage: Stage, found: Findings) -> None:
    repeats: Counter[str] = Counter()
    for chat, texts in wrote.items():
        known = set(texts)
        deliveries = [each for each in got.get(chat, []) if each.text in known]
        arrived = [delivery.text for delivery in deliveries]
        first_seen = list(dict.fromkeys(arrived))
        lost = [text for text in texts if text not in set(first_seen)]
        found.lost += len(lost)
        found.wrong += [f"lost on the way to {way}: {text}" for text in lost]
        there = [text for text in texts if text in set(first_seen)]
        disordered = sum(a != b for a, b in zip(there, first_seen, strict=False))
        found.disordered += disordered
        if disordered:
            found.wrong.append(f"out of order on the way to {way}: {first_seen} for {there}")
        repeats[chat] = len(arrived) - len(first_seen)
        found.wrong += [
            f"repeated on the way to {way} though its outcome was known: {text}"
            for text in _unexcused(deliveries, stage.disturbances)
        ]
    found.repeated += sum(repeats.values())
    _examine_counting(way, repeats, stage, found)


def _unexcused(got: Sequence[Delivery], disturbances: Sequence[Disturbance]) -> list[str]:
    """The repeats that follow a delivery of which the bridge knew, each cut-off excusing one."""
    excuses = list(disturbances)
    last: dict[str, Delivery] = {}
    unexcused = []
    for delivery in got:
        before = last.get(delivery.text)
        last[delivery.text] = delivery
        if before is None or not before.told:
            continue
        excuse = next((d for d in excuses if _cut_off(before, d, delivery)), None)
        if excuse:
            excuses.remove(excuse)
        else:
            unexcused.append(delivery.text)
    return unexcused


def _cut_off(before: Delivery, cut: Disturbance, after: Delivery) -> bool:
    in_hand = cut.begin - IN_HAND <= before.at <= cut.end + IN_HAND
    return in_hand and after.at >= cut.begin


def _examine_counting(way: str, repeats: Mapping[str, int], stage: Stage, found: Findings) -> None:
    """The bridge has to own up to each repeat."""
    counted: Counter[str] = Counter()
    for bridge in stage.bridges:
        for event in bridge.events:
            if event.get("event") in _UNKNOWN_EVENTS[way] and event.get("lane", way) == way:
                counted[str(event.get("chat"))] += 1
    found.wrong += [
        f"{number} repeats in chat {chat} on the way to {way}, but {counted[chat]} were counted"
        for chat, number in repeats.items()
        if number > counted[chat]
    ]


def possible_repeats(events: Sequence[Mapping[str, Any]]) -> int:
    """How many possible repeats the log names."""
    names = set().union(*_UNKNOWN_EVENTS.values())
    return sum(event.get("event") in names for event in events)


def _answers(stage: Stage) -> list[str]:
    return [text for texts in stage.load.answers.values() for text in texts]


def _tick(stage: Stage, text: str) -> str:
    return stage.planfix.message(text).ticks


def _count(got: Deliveries) -> int:
    return sum(len({delivery.text for delivery in one}) for one in got.values())


def _count_texts(wrote: Wrote) -> int:
    return sum(len(texts) for texts in wrote.values())
