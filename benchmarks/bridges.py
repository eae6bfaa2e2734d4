"""The two bridges, each as a process of its own between the same servers."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from .far_side.process import ROOT, FarSideProcess
from .far_side.traffic import PLANFIX_KEY, PROVIDER_ID, TOKEN, WEBHOOK_KEY
from .processes import children, cpu_seconds, resident_megabytes

NAMES: Final = ("bare", "ours")
_START_SECONDS = 60.0
_END_SECONDS = 20.0
_LAST_WORDS = 500


class BridgeError(Exception):
    """A bridge did not start, or has ended."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor time in seconds, or memory in MB: of the bridge itself, and of its Valkey."""

    bridge: float
    valkey: float

    def since(self, before: "Usage") -> "Usage":
        """What was used since then."""
        return Usage(self.bridge - before.bridge, self.valkey - before.valkey)


class Bridge:
    """A bridge that can be started, looked at, and ended.

    Args:
        name: `bare` or `ours`.
        far: What it stands between.
        folder: Its own, on a disk; its log is `bridge.log` there.
        settings: Further variables of ours' environment.
    """

    def __init__(
        self,
        name: str,
        far: FarSideProcess,
        folder: Path,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/planfix"
        self._far = far
        self._settings = settings or {}
        self._process: asyncio.subprocess.Process | None = None
        self._valkey: list[int] = []
        self.launched = 0.0
        """When the process was started, by `time.monotonic`."""

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process  # noqa: S101 - it was started
        return self._process.pid

    async def start(self) -> float:
        """Start it, and wait until it asks Telegram for updates; everything else is ready then.

        Gives the seconds that this took. The far side has to be reset before.

        Raises:
            BridgeError: It ended instead, or does not come that far.
        """
        await self.launch()
        polled = asyncio.create_task(self._far.stage.polled(seconds=_START_SECONDS))
        ended = asyncio.create_task(self._ended())
        try:
            await asyncio.wait((polled, ended), return_when=asyncio.FIRST_COMPLETED)
            if not polled.done():
                raise BridgeError(f"{self.name} has ended: {self._last_words()}")
            self._valkey = children(self.pid)
            return polled.result() - self.launched
        finally:
            polled.cancel()
            ended.cancel()

    async def launch(self) -> None:
        """Start it."""
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "bridge.log").open("ab") as output:
            self.launched = time.monotonic()
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                cwd=self.folder,  # where no config.toml lies
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def wait_ready(self) -> None:
        """Wait until it says that it is ready: for one that does not ask for updates itself.

        Raises:
            TimeoutError: It does not say so.
        """
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as http:
            while not await _says_yes(http, f"http://127.0.0.1:{self.port}/readyz"):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.1)

    def cpu(self) -> Usage:
        """The processor's time used so far, in seconds."""
        return Usage(cpu_seconds(self.pid), sum(map(cpu_seconds, self._valkey)))

    def memory(self) -> Usage:
        """The memory in RAM now, in MB."""
        return Usage(resident_megabytes(self.pid), sum(map(resident_megabytes, self._valkey)))

    async def kill(self) -> None:
        """End it and its Valkey as a loss of power would."""
        assert self._process  # noqa: S101 - it was started
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        for pid in self._valkey:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._valkey = []

    async def stop(self) -> None:
        """Ask it to end, and see to it that nothing of it is left."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
        if self._process:
            await self.kill()

    def _last_words(self) -> str:
        return (self.folder / "bridge.log").read_text(errors="replace")[-_LAST_WORDS:]

    async def _ended(self) -> None:
        assert self._process  # noqa: S101 - it was started
        await self._process.wait()

    def _command(self) -> list[str]:
        if self.name == "ours":
            return [sys.executable, "-m", "bot", "run"]
        urls = self._far.telegram_url, self._far.planfix_url
        return [sys.executable, "-m", "benchmarks.bare", *urls, str(self.port)]

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.upper().startswith("BRIDGE_")}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "BRIDGE_TELEGRAM__TOKEN": TOKEN,
            "BRIDGE_TELEGRAM__API_URL": self._far.telegram_url,
            "BRIDGE_PLANFIX__URL": self._far.planfix_url,
            "BRIDGE_PLANFIX__TOKEN": PLANFIX_KEY,
            "BRIDGE_PLANFIX__WEBHOOK_TOKEN": WEBHOOK_KEY,
            "BRIDGE_PLANFIX__PROVIDER_ID": PROVIDER_ID,
            "BRIDGE_SERVER__PORT": str(self.port),
            "BRIDGE_SERVER__PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "BRIDGE_STORAGE__DATA_DIR": str(self.folder / "data"),
            # Telegram's limits would be all that is measured.
            "BRIDGE_LIMITS__MESSAGES_PER_SECOND": "0",
            "BRIDGE_LIMITS__CHAT_MESSAGES_PER_SECOND": "0",
            **self._settings,
        }


@asynccontextmanager
async def bridge(
    name: str, far: FarSideProcess, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Bridge]:
    """A running bridge in a new folder; both are gone after the `with` block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        started = Bridge(name, far, Path(folder), settings)
        try:
            await started.start()
            yield started
        finally:
            await started.stop()


async def _says_yes(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
