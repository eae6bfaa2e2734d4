"""Starts bridges fast: imports the bridge once, and forks a process for each start.

A bridge spends seconds on importing aiogram; the tests start a hundred of them. What runs after the
fork is what `python -m bot run` runs, in a process of its own that can be killed.

Reads a JSON line per start, `{"environment": …, "folder": …, "stderr": …}`, and answers with the
process's id. When it has ended, its exit code is written to the file `stderr` + `.code`. With
`"arguments"` another command is run, whose standard output goes to `stderr` too.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from bot import app  # noqa: F401 - imported here so that it need not be imported after the fork
from bot.cli import main

_ended_at: dict[int, Path] = {}


def _start(order: dict[str, Any]) -> int:
    stderr = str(order["stderr"])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if pid:
        _ended_at[pid] = Path(f"{stderr}.code")
    else:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    if pid == 0:
        _become_bridge(order, stderr)
    return pid


def _become_bridge(order: dict[str, Any], stderr: str) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(os.open(stderr, os.O_WRONLY), 2)
    os.dup2(2 if "arguments" in order else nothing, 1)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(str(order["folder"]))
    if "arguments" not in order:
        sys.exit(main(["run"]))
    code = main(order["arguments"])
    sys.stdout.flush()
    os._exit(code)  # at once: to take apart all that is imported costs more than most commands


def _reap(_number: int, _frame: FrameType | None) -> None:
    for pid in list(_ended_at):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            _write_code(_ended_at.pop(pid), os.waitstatus_to_exitcode(status))


def _write_code(path: Path, code: int) -> None:
    whole = path.with_suffix(".new")
    whole.write_text(str(code))
    whole.rename(path)


def _serve() -> None:
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        sys.stdout.write(f"{_start(json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
