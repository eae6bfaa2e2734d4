"""Leaves no orphan: what a killed bridge had started becomes ours, and ends with us.

Linux alone has that; elsewhere nothing happens here.
"""

import asyncio
import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_SET_CHILD_SUBREAPER = 36  # prctl(2)
_PARENT_FIELD = 1  # of /proc/PID/stat, counted after the name
_GRACE_STEPS, _STEP_SECONDS = 50, 0.1


def adopt_orphans() -> None:
    """From now on, processes whose parent dies below us become our children."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)


async def end_children() -> None:
    """End every child that we still have: politely, then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for child in _children():
            with suppress(ProcessLookupError):
                os.kill(child, number)
        for _ in range(_GRACE_STEPS):
            if not _children():
                return
            await asyncio.sleep(_STEP_SECONDS)


def _children() -> list[int]:
    """Our children that still run; those that have ended are reaped."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if _parent(path) == os.getpid()
    ]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[_PARENT_FIELD])
    except OSError:  # it has just ended
        return 0
