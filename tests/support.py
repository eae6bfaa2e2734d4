"""What the tests share: the real bridge as a process, and a real Valkey."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.store.embedded import EmbeddedValkey
from forked import Forked
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox

TOKEN = "42:SANDBOX-marker-bot-token"
PLANFIX_KEY = "marker-planfix-key"
WEBHOOK_KEY = "marker-webhook-key"
ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until `condition` holds, where nothing tells when it does: it is looked at often.

    Raises:
        TimeoutError: It did not hold in time.
    """
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.02)


class BridgeProcess:
    """What `python -m bot run` runs, as a process, with nothing but `BRIDGE_…` variables.

    Its log lines are parsed.
    """

    def __init__(
        self, telegram_url: str, planfix_url: str, data_dir: Path, settings: Mapping[str, str]
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.events: list[dict[str, Any]] = []
        self.output: list[str] = []
        self._news = asyncio.Condition()
        self._process: Forked | None = None
        self._reader: asyncio.Task[None] | None = None
        inherited = {k: v for k, v in os.environ.items() if not k.upper().startswith("BRIDGE_")}
        self.environment = inherited | {
            "BRIDGE_TELEGRAM__TOKEN": TOKEN,
            "BRIDGE_TELEGRAM__API_URL": telegram_url,
            "BRIDGE_PLANFIX__URL": planfix_url,
            "BRIDGE_PLANFIX__TOKEN": PLANFIX_KEY,
            "BRIDGE_PLANFIX__WEBHOOK_TOKEN": WEBHOOK_KEY,
            "BRIDGE_SERVER__PORT": str(self.port),
            "BRIDGE_SERVER__PUBLIC_URL": self.url,
            "BRIDGE_STORAGE__DATA_DIR": str(data_dir),
            "BRIDGE_LIMITS__MESSAGES_PER_SECOND": "0",
            "BRIDGE_LIMITS__CHAT_MESSAGES_PER_SECOND": "0",
            "BRIDGE_LOG__FORMAT": "json",
            **settings,
        }

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        await self.launch()
        await self.wait_ready()

    async def launch(self) -> None:
        """Start it."""
        self._process = await Forked.start(self.environment, ROOT)
        self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: Forked) -> None:
        async for raw in process.stderr:
            line = raw.decode().rstrip()
            self.output.append(line)
            if line.startswith("{"):
                self.events.append(json.loads(line))
            async with self._news:
                self._news.notify_all()

    async def wait_ready(self, seconds: float = 30) -> None:
        """Wait until `/readyz` says yes."""
        async with asyncio.timeout(seconds), aiohttp.ClientSession() as http:
            while True:
                assert self._process
                if self._process.returncode is not None:
                    raise AssertionError("the bridge ended:\n" + "\n".join(self.output))
                try:
                    async with http.get(f"{self.url}/readyz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)  # another process starts: there is nothing to await

    async def wait_for_event(
        self,
        name: str,
        condition: Callable[[dict[str, Any]], bool] = bool,
        seconds: float = 15,
        *,
        since: int = 0,
    ) -> dict[str, Any]:
        """Wait for a log event, or find it among those that were logged, from number `since` on."""

        def found() -> list[dict[str, Any]]:
            return [e for e in self.events[since:] if e.get("event") == name and condition(e)]

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(found)
        return found()[0]

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)

    async def wait(self, seconds: float = 15) -> int:
        """Wait until it has ended; returns its exit code."""
        assert self._process
        assert self._reader
        code = await asyncio.wait_for(self._process.wait(), seconds)
        await self._reader
        return code

    async def kill_and_restart(self) -> None:
        """Kill it and start it again on the same data."""
        self.kill()
        await self.wait()
        await self.start()

    async def get(self, path: str) -> tuple[int, str]:
        """GET a path of its server: status and text."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}{path}") as response:
            return response.status, await response.text()

    async def close(self, data_dir: Path) -> None:
        """End it and its embedded Valkey, whatever state they are in."""
        if self._process and self._process.returncode is None:
            self.terminate()
            await self.wait()
        await EmbeddedValkey(data_dir).stop()


class World:
    """A Telegram, a PlanFix and the bridge between them."""

    def __init__(
        self, telegram: TelegramSandbox, planfix: PlanfixSandbox, bridge: BridgeProcess
    ) -> None:
        self.telegram = telegram
        self.planfix = planfix
        self.bridge = bridge


@asynccontextmanager
async def world(
    data_dir: Path,
    *,
    start: bool = True,
    local: Path | None = None,
    enforce_limits: bool = False,
    **settings: str,
) -> AsyncIterator[World]:
    """Both far sides and the bridge; `settings` are further variables of its environment.

    With `local` Telegram is a local Bot API server with its files there; with `enforce_limits` it
    answers 429 to a bot that sends too fast.
    """
    async with (
        TelegramSandbox(token=TOKEN, local=local, enforce_limits=enforce_limits) as telegram,
        PlanfixSandbox(token=PLANFIX_KEY, webhook_token=WEBHOOK_KEY) as planfix,
    ):
        bridge = BridgeProcess(telegram.url, planfix.url, data_dir, settings)
        planfix.connect(f"{bridge.url}/planfix")
        try:
            if start:
                await bridge.start()
            yield World(telegram, planfix, bridge)
        finally:
            await bridge.close(data_dir)
