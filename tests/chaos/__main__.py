"""`make chaos MINUTES=20 SEED=1`: plays all cases, again and again, for as long as asked."""

import argparse
import asyncio
import logging
import signal
import sys
import tempfile
import time
from pathlib import Path

from chaos.cases import ALL
from chaos.cases.case import Case
from chaos.runner import Result, play
from chaos.table import render

_OVERHEAD = 22.0
"""Seconds that a case takes beside its trouble: starting, warming up, draining, ending."""
_SHORTEST, _LONGEST = 5.0, 75.0
_MOST_LINES, _LONGEST_LINE = 10, 400
_LOGS = Path(tempfile.gettempdir()) / "chaos-logs"


def main() -> int:
    """Play, and print the table. Exit code 1: an invariant was broken."""
    options = _options()
    wanted = options.case.split(",")
    cases = [case for case in ALL if any(part in case.name for part in wanted)]
    if options.list or not cases:
        _say(*(case.name for case in ALL))
        return 0 if options.list else 2
    # The far sides lose clients all the time; that is what they are here for.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    try:
        results = asyncio.run(_play_all(cases, options))
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    _say("", render(results))
    good = all(result.good for result in results)
    if not good:
        _say("", f"What the bridges of broken cases logged is in {options.logs}.")
    return 0 if good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="how long to go on")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same faults")
    parser.add_argument("--case", default="", help="only cases whose name contains one of a,b,c")
    parser.add_argument("--logs", type=Path, default=_LOGS, help="of broken cases")
    parser.add_argument("--list", action="store_true", help="name the cases and leave")
    return parser.parse_args()


async def _play_all(cases: list[Case], options: argparse.Namespace) -> list[Result]:
    """Each case once, sharing the time; then again from another seed, while it lasts."""
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    end = time.monotonic() + options.minutes * 60
    results: list[Result] = []
    seed = options.seed
    while not results or time.monotonic() < end:
        for number, case in enumerate(cases):
            left = end - time.monotonic()
            if results and len(results) >= len(cases) and left <= 0:
                break
            share = left / (len(cases) - number) - _OVERHEAD
            results.append(await play(case, seed, max(case.floor, _bounded(share)), options.logs))
            _report(results[-1])
        seed += 1_000
    return results


def _bounded(seconds: float) -> float:
    return min(_LONGEST, max(_SHORTEST, seconds))


def _report(result: Result) -> None:
    wrong = result.findings.wrong
    shown = [*result.notes, *(line[:_LONGEST_LINE] for line in wrong[:_MOST_LINES])]
    if len(wrong) > _MOST_LINES:
        shown.append(f"… and {len(wrong) - _MOST_LINES} more")
    verdict = "ok    " if result.good else "BROKEN"
    _say(f"{verdict}  {result.case}", *(f"        {line}" for line in shown))


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
