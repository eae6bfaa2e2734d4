"""Lets the bridges take turns, round after round."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .bridges import NAMES, bridge
from .far_side.process import FarSideProcess
from .figures.figure import Alone, Compared, Ground, Values

Say = Callable[[str], None]


@dataclass(slots=True)
class Results:
    """What was measured."""

    machine: str = ""
    """On what."""
    servers: Values = field(default_factory=dict)
    """What the far side can do by itself."""
    compared: list[dict[str, Values]] = field(default_factory=list)
    """For each round and bridge."""
    alone: list[Values] = field(default_factory=list)
    """For each round; a figure that is measured less often is not in all of them."""

    def pairs(self, key: str) -> list[tuple[float, float]]:
        """A row's values of bare and of ours, of each round that has both."""
        return [
            (found["bare"][key], found["ours"][key])
            for found in self.compared
            if all(key in found.get(name, {}) for name in NAMES)
        ]

    def values(self, key: str) -> list[float]:
        """A row's values of ours alone."""
        return [found[key] for found in self.alone if key in found]


def turns(rounds: int) -> Iterator[tuple[str, ...]]:
    """Who comes when in each round: bare, ours; ours, bare; and so on.

    What changes slowly on the machine, like its temperature, so meets both alike.
    """
    for number in range(rounds):
        yield NAMES if number % 2 == 0 else NAMES[::-1]


async def compare(
    far: FarSideProcess, figures: Sequence[Compared], rounds: int, results: Results, say: Say,
    *, quick: bool,
) -> None:  # fmt: skip
    """Measure figures of both bridges; each starts anew for each round."""
    for number, order in enumerate(turns(rounds) if figures else (), start=1):
        found: dict[str, Values] = {}
        results.compared.append(found)
        for name in order:
            say(f"round {number} of {rounds}: {name}")
            await far.stage.reset()
            async with bridge(name, far) as running:
                values = found.setdefault(name, {})
                for figure in figures:
                    values |= await figure.measure(Ground(far, running, quick))


async def measure_alone(
    far: FarSideProcess, figures: Sequence[Alone], rounds: int, results: Results, say: Say,
    *, quick: bool,
) -> None:  # fmt: skip
    """Measure figures of ours alone."""
    for number in range(rounds):
        values: Values = {}
        results.alone.append(values)
        for figure in figures:
            if number < figure.rounds:
                say(f"alone: {figure.name}" + (f", round {number + 1}" if number else ""))
                await far.stage.reset()
                values |= await figure.measure(far, quick)
