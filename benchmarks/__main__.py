"""`make bench`: measures both bridges, and prints what came out."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from .far_side.process import far_side
from .figures import ALONE, COMPARED
from .runner import Results, compare, measure_alone
from .table import render


def main() -> int:
    """Measure, and print the table; returns the exit code."""
    options = _options()
    results = asyncio.run(_measure(options))
    if options.json:
        options.json.write_text(json.dumps(asdict(results), indent=1) + "\n")
    _say("", render(results, COMPARED, ALONE))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = sorted({f.name for f in COMPARED} | {f.name for f in ALONE})
    parser.add_argument("--rounds", type=int, default=5, help="how often (default: 5)")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=names, help=f"of: {', '.join(names)}"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the load: shows that it works, not more"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value there")
    return parser.parse_args()


async def _measure(options: argparse.Namespace) -> Results:
    results = Results()
    compared = [f for f in COMPARED if not options.only or f.name in options.only]
    alone = [f for f in ALONE if not options.only or f.name in options.only]
    async with far_side() as far:
        await compare(far, compared, options.rounds, results, _say, quick=options.quick)
        await measure_alone(far, alone, options.rounds, results, _say, quick=options.quick)
    return results


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
