"""On what it was measured: nobody can judge a figure without."""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

_SYNCS: Final = 50
_BUSY: Final = 0.5
"""Processes that run beside the benchmark, on average: each may take a core from it."""


def describe() -> str:
    """The machine in a line or two: processor, system, disk, and how busy it is already."""
    load = os.getloadavg()[0]
    busy = " (busy: rates and times will be noisy)" if load > _BUSY else ""
    return (
        f"{os.cpu_count()} cores ({_processor()}), {platform.system()} {platform.release()}, "
        f"{platform.python_implementation()} {platform.python_version()}\n"
        f"fsync of 4 kB takes {_fsync_seconds() * 1000:.2f} ms (median); "
        f"load average before the run: {load:.2f}{busy}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _fsync_seconds() -> float:
    """What the disk under the bridges' folders takes to keep something for certain."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(_SYNCS):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times)
