"""Findings as lines for a terminal."""

import shutil
import sys
import textwrap
from typing import Final

from bot.checks.finding import Finding, State
from bot.texts.checks import CheckTexts

MARKS: Final = {State.OK: "✓", State.FAILED: "✗", State.SKIPPED: "–", State.WARNING: "!"}
_FIX = "→"
_NARROWEST = 60


def line(finding: Finding, words: CheckTexts) -> str:
    """A finding in one line; on a terminal, wrapped to its width."""
    width = max(map(len, words.labels.values()))
    label = words.labels[finding.name].ljust(width)
    fix = f" {_FIX} {finding.fix}" if finding.fix else ""
    text = f"{MARKS[finding.state]} {label}  {finding.message}{fix}"
    if not sys.stdout.isatty():
        return text
    return textwrap.fill(
        text,
        max(_NARROWEST, shutil.get_terminal_size().columns),
        subsequent_indent=" " * (width + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
