"""Where a case plays: both far sides, one or more bridges, and a store of their own if wanted."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from chaos.balancer import Balancer
from chaos.load import Load
from chaos.valkey import ValkeyServer
from chaos.witness import WitnessedPlanfix, WitnessedTelegram
from support import PLANFIX_KEY, TOKEN, WEBHOOK_KEY, BridgeProcess

IN_HAND = 2.0
"""Seconds around a disturbance in which what a far side takes may be work that was cut off."""


@dataclass(frozen=True)
class Setting:
    """What a case needs.

    Args:
        bridges: How many processes; more than one share an external store.
        external: Whether the store is a Valkey of the tests' own.
        webhook: Telegram delivers to a balancer in front of the bridges.
        environment: Further variables of the bridges.
    """

    bridges: int = 1
    external: bool = False
    webhook: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Disturbance:
    """A time in which work in hand was cut off, so that its outcome is not known."""

    begin: float
    end: float


class Stage:
    """The players, and what was done to them."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self.folder = folder
        self.setting = setting
        self.telegram = WitnessedTelegram(TOKEN)
        self.planfix = WitnessedPlanfix(PLANFIX_KEY, WEBHOOK_KEY)
        self.load = Load(self.telegram, self.planfix)
        self.bridges: list[BridgeProcess] = []
        self.store: ValkeyServer | None = None
        self.balancer: Balancer | None = None
        self.disturbances: list[Disturbance] = []
        self.kills = 0
        self.notes: list[str] = []
        """What this machine did not allow, and what was measured."""
        self.complaints: list[str] = []
        """What a case, or the end, has seen that must not be."""
        self.at_end: list[Callable[[], None]] = []
        """What a case wants to be done once everything has stopped."""

    @property
    def bridge(self) -> BridgeProcess:
        """The first, and often only, bridge."""
        return self.bridges[0]

    async def start(self) -> None:
        """Start everything."""
        await self.telegram.start()
        await self.planfix.start()
        if self.setting.external:
            self.store = ValkeyServer(self.folder / "store")
            await self.store.start()
        self._make_bridges()
        if self.balancer:
            await self.balancer.start()
            for bridge in self.bridges:
                bridge.environment["BRIDGE_SERVER__PUBLIC_URL"] = self.balancer.url
        await asyncio.gather(*(bridge.start() for bridge in self.bridges))
        front = self.balancer.url if self.balancer else self.bridge.url
        self.planfix.connect(f"{front}/planfix")

    def _make_bridges(self) -> None:
        environment = dict(self.setting.environment)
        if self.store:
            environment["BRIDGE_REDIS__URL"] = self.store.url
        if self.setting.webhook:
            environment["BRIDGE_TELEGRAM__MODE"] = "webhook"
        for number in range(self.setting.bridges):
            data = self._data_of(number)
            self.bridges.append(
                BridgeProcess(self.telegram.url, self.planfix.url, data, environment)
            )
        if self.setting.bridges > 1:
            self.balancer = Balancer([bridge.port for bridge in self.bridges])

    def _data_of(self, number: int) -> Path:
        return self.folder / f"bridge{number}"

    @contextmanager
    def disturbed(self) -> Iterator[None]:
        """A time in which work in hand is cut off."""
        begin = time.time()
        try:
            yield
        finally:
            self.disturbances.append(Disturbance(begin, time.time()))

    async def kill(self, bridge: BridgeProcess) -> None:
        """End a bridge as a crash would."""
        self.kills += 1
        with self.disturbed():
            bridge.kill()
            await bridge.wait()

    async def restart(self, bridge: BridgeProcess) -> None:
        """Start a bridge that has ended, and wait until it works."""
        begun = len(bridge.events)
        await bridge.launch()
        await bridge.wait_for_event("bridge.started", since=begun, seconds=40)

    def signal_embedded(self, number: signal.Signals) -> None:
        """Send a signal to the first bridge's embedded Valkey."""
        for pid in processes_in(self._data_of(0), b"valkey-server"):
            os.kill(pid, number)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """End everything."""
        self.load.abort()
        for number, bridge in enumerate(self.bridges):
            try:
                await bridge.close(self._data_of(number))
            except TimeoutError:
                bridge.kill()
                self.complaints.append("a bridge did not leave within 15 s of SIGTERM")
        if self.balancer:
            await self.balancer.close()
        if self.store:
            await self.store.stop()
        await self.planfix.close()
        await self.telegram.close()
        for act in self.at_end:
            act()


def processes_in(folder: Path, program: bytes = b"") -> list[int]:
    """The processes, of `program` alone if it is named, that were started for `folder`."""
    marker = str(folder).encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
            if program in words and marker in words + (path.parent / "environ").read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it has just ended
            continue
    return found
