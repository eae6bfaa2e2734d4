"""What the simulation predicts for runs that were measured."""

from dataclasses import dataclass
from typing import Final

from benchmarks.figures import backlog, pair, queued, steady
from benchmarks.scale.constants import Constants
from benchmarks.simulation.runs import Load, Outcome, simulate

SEED: Final = 1
_DRAINED: Final = 20_000
"""Of the back-log: its rate does not change, so a tenth of it is enough."""


@dataclass(frozen=True, slots=True)
class Point:
    """A measured point, and what the simulation says."""

    title: str
    unit: str
    measured: float
    predicted: float

    @property
    def error(self) -> float:
        """How far the prediction is off, as a share of what was measured."""
        return self.predicted / self.measured - 1


def compare(constants: Constants) -> list[Point]:
    """Play what was measured, on a machine like the one on which it was."""

    def play(load: Load) -> Outcome:
        return simulate(constants.costs(), load, cores=constants.cores, seed=SEED)

    points = constants.points
    crowd = Load(queued.MESSAGES, queued.CHATS)
    steadily = Load(round(steady.RATE * steady.SECONDS), steady.CHATS, per_second=steady.RATE)
    one = Load(pair.MESSAGES, pair.CHATS, answer=pair.DELAY)
    two = Load(pair.MESSAGES, pair.CHATS, answer=pair.DELAY, bridges=2)
    drain = Load(_DRAINED, backlog.CHATS, stored=True)
    calm = play(steadily)
    return [
        Point("one process", "/s", points["in_rate"], play(crowd).rate),
        Point("one process, PlanFix takes 50 ms", "/s", points["pair_one"], play(one).rate),
        Point("two processes, PlanFix takes 50 ms", "/s", points["pair_two"], play(two).rate),
        Point("draining a back-log", "/s", points["drain_rate"], play(drain).rate),
        Point("latency at 40/s, p50", "ms", points["steady_p50"], calm.latency(50) * 1000),
        Point("latency at 40/s, p99", "ms", points["steady_p99"], calm.latency(99) * 1000),
    ]
