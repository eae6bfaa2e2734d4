"""The far side as its user sees it: a process that is started, told what to do, and ended."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .stage import FarSide

ROOT = Path(__file__).parent.parent.parent
_LONGEST_ANSWER = 256 * 1024 * 1024


class FarSideError(Exception):
    """The far side could not do what it was told, or has ended."""


@dataclass(frozen=True, slots=True)
class FarSideProcess:
    """The running process."""

    pid: int
    telegram_port: int
    planfix_port: int
    stage: FarSide
    """What it can be told: each call is carried out over there."""

    @property
    def telegram_url(self) -> str:
        """Where the Bot API is."""
        return f"http://127.0.0.1:{self.telegram_port}"

    @property
    def planfix_url(self) -> str:
        """Where PlanFix takes calls."""
        return f"http://127.0.0.1:{self.planfix_port}/webchat/api"


class _Remote:
    """Carries calls of `FarSide`'s methods over, one at a time: tuples come back as lists."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._one = asyncio.Lock()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(**arguments: Any) -> Any:  # noqa: ANN401 - whatever the method takes and gives
            async with self._one:
                return await self._ask({"do": name, "with": arguments})

        return call

    async def _ask(self, command: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        assert self._process.stdin  # noqa: S101 - it was asked for
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        answer = await read_line(self._process)
        if "error" in answer:
            raise FarSideError(f"{command['do']}: {answer['error']}")
        return answer["result"]


async def read_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next answer of the process."""
    assert process.stdout  # noqa: S101 - it was asked for
    line = await process.stdout.readline()
    if not line:
        raise FarSideError("the far side has ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


@asynccontextmanager
async def far_side() -> AsyncIterator[FarSideProcess]:
    """Start the far side; it ends with the `with` block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.far_side",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_ANSWER,
    )  # fmt: skip
    try:
        ports = await read_line(process)
        stage = cast("FarSide", _Remote(process))
        yield FarSideProcess(process.pid, ports["telegram"], ports["planfix"], stage)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
