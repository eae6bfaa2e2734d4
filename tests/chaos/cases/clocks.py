"""The clock jumps, of the bridge or of the store, an hour ahead and an hour back."""

import asyncio
import os
from pathlib import Path

from chaos.cases.case import Act, Case, Dice, until
from chaos.stage import Setting, Stage
from chaos.valkey import ValkeyServer

_PLACES = (
    os.environ.get("FAKETIME_LIBRARY", ""),
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
)
_MISSING = "not caused: libfaketime is not installed (Debian's package libfaketime)"


def faked(folder: Path) -> dict[str, str] | None:
    """Variables that let a process read the offset of its clock from a file in `folder`."""
    library = next((place for place in _PLACES if place and Path(place).is_file()), None)
    if library is None:
        return None
    _set_offset(folder, 0)
    return {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def _set_offset(folder: Path, seconds: int) -> None:
    """Replace the file at once: nobody may read half of it."""
    fresh = folder / "clock.new"
    fresh.write_text(f"{seconds:+d}\n")
    fresh.replace(folder / "clock")


def jumping(which: str) -> Act:
    """The clock of `bridge` or `store` jumps about."""

    async def act(stage: Stage, dice: Dice, seconds: float) -> None:
        variables = faked(stage.folder)
        if variables is None:
            stage.notes.append(_MISSING)
            return
        await _restart_with(stage, which, variables)
        for left in until(seconds):
            _set_offset(stage.folder, dice.choice([-3600, -20, 0, 20, 3600]))
            await asyncio.sleep(min(left, dice.uniform(1, 3)))
        _set_offset(stage.folder, 0)

    return act


async def _restart_with(stage: Stage, which: str, variables: dict[str, str]) -> None:
    if which == "bridge":
        await stage.kill(stage.bridge)
        stage.bridge.environment |= variables
        await stage.restart(stage.bridge)
        return
    assert stage.store
    stage.kills += 1
    await stage.store.kill()
    stage.store = ValkeyServer(stage.folder / "store", environment=dict(os.environ) | variables)
    await stage.store.start()


CASES = [
    Case("clock: the bridge's jumps", jumping("bridge"), floor=8),
    Case("clock: the store's jumps", jumping("store"), Setting(external=True), floor=8),
]
