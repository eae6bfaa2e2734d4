"""How far a long work of a command has come."""

import sys
import time
from typing import Final, TextIO

_ON_A_TERMINAL: Final = 0.2
_ELSEWHERE: Final = 5.0
"""Seconds between two signs of life."""


class Progress:
    """Shows a work's count and rate: a line that changes on a terminal, else a line now and then.

    Args:
        what: What is done, such as `Put back`.
        total: How many times.
        stream: Where to; standard error by default, so that the command's output stays clean.
    """

    def __init__(self, what: str, total: int, stream: TextIO | None = None) -> None:
        self._what = what
        self._total = total
        self._stream = stream or sys.stderr
        self._changing = self._stream.isatty()
        self._began = self._shown = time.monotonic()
        self._on_screen = False

    def show(self, done: int) -> None:
        """Tell that so much is done, unless something was told a moment ago."""
        now = time.monotonic()
        if now - self._shown < (_ON_A_TERMINAL if self._changing else _ELSEWHERE):
            return
        self._shown = now
        rate = done / (now - self._began)
        left = f", about {duration((self._total - done) / rate)} left" if rate else ""
        text = f"{self._what} {done} of {self._total}, {rate:.0f}/s{left}"
        self._stream.write(f"\r{text}\x1b[K" if self._changing else f"{text}\n")
        self._stream.flush()
        self._on_screen = self._changing

    def clear(self) -> None:
        """Make room on the terminal for what the command says at its end."""
        if self._on_screen:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._on_screen = False


def duration(seconds: float) -> str:
    """A time in its largest fitting unit, such as `3 h`."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
