"""Plays a person at a terminal."""

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support import ROOT


class Terminal:
    """A program, `python -m bot …`, on a terminal of its own."""

    def __init__(
        self, *arguments: str, folder: Path, program: Sequence[str] = (sys.executable, "-m", "bot")
    ) -> None:
        self._ours, theirs = os.openpty()
        self.said = ""
        self._news = ""
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [*program, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "500"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def expect(self, words: str) -> None:
        """Read until it has said that, after what was expected before."""
        while words not in self._news:
            readable, _, _ = select.select([self._ours], [], [], 20)
            data = self._read() if readable else ""
            if not data:
                self.process.kill()
                raise AssertionError(f"it never said {words!r}:\n{self.said}")
            self._news += data
        self._news = self._news.partition(words)[2]

    def _read(self) -> str:
        try:
            text = os.read(self._ours, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            return ""
        self.said += text
        return text

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def end(self) -> int:
        """Read until it ends; returns its exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(10)
