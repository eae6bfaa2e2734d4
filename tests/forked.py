"""Bridges forked from the zygote, as processes to wait for and to signal."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_ZYGOTE = Path(__file__).parent / "zygote.py"
_ROOT = _ZYGOTE.parent.parent


@cache
def _zygote() -> subprocess.Popen[str]:
    """The zygote of this test run; it ends with us, when its standard input is closed."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, _ZYGOTE],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Forked:
    """A bridge's process, with the few doors of `asyncio.subprocess.Process` that tests use."""

    def __init__(self, pid: int, stderr: asyncio.StreamReader, code: Path) -> None:
        self.pid = pid
        self.stderr = stderr
        self._code = code
        self._ended = asyncio.Event()
        try:
            pidfd = os.pidfd_open(pid)
        except ProcessLookupError:  # a short command may have ended before we look
            self._ended.set()
        else:
            asyncio.get_running_loop().add_reader(pidfd, self._note_end, pidfd)

    @classmethod
    async def start(
        cls, environment: Mapping[str, str], folder: Path, arguments: Sequence[str] = ()
    ) -> "Forked":
        """Fork a bridge, or another command; then `stderr` has its standard output, too."""
        place = Path(tempfile.mkdtemp(prefix="bridge-test-"))
        fifo = place / "stderr"
        os.mkfifo(fifo)
        reader = asyncio.StreamReader(limit=2**20)
        pipe = os.fdopen(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb")
        order: dict[str, Any] = {
            "environment": dict(environment),
            "folder": str(folder),
            "stderr": str(fifo),
        }
        order |= {"arguments": list(arguments)} if arguments else {}
        zygote = _zygote()
        assert zygote.stdin
        assert zygote.stdout
        print(json.dumps(order), file=zygote.stdin, flush=True)
        pid = int(zygote.stdout.readline())
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        return cls(pid, reader, Path(f"{fifo}.code"))

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return int(self._code.read_text()) if self._code.exists() else None

    def send_signal(self, number: int) -> None:
        """Signal it, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait until it has ended; returns its exit code."""
        await self._ended.wait()
        while (code := self.returncode) is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.002)
        return code

    def _note_end(self, pidfd: int) -> None:
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)
        self._ended.set()
