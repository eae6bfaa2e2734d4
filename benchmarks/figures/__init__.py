"""All figures, and their order."""

from typing import Final

from . import (
    backlog,
    growth,
    hanging,
    known_chats,
    memory,
    pair,
    posted,
    queued,
    starting,
    steady,
    store_size,
)
from .figure import Alone, Compared

COMPARED: Final[tuple[Compared, ...]] = (
    memory.AT_REST,
    queued.FIGURE,
    posted.FIGURE,
    steady.FIGURE,
    memory.AT_END,
)
"""Measured one after the other in each life of a bridge."""

SHOWN: Final[tuple[Compared, ...]] = (*COMPARED[1:-1], memory.AT_REST, memory.AT_END)
"""The same, in the order in which they are read."""

ALONE: Final[tuple[Alone, ...]] = (
    starting.START,
    starting.RESTART,
    pair.FIGURE,
    hanging.FIGURE,
    growth.FIGURE,
    known_chats.FIGURE,
    store_size.FIGURE,
    backlog.FIGURE,
)
"""Ours alone."""
