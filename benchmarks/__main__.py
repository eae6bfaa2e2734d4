"""`make bench`: measures both bridges, prints what came out, and draws it."""

import argparse
import asyncio
import json
import logging
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import structlog

from . import page
from .far_side.process import far_side
from .figures import ALONE, COMPARED, SHOWN
from .headroom import headroom
from .machine import describe
from .picture import draw
from .runner import Results, compare, measure_alone
from .table import render


def main() -> int:
    """Measure, or read what was measured, and print the table; returns the exit code.

    A run that is ended early shows, and keeps, what it had measured until then.
    """
    options = _options()
    # The Valkey that two bridges share is ours; its start is no news.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    results, code = Results(), 0
    try:
        if options.read:
            results = Results(**json.loads(options.read.read_text()))
        else:
            asyncio.run(_measure(options, results))
    except (asyncio.CancelledError, KeyboardInterrupt):
        code = 128 + signal.SIGTERM
    figures = render(results, SHOWN, ALONE)
    _say("", figures)
    if options.docs and not code:
        page.write(options.docs, draw(results, SHOWN), figures)
    return code


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
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write every value there, as soon as it is known"
    )
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="measure nothing: show what --json has written"
    )
    parser.add_argument(
        "--docs", type=Path, metavar="FOLDER", help="write bench.svg and the figures of bench.md"
    )
    options = parser.parse_args()
    if options.docs and (options.quick or options.only):
        parser.error("--docs: figures of a quick run, or a part of them, are none to publish")
    return options


async def _measure(options: argparse.Namespace, results: Results) -> None:
    task = asyncio.current_task()
    assert task  # noqa: S101 - we are in one
    # Told to end, we end what we have started.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    results.machine = describe()
    compared = [f for f in COMPARED if not options.only or f.name in options.only]
    alone = [f for f in ALONE if not options.only or f.name in options.only]

    def tell(progress: str) -> None:
        _say(progress)
        _keep(results, options.json)

    async with far_side() as far:
        results.servers = await headroom(far, quick=options.quick)
        await compare(far, compared, options.rounds, results, tell, quick=options.quick)
        await measure_alone(far, alone, options.rounds, results, tell, quick=options.quick)
    _keep(results, options.json)


def _keep(results: Results, file: Path | None) -> None:
    if file:
        file.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n")


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
