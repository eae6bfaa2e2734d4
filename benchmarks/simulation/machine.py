"""What the simulated programs run on: a machine with cores, processes with one thread, a Valkey."""

import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

Steps = Generator[simpy.Event, Any, Any]
"""What a simulated program does; it yields whatever it waits for."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What things take, in seconds, as `benchmarks/constants.json` has them."""

    bridge_store: float
    """CPU of the bridge to take in a message and to have it stored, without the calls."""
    bridge_handle: float
    """CPU of the bridge to hand a stored message on, without the calls to Redis."""
    bridge_call: float
    """CPU of the bridge for one call to Redis or one poll, whatever it carries."""
    valkey_message: float
    """CPU of Valkey for a message, without its calls."""
    valkey_call: float
    """CPU of Valkey for one call."""
    far_message: float
    """CPU of the benchmark's far side for a message: it shares the machine's cores."""
    fsync: Sequence[float]
    """Quantiles of the time that a write to disk takes, evenly spaced, the shortest first."""


class Machine:
    """Cores, and the one source of chance; the same seed gives the same run."""

    def __init__(self, cores: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self._cores = simpy.Resource(self.env, cores)

    def busy(self, mean: float) -> Steps:
        """Use a core for about `mean` seconds, when one is free."""
        with self._cores.request() as core:
            yield core
            # Four steps of chance each: a piece of work varies by about half of its length.
            yield self.env.timeout(mean * self.random.gammavariate(4, 0.25))

    def drawn(self, quantiles: Sequence[float]) -> float:
        """A time from measured quantiles."""
        place = self.random.random() * (len(quantiles) - 1)
        low = int(place)
        high = min(low + 1, len(quantiles) - 1)
        return quantiles[low] + (quantiles[high] - quantiles[low]) * (place - low)


class Process:
    """A program with one thread: its pieces of work stand in line."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._thread = simpy.Resource(machine.env, 1)

    def work(self, seconds: float) -> Steps:
        """Do something that takes about so much CPU."""
        with self._thread.request() as turn:
            yield turn
            yield from self._machine.busy(seconds)


@dataclass(frozen=True, slots=True)
class _Call:
    does: Callable[[], object]
    messages: int
    answer: simpy.Event


class Valkey:
    """Carries out all calls that have come, writes them to disk together, and then answers."""

    def __init__(self, machine: Machine, costs: Costs) -> None:
        self._machine = machine
        self._costs = costs
        self._waiting: list[_Call] = []
        self._news = machine.env.event()
        self.calls = 0
        self.fsyncs = 0
        machine.env.process(self._run())

    def call(self, does: Callable[[], object], messages: int) -> Steps:
        """Have `does` done, and give what it returns; `messages` says how large the call is."""
        call = _Call(does, messages, self._machine.env.event())
        self._waiting.append(call)
        if not self._news.triggered:
            self._news.succeed()
        return (yield call.answer)

    def _run(self) -> Steps:
        costs, env = self._costs, self._machine.env
        while True:
            yield self._news
            self._news = env.event()
            calls, self._waiting = self._waiting, []
            self.calls += len(calls)
            messages = sum(call.messages for call in calls)
            answers = [call.does() for call in calls]
            yield from self._machine.busy(
                len(calls) * costs.valkey_call + messages * costs.valkey_message
            )
            self.fsyncs += 1
            yield env.timeout(self._machine.drawn(costs.fsync))  # needs no core
            for call, answer in zip(calls, answers, strict=True):
                call.answer.succeed(answer)
