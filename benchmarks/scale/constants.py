"""The constants of the capacity model, and how they are kept: in `benchmarks/constants.json`."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, Self

from benchmarks.far_side.process import ROOT
from benchmarks.simulation.machine import Costs

FILE: Final = ROOT / "benchmarks" / "constants.json"


@dataclass(frozen=True, slots=True)
class Use:
    """What a message takes under a certain load."""

    bridge: float
    """CPU of the bridge, in seconds."""
    valkey: float
    """CPU of Valkey, in seconds."""
    far_side: float
    """CPU of the benchmark's own servers, in seconds."""
    round_trips: float
    """Calls of the bridge to Redis."""
    commands: float
    """Commands that Redis carries out, most of them inside of scripts."""
    disk_bytes: float
    """Bytes that Redis appends to its file."""
    disk_writes: float
    """Writes to the file, each with its fsync."""
    redis_seconds: float
    """Time in which Redis does nothing else, with its waiting for the disk."""


@dataclass(frozen=True, slots=True)
class Constants:
    """What was measured on one machine, in one run."""

    machine: str
    cores: int
    full: Use
    """Customer → PlanFix, as fast as it goes."""
    light: Use
    """Customer → PlanFix, 40 a second."""
    answers: Use
    """PlanFix → customer with status reports, as fast as it goes."""
    storing: Use
    """Customers' messages while PlanFix is away: they are only stored."""
    fsync: list[float]
    """Quantiles of a write to disk, in seconds, evenly spaced."""
    megabytes: dict[str, float]
    """Memory of a process at rest: `bridge`, `valkey`."""
    bytes: dict[str, float]
    """Bytes of memory in Redis, by the keys of the figure `known-chats`."""
    points: dict[str, float]
    """What the simulation is held against."""

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read what `save` wrote."""
        values = json.loads(path.read_text())
        for field in fields(cls):
            if field.type is Use:
                values[field.name] = Use(**values[field.name])
        return cls(**values)

    def save(self, path: Path = FILE) -> None:
        """Write them."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    def costs(self) -> Costs:
        """The simulation's costs: what belongs to a message, and what to a call.

        Many messages share a call when there is much to do, and hardly any do when there is
        little. So the two loads tell the one from the other.

        Raises:
            ValueError: The measurements contradict each other: the machine was too busy.
        """
        bridge_call = _per_call(self.full.bridge, self.light.bridge, self)
        valkey_call = _per_call(self.full.valkey, self.light.valkey, self)
        bridge = self.full.bridge - bridge_call * self.full.round_trips
        store = self.storing.bridge - bridge_call * self.storing.round_trips
        store = min(max(0.0, store), bridge)
        return Costs(
            bridge_store=store,
            bridge_handle=bridge - store,
            bridge_call=bridge_call,
            valkey_message=max(0.0, self.full.valkey - valkey_call * self.full.round_trips),
            valkey_call=valkey_call,
            far_message=self.full.far_side,
            fsync=self.fsync,
        )


def _per_call(full: float, light: float, constants: Constants) -> float:
    calls = constants.light.round_trips - constants.full.round_trips
    per_call = (light - full) / calls
    if per_call <= 0:
        raise ValueError("a message took longer under full load than under a light one")
    return per_call
