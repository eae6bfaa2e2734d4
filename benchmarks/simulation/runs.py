"""Whole runs of the model: queued messages, a steady load, several processes."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.simulation.bridge import Bridge, Mailboxes, Message, Telegram
from benchmarks.simulation.machine import Costs, Machine, Process, Steps, Valkey


@dataclass(frozen=True, slots=True)
class Load:
    """What happens in a run."""

    messages: int
    chats: int
    per_second: float | None = None
    """How many are written each second; None: all of them wait from the start."""
    stored: bool = False
    """They wait in the mailboxes already, not at Telegram."""
    answer: float = 0.0
    """Seconds until PlanFix answers a call."""
    bridges: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. Times are in seconds."""

    messages: tuple[Message, ...]
    """In the order in which they arrived."""
    calls: int
    """Calls to Valkey."""
    fsyncs: int

    @property
    def rate(self) -> float:
        """Messages per second, from the beginning to the last arrival."""
        return len(self.messages) / self.messages[-1].arrived

    def rate_between(self, first: float, last: float) -> float:
        """Messages per second in a part of the run, such as `0.1, 0.2`: its second tenth."""
        count = len(self.messages)
        part = self.messages[int(first * count) : int(last * count)]
        return (len(part) - 1) / (part[-1].arrived - part[0].arrived)

    def latency(self, percentile: int) -> float:
        """How long messages took from Telegram to PlanFix."""
        times = [message.arrived - message.at for message in self.messages]
        return statistics.quantiles(times, n=100, method="inclusive")[percentile - 1]


def simulate(costs: Costs, load: Load, *, cores: int, seed: int) -> Outcome:
    """Play a load until everything has arrived; the same seed gives the same outcome."""
    machine = Machine(cores, seed)
    valkey = Valkey(machine, costs)
    telegram, mailboxes = Telegram(machine.env), Mailboxes()
    arrived: list[Message] = []
    complete = machine.env.event()

    def note(message: Message) -> None:
        message.arrived = machine.env.now
        arrived.append(message)
        if len(arrived) == load.messages:
            complete.succeed()

    planfix = _planfix(machine, costs, load, note)
    bridges = [Bridge(machine, costs, valkey, mailboxes, planfix) for _ in range(load.bridges)]
    machine.env.process(bridges[0].poll_for_ever(telegram))
    machine.env.process(_customers(machine, load, telegram, mailboxes))
    machine.env.run(complete)
    return Outcome(tuple(arrived), valkey.calls, valkey.fsyncs)


def _planfix(
    machine: Machine, costs: Costs, load: Load, note: Callable[[Message], None]
) -> Callable[[Message], Steps]:
    far_side = Process(machine)

    def take(message: Message) -> Steps:
        yield from far_side.work(costs.far_message)
        note(message)
        yield machine.env.timeout(load.answer)

    return take


def _customers(machine: Machine, load: Load, telegram: Telegram, mailboxes: Mailboxes) -> Steps:
    """Everybody writes in turn."""
    for number in range(load.messages):
        message = Message(number % load.chats, number, machine.env.now)
        if load.stored:
            mailboxes.put([message], room=0)
        else:
            telegram.write(message)
        if load.per_second:
            yield machine.env.timeout(1 / load.per_second)
    yield machine.env.timeout(0)
