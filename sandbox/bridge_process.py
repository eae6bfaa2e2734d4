"""The bridge as a child process: started, watched, started again when it dies, ended with us."""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import aiohttp

from sandbox.feed import Feed

State = Literal["starting", "ready", "away", "stopped"]

COMMAND = (sys.executable, "-m", "bot", "run")
KEPT_LINES = 200
LINE_LIMIT = 64 * 1024
PROBE_SECONDS = 0.5
PROBE_TIMEOUT = aiohttp.ClientTimeout(total=2)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
LONG_LIFE_SECONDS = 30.0
GRACE_SECONDS = 12.0
LAST_LINES_SECONDS = 0.5


class Bridge:
    """A bridge whose `/readyz` is watched. Its state and log go to `feed`.

    With `environment` it is our own child process; without, somebody else runs it.
    """

    def __init__(
        self,
        url: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Take the bridge's own address, such as `http://127.0.0.1:8080`, and how to run it."""
        self.feed = Feed()
        self.state: State = "starting"
        self.starts = 0
        self.log: deque[str] = deque(maxlen=KEPT_LINES)
        self.url = url
        self._environment = environment
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._closing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def managed(self) -> bool:
        """Whether the bridge is our child."""
        return self._environment is not None

    def start(self) -> None:
        """Begin to watch, and to run the child if it is ours."""
        self._tasks = [asyncio.create_task(self._probe())]
        if self.managed:
            self._tasks.append(asyncio.create_task(self._keep_running()))

    async def wait_ready(self, timeout: float, *, starts: int | None = None) -> None:  # noqa: ASYNC109 - the caller's patience
        """Wait until the bridge says that it is ready, or has had to be started `starts` times.

        Raises:
            TimeoutError: Neither came within `timeout` seconds.
        """
        await self.feed.wait_until(
            lambda: self.state == "ready" or self.starts == starts, timeout=timeout
        )

    def kill(self) -> None:
        """End the child as a crash would; it is started again."""
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def close(self) -> None:
        """Ask the child to end, wait, and end whatever is left of it."""
        self._closing.set()
        await asyncio.gather(*self._tasks)
        await self.feed.close()

    def to_json(self) -> dict[str, Any]:
        """What the page shows of it."""
        return self._state_json() | {"log": list(self.log)}

    def _state_json(self) -> dict[str, Any]:
        return {"state": self.state, "starts": self.starts, "managed": self.managed}

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            born = asyncio.get_running_loop().time()
            await self._run_once()
            lived = asyncio.get_running_loop().time() - born
            pause = FIRST_PAUSE if lived > LONG_LIFE_SECONDS else min(2 * pause, LONGEST_PAUSE)
            await self._closes_within(pause)

    async def _run_once(self) -> None:
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            env=_without_settings(os.environ) | dict(self._environment or {}),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LINE_LIMIT,
            start_new_session=True,  # Ctrl-C reaches us alone; we end the child in order
        )
        self.starts += 1
        self._set("starting", changed=True)
        reader = asyncio.create_task(self._read_log(process))
        await self._ended_or_closing(process)
        if self._closing.is_set():
            await _end(process)
        await asyncio.wait([reader], timeout=LAST_LINES_SECONDS)
        reader.cancel()  # what the child started may still hold the pipe
        self._add_line(f"(the bridge ended: {_reason(await process.wait())})")
        self._set("stopped")

    async def _ended_or_closing(self, process: asyncio.subprocess.Process) -> None:
        waits = [asyncio.create_task(process.wait()), asyncio.create_task(self._closing.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _closes_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        return self._closing.is_set()

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout  # noqa: S101 - it was asked for
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                line = b"(a line too long to show)\n"
            if not line:
                return
            self._add_line(line.decode(errors="replace").rstrip())

    async def _probe(self) -> None:
        async with aiohttp.ClientSession(timeout=PROBE_TIMEOUT) as session:
            while not await self._closes_within(PROBE_SECONDS):
                if await _is_ready(session, f"{self.url}/readyz"):
                    self._set("ready")
                elif self.state == "ready":
                    self._set("away")

    def _set(self, state: State, *, changed: bool = False) -> None:
        if changed or state != self.state:
            self.state = state
            self.feed.publish({"type": "bridge", "bridge": self._state_json()})

    def _add_line(self, line: str) -> None:
        self.log.append(line)
        self.feed.publish({"type": "bridge.log", "line": line})


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200  # noqa: PLR2004 - HTTP's own number
    except (aiohttp.ClientError, TimeoutError):
        return False


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings for some other bridge."""
    return {name: value for name, value in environment.items() if not name.startswith("BRIDGE_")}


async def _end(process: asyncio.subprocess.Process) -> None:
    """End `process` politely, then everything that is left in its session."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
