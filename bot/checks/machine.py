"""This machine: its clock and its disk."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from bot.checks.finding import Finding, State, found
from bot.texts.checks import CheckTexts

CLOCK: Final = "clock"
DISK: Final = "disk"

MOST_SKEW: Final = 60.0
"""Seconds. Links to files carry the time; a clock that is wrong lets them expire."""
LEAST_FREE: Final = 200 * 1024 * 1024
"""Bytes."""
_MEGABYTE = 1024 * 1024


def look_at_clock(skews: list[float | None], words: CheckTexts) -> Finding:
    """Compare the clock with those of the servers that answered.

    Args:
        skews: Seconds by which ours is ahead of each; None: it did not tell.
        words: For people.
    """
    known = [skew for skew in skews if skew is not None]
    if not known:
        return found(CLOCK, State.SKIPPED, words.clock.unknown)
    skew = min(known, key=abs)
    if abs(skew) <= MOST_SKEW:
        return found(CLOCK, State.OK, words.clock.good)
    told = words.clock.ahead if skew > 0 else words.clock.behind
    return found(CLOCK, State.FAILED, told, seconds=round(abs(skew)))


def look_at_disk(data_dir: Path, words: CheckTexts) -> Finding:
    """Look whether `storage.data_dir` can be written to, and has room. Nothing stays there."""
    folder = existing(data_dir)
    fields = {"path": str(data_dir.resolve())}
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        reason = error.strerror or type(error).__name__
        setting = "storage.data_dir"
        return found(
            DISK, State.FAILED, words.disk.unusable, setting=setting, reason=reason, **fields
        )
    megabytes = free // _MEGABYTE
    if free < LEAST_FREE:
        return found(DISK, State.FAILED, words.disk.full, megabytes=megabytes, **fields)
    return found(DISK, State.OK, words.disk.good, megabytes=megabytes, **fields)


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    folder = folder.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
