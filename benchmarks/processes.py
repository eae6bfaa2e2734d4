"""What Linux tells about processes: the memory and the time of the processor that they use."""

import os
from pathlib import Path
from typing import Final

_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
_MEGABYTE: Final = 1024 * 1024


def cpu_seconds(pid: int) -> float:
    """The processor's time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def resident_megabytes(pid: int) -> float:
    """The memory that a process has in RAM, in MB of 1,048,576 bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for t in threads for child in (t / "children").read_text().split()]


def write_calls(pid: int) -> int:
    """How often a process has written something: to a file, a socket or a pipe."""
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("syscw:")).split()[1])
