"""Pure: what so many bots and chats need, and which limit they meet first."""

import math
from dataclasses import dataclass
from typing import Final

from benchmarks.scale.constants import Constants, Use
from benchmarks.simulation.bridge import AT_ONCE

TELEGRAM_PER_SECOND: Final = 30.0
"""Telegram takes so many messages from a bot in all."""
LIGHT_PER_SECOND: Final = 40.0
"""Up to this rate a message costs what was measured at it."""
IDS_DAYS: Final = 6
"""Ids of messages are kept for three to six days."""
SAID_DAYS: Final = 2
"""What was said is remembered for two days after the newest message."""
DAY: Final = 86_400.0
GIGABYTE: Final = 1e9


@dataclass(frozen=True, slots=True)
class Habits:
    """What people do: assumptions, not measurements."""

    active: float = 0.03
    """The share of the known chats that write on a day."""
    questions: float = 6
    """What such a chat writes on that day."""
    answers: float = 4
    """What operators answer it."""
    busiest_hour: float = 0.12
    """The share of a day's messages that comes in its busiest hour."""
    busiest_minute: float = 3
    """How much more comes in the busiest minute than in another one of that hour."""
    planfix_seconds: float = 0.3
    """How long PlanFix takes to answer a call."""

    @property
    def peak(self) -> float:
        """A day's messages, times this, are those per second in the busiest minute."""
        return self.busiest_hour / 3600 * self.busiest_minute


@dataclass(frozen=True, slots=True)
class Machine:
    """What is bought in pieces."""

    cores: int = 4
    gigabytes: float = 16


@dataclass(frozen=True, slots=True)
class Size:
    """So many bots, with so many known chats in all."""

    name: str
    bots: int
    chats: int


SIZES: Final = (
    Size("one company", 1, 10_000),
    Size("a busy one", 1, 300_000),
    Size("a very large one", 1, 3_000_000),
    Size("a hundred bots", 100, 1_000_000),
    Size("a thousand bots", 1_000, 10_000_000),
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a size needs in its busiest minute."""

    questions: float
    """Customers' messages per second."""
    answers: float
    """Operators' messages per second."""
    cores: float
    """Cores for the bridges and Valkey."""
    process_gigabytes: float
    redis_gigabytes: float
    disk_gigabytes_a_day: float
    machines: int
    shares: dict[str, float]
    """How much of each limit is used, by the limit's name; 1 is all of it."""

    @property
    def first_limit(self) -> str:
        """What is full first when everything grows alike."""
        return max(self.shares, key=lambda name: self.shares[name])


def needs_of(size: Size, constants: Constants, habits: Habits, machine: Machine) -> Needs:
    """What `size` needs, with a process and an embedded Valkey for each bot."""
    per_day = size.chats * habits.active
    questions = per_day * habits.questions * habits.peak
    answers = per_day * habits.answers * habits.peak
    asked, answered = questions / size.bots, answers / size.bots
    question, answer = cost_at(asked + answered, constants)
    bridge = asked * question.bridge + answered * answer.bridge
    redis = asked * question.redis_seconds + answered * answer.redis_seconds
    valkey = asked * question.valkey + answered * answer.valkey
    cores = size.bots * (bridge + valkey)
    process = size.bots * sum(constants.megabytes.values()) / 1000
    memory = redis_bytes(size.chats, constants, habits) / GIGABYTE
    filled = (process + memory) / machine.gigabytes, cores / machine.cores
    machines = max(1, math.ceil(max(filled)))
    disk = habits.questions * question.disk_bytes + habits.answers * answer.disk_bytes
    return Needs(
        questions,
        answers,
        cores,
        process,
        memory,
        per_day * disk / GIGABYTE,
        machines,
        {
            "Telegram's 30/s of a bot": answered / TELEGRAM_PER_SECOND,
            "PlanFix's answer time × chats in hand": asked * habits.planfix_seconds / AT_ONCE,
            "one core of a bot's process": bridge,
            "one Redis with its disk": redis,
            "memory of the machines": filled[0] / machines,
            "cores of the machines": filled[1] / machines,
        },
    )


def cost_at(per_second: float, constants: Constants) -> tuple[Use, Use]:
    """What a question and an answer take at a bot's rate: the more there are, the more they share.

    Answers were measured at full speed alone; the rest is reckoned in proportion.
    """
    fastest = constants.points["in_rate"]
    crowded = (per_second - LIGHT_PER_SECOND) / (fastest - LIGHT_PER_SECOND)
    crowded = min(1.0, max(0.0, crowded))
    names = Use.__dataclass_fields__

    def between(name: str) -> float:
        light, full = getattr(constants.light, name), getattr(constants.full, name)
        return float(light + (full - light) * crowded)

    question = {name: between(name) for name in names}
    answer = {
        name: getattr(constants.answers, name) * question[name] / getattr(constants.full, name)
        for name in names
    }
    return Use(**question), Use(**answer)


def redis_bytes(chats: int, constants: Constants, habits: Habits) -> float:
    """Bytes in Redis: known chats, what they said of late, and the ids of messages."""
    active = chats * habits.active
    each_day = habits.questions + habits.answers
    weights = constants.bytes
    said = weights["said_bytes"] + (each_day * SAID_DAYS - 1) * weights["said_more_bytes"]
    ids = active * each_day * IDS_DAYS * weights["seen_bytes"]
    return chats * weights["chat_bytes"] + active * SAID_DAYS * said + ids
