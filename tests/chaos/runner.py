"""Plays one case: load, trouble, healing, draining, and the look at what became of it."""

import asyncio
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos.cases.case import Case, CaseFailedError
from chaos.invariants import Findings, examine, is_drained, possible_repeats
from chaos.stage import Stage, processes_in

WARM_UP = 2.0
"""Seconds of untroubled load before and after the trouble."""

DRAIN = 150.0
"""Seconds in which everything must have arrived once all is well: more than the longest pause."""


@dataclass
class Result:
    """How a case went."""

    case: str
    findings: Findings
    kills: int
    drain: float
    """Seconds until all had arrived, once all was well."""
    notes: Sequence[str]

    @property
    def good(self) -> bool:
        """Whether every invariant held."""
        return not self.findings.wrong


async def play(case: Case, seed: int, seconds: float, logs: Path | None = None) -> Result:
    """Play `case` with about `seconds` of trouble; the same seed gives the same trouble.

    Args:
        case: What happens.
        seed: Where the case's dice begin.
        seconds: How long the trouble lasts; most cases end what they have begun.
        logs: A folder for the bridges' output, if something was wrong.
    """
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    stage = Stage(folder, case.setting)
    dice = random.Random(f"{case.name} {seed}")  # noqa: S311 - no secret
    drain = 0.0
    try:
        async with stage:
            drain = await _perform(stage, case, dice, seconds)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding
        stage.complaints.append(_told(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if left := processes_in(folder):
        stage.complaints.append(f"processes that nobody ended: {left}")
    findings = examine(stage)
    findings.wrong[:0] = stage.complaints
    if findings.wrong and logs:
        _keep_output(stage, logs / f"{case.name} {seed}".replace(":", "").replace(" ", "-"))
    return Result(case.name, findings, stage.kills, drain, stage.notes)


async def _perform(stage: Stage, case: Case, dice: random.Random, seconds: float) -> float:
    """Play until everything has arrived; returns how long that took after the trouble."""
    await stage.start()
    await stage.load.begin()
    await asyncio.sleep(WARM_UP)
    try:
        await case.act(stage, dice, seconds)
    except CaseFailedError as error:
        stage.complaints.append(str(error))
        stage.planfix.faults.clear()
        stage.telegram.faults.clear()
    healed = time.monotonic()
    await asyncio.sleep(WARM_UP)
    await stage.load.end()
    await _drain(stage)
    drain = max(0.0, time.monotonic() - healed - WARM_UP)
    await _compare_counters(stage)
    return drain


async def _drain(stage: Stage) -> None:
    """Wait until all has arrived; if it never does, the look afterwards says what is missing."""
    end = time.monotonic() + DRAIN
    while not is_drained(stage) and time.monotonic() < end:  # noqa: ASYNC110 - too many events
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)  # for what comes twice


async def _compare_counters(stage: Stage) -> None:
    """What a bridge has logged as a possible repeat in its last life, its metric tells too."""
    for bridge in stage.bridges:
        lives = [n for n, e in enumerate(bridge.events) if e.get("event") == "bridge.started"]
        logged = possible_repeats(bridge.events[lives[-1] :])
        _, metrics = await bridge.get("/metrics")
        counted = sum(
            float(line.rpartition(" ")[2])
            for line in metrics.splitlines()
            if line.startswith("bridge_possible_repeats_total")
        )
        if counted < logged:
            stage.complaints.append(f"{logged} possible repeats were logged, but {counted} counted")


def _told(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


def _keep_output(stage: Stage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, bridge in enumerate(stage.bridges):
        (folder / f"bridge{number}.log").write_text("\n".join(bridge.output))
