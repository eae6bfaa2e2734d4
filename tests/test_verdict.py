"""What `/status` says about the bridge, in one sentence and then in further ones."""

from dataclasses import replace

import pytest

from bot.journal.entries import ChatKey, Lane, Tries
from bot.journal.lanes import LANES, PLANFIX, STATUS, TELEGRAM
from bot.journal.overview import LaneOverview, Mailbox
from bot.monitoring.redis_state import RedisState
from bot.monitoring.verdict import findings
from bot.monitoring.watch import Snapshot
from bot.monitoring.wording import Wording

REDIS = RedisState("9.1", 0.001, 50 * 2**20, 0, durable=True, saved=True, replicas=0)
NOW = 1_800_000_000.0


def lane(name: Lane, entries: int = 0, oldest: float = 0.0, reason: str = "") -> LaneOverview:
    """A lane in which one chat waits, if there are entries."""
    tries = Tries(2, 0, reason) if reason else Tries()
    boxes = [Mailbox(ChatKey("1"), entries, oldest, tries, leased=False)] if entries else []
    return LaneOverview(name, len(boxes), entries, oldest, boxes)


def snapshot(*lanes: LaneOverview, **changes: object) -> Snapshot:
    """A bridge that is well but for what is named."""
    named = {each.lane: each for each in lanes}
    whole = Snapshot(
        NOW,
        receiving=True,
        leading=True,
        trouble="",
        away=dict.fromkeys(LANES, 0.0),
        redis=REDIS,
        lanes=[named.get(name, lane(name)) for name in LANES],
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def said(state: Snapshot, language: str = "en") -> list[tuple[str, str]]:
    """The level and the words of each finding."""
    return [(found.level, found.text) for found in findings(state, Wording.of(language))]


@pytest.mark.parametrize(
    ("state", "level", "words"),
    [
        (snapshot(), "good", "All is well: messages go both ways."),
        (snapshot(lane(PLANFIX, 1)), "good", "All is well; 1 message is on its way."),
        (snapshot(lane(TELEGRAM, 7)), "good", "All is well; 7 messages are on their way."),
        (snapshot(lane(STATUS, 7)), "good", "All is well: messages go both ways."),
        (snapshot(redis=None, lanes=[], receiving=False), "bad", "The store (Redis) does not"),
        (snapshot(redis=replace(REDIS, saved=False)), "bad", "Redis could not write its data"),
        (
            snapshot(redis=replace(REDIS, memory_limit=52 * 2**20)),
            "warn",
            "Redis has almost used up its memory: 50 MB of 52 MB.",
        ),
        (snapshot(receiving=False), "bad", "No messages come in from Telegram."),
        (snapshot(away={PLANFIX: 90.0, STATUS: 60.0}), "bad", "PlanFix has not answered since"),
        (snapshot(away={TELEGRAM: 90.0}), "bad", "Telegram has not answered since"),
        (snapshot(away={STATUS: 90.0}), "bad", "PlanFix has taken no delivery reports since"),
        (snapshot(lane(TELEGRAM, 3, 90)), "warn", "Messages are late: the oldest has waited for"),
        (snapshot(lane(STATUS, 3, 90)), "good", "All is well: messages go both ways."),
        (snapshot(lane(PLANFIX, 3, 9, "no")), "warn", "Not all customers' messages reach PlanFix"),
        (snapshot(dead_letters=1), "warn", "1 message was refused and put aside"),
    ],
)
def test_one_thing_is_said_in_one_sentence(state: Snapshot, level: str, words: str) -> None:
    """Each state has its sentence and its level, and nothing else is said."""
    [(found, text)] = said(state)
    assert found == level
    assert text.startswith(words)
    assert not {"{", "}"} & set(text)


def test_the_worst_comes_first() -> None:
    """What stands still is told before what is only refused, and each with its reason."""
    state = snapshot(lane(TELEGRAM, 3, 90, "Bad Gateway"), dead_letters=5, away={TELEGRAM: 80.0})
    assert [level for level, _ in said(state)] == ["bad", "warn"]
    assert findings(state, Wording.of("en"))[0].reason == "Bad Gateway"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 сообщение не принято и отложено: решите, что с ним делать."),
        (3, "3 сообщения не приняты и отложены: решите, что с ними делать."),
        (11, "11 сообщений не принято и отложено: решите, что с ними делать."),
        (21, "21 сообщение не принято и отложено: решите, что с ним делать."),
    ],
)
def test_russian_numbers_agree(count: int, words: str) -> None:
    """The Russian sentence has the form that its number asks for."""
    assert said(snapshot(dead_letters=count), "ru") == [("warn", words)]
