"""`make scale`: measures the constants, and writes down what follows from them."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

import structlog

from benchmarks.far_side.process import ROOT, far_side
from benchmarks.scale.constants import FILE, Constants
from benchmarks.scale.measure import measure
from benchmarks.scale.page import write


def main() -> int:
    """Measure, unless that is not wanted, and write; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--no-measuring", action="store_true", help="only write anew what follows from the file"
    )
    parser.add_argument("--constants", type=Path, default=FILE, help="the file (JSON)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where scale.md is")
    options = parser.parse_args()
    # The stores that we fill are ours; their start is no news.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if not options.no_measuring:
        asyncio.run(_measure()).save(options.constants)
    write(Constants.load(options.constants), options.docs)
    return 0


async def _measure() -> Constants:
    async with far_side() as far:
        return await measure(far)


if __name__ == "__main__":
    sys.exit(main())
