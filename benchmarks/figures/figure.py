"""What a figure is: rows of the table, and how to measure them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.bridges import Bridge
from benchmarks.far_side.process import FarSideProcess

Values = dict[str, float]
"""What was measured, by the keys of rows."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be: at least or at most `bound`."""

    sign: Literal["≥", "≤"]
    bound: float

    def met(self, value: float) -> bool:
        """Whether `value` is as it should be."""
        return value >= self.bound if self.sign == "≥" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        key: Names it in `Values` and in JSON.
        title: What it is.
        unit: In which unit.
        aim: For ours ÷ bare, if the row is compared and `own` is not set; else for the value.
        own: The aim is for ours alone: bare may well have 0.
    """

    key: str
    title: str
    unit: str = ""
    aim: Aim | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a figure is measured on."""

    far: FarSideProcess
    bridge: Bridge
    quick: bool = False
    """A tenth of the load: to see that it works, not how fast it is."""

    def load(self, count: int) -> int:
        """So many messages, or fewer if it is to be quick."""
        return max(1, count // 10) if self.quick else count


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure that both bridges have."""

    name: str
    rows: tuple[Row, ...]
    measure: Callable[[Ground], Awaitable[Values]]


@dataclass(frozen=True, slots=True)
class Alone:
    """A figure of ours alone, measured `rounds` times at most."""

    name: str
    rows: tuple[Row, ...]
    measure: Callable[[FarSideProcess, bool], Awaitable[Values]]
    """Takes the far side, and whether to be quick."""
    rounds: int = 1
