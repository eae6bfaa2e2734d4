"""All figures, in the order in which they are measured and shown."""

from typing import Final

from . import hanging, memory, pair, posted, queued, starting, steady
from .figure import Alone, Compared

COMPARED: Final[tuple[Compared, ...]] = (
    memory.AT_REST,
    queued.FIGURE,
    posted.FIGURE,
    steady.FIGURE,
    memory.AT_END,
)
"""Measured one after the other in each life of a bridge."""

ALONE: Final[tuple[Alone, ...]] = (
    starting.START,
    starting.RESTART,
    pair.FIGURE,
    hanging.FIGURE,
)
"""Ours alone."""
