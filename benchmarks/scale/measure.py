"""Measures the constants: a bridge under three loads, and what Redis says about itself."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
from redis.asyncio import Redis

from benchmarks.bridges import Bridge, bridge
from benchmarks.contents import store_beside
from benchmarks.far_side.process import FarSideProcess
from benchmarks.figures import backlog, known_chats, memory, pair, posted, queued, steady
from benchmarks.figures.figure import Ground, Values
from benchmarks.machine import describe
from benchmarks.processes import cpu_seconds, write_calls
from benchmarks.scale.constants import Constants, Use

_ROUNDS: Final = 3
_WRITES = 500
_QUANTILES = 50
_NOBODY = "http://127.0.0.1:9/webchat/api"
"""Nothing listens at the port `discard`, which belongs to the system."""
_PATIENCE = 60.0


async def measure(far: FarSideProcess, *, quick: bool = False) -> Constants:
    """Measure everything; takes about ten minutes, or one if it is to be `quick`."""
    lives = [await _life(far, quick=quick) for _ in range(1 if quick else _ROUNDS)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        fsync = fsync_quantiles(Path(folder))
    points = _medians([life.points for life in lives])
    points |= _chosen(await pair.measure(far, quick), "pair_one", "pair_two")
    points |= _chosen(await backlog.measure(far, quick), "drain_rate")
    return Constants(
        machine=describe(),
        cores=len(os.sched_getaffinity(0)),
        full=_median_use([life.full for life in lives]),
        light=_median_use([life.light for life in lives]),
        answers=_median_use([life.answers for life in lives]),
        storing=_median_use([await _storing(far, quick=quick) for _ in lives]),
        fsync=fsync,
        megabytes=_medians([life.megabytes for life in lives]),
        bytes=await known_chats.measure(far, quick),
        points=points,
    )


@dataclass(frozen=True, slots=True)
class _Life:
    """What one life of a bridge has shown."""

    full: Use
    light: Use
    answers: Use
    points: Values
    megabytes: Values


async def _life(far: FarSideProcess, *, quick: bool) -> _Life:
    async with bridge("ours", far) as running, store_beside(running.folder) as redis:
        ground = Ground(far, running, quick)
        at_rest = await memory.measure_rest(ground)
        await queued.measure(ground)  # warms it up
        points: Values = {}

        async def use(figure: Callable[[Ground], Awaitable[Values]], messages: int) -> Use:
            before = await _look(running, far, redis)
            points.update(await figure(ground))
            return (await _look(running, far, redis)).use_since(before, messages)

        seconds = steady.SECONDS / 10 if quick else steady.SECONDS
        return _Life(
            full=await use(queued.measure, ground.load(queued.MESSAGES)),
            light=await use(steady.measure, round(steady.RATE * seconds)),
            answers=await use(posted.measure, ground.load(posted.MESSAGES)),
            points=_chosen(points, "in_rate", "steady_p50", "steady_p99", "out_rate"),
            megabytes={
                "bridge": at_rest["rest_memory"],
                "valkey": at_rest["rest_memory_valkey"],
            },
        )


async def _storing(far: FarSideProcess, *, quick: bool) -> Use:
    """What it takes to store messages while nobody listens where PlanFix should be."""
    messages = queued.MESSAGES // 10 if quick else queued.MESSAGES
    await far.stage.reset()
    async with (
        bridge("ours", far, {"BRIDGE_PLANFIX__URL": _NOBODY}) as running,
        store_beside(running.folder) as redis,
    ):
        await far.stage.hold(messages=messages, chats=queued.CHATS)
        before = await _look(running, far, redis)
        await far.stage.release()
        await _until_stored(running, messages)
        return (await _look(running, far, redis)).use_since(before, messages)


async def _until_stored(running: Bridge, messages: int) -> None:
    url = f"http://127.0.0.1:{running.port}/metrics"
    async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as http:
        while True:
            async with http.get(url) as response:
                page = await response.text()
            stored = [line for line in page.splitlines() if line.startswith(_STORED)]
            if stored and float(stored[0].split()[-1]) >= messages:
                return
            await asyncio.sleep(0.1)


_STORED = 'bridge_stored_total{lane="planfix",outcome="new"}'


@dataclass(frozen=True, slots=True)
class _Look:
    """Counters that only grow."""

    bridge: float
    valkey: float
    far_side: float
    redis: dict[str, Any]
    system_calls: int
    """Writes of Valkey's process: to sockets and to its file."""

    def use_since(self, before: "_Look", messages: int) -> Use:
        """What each of so many messages took."""

        def grown(name: str) -> float:
            return float(self.redis[name]) - float(before.redis[name])

        answers = grown("total_writes_processed")
        return Use(
            bridge=(self.bridge - before.bridge) / messages,
            valkey=(self.valkey - before.valkey) / messages,
            far_side=(self.far_side - before.far_side) / messages,
            round_trips=grown("total_reads_processed") / messages,
            commands=grown("total_commands_processed") / messages,
            disk_bytes=grown("aof_current_size") / messages,
            disk_writes=(self.system_calls - before.system_calls - answers) / messages,
            redis_seconds=grown("eventloop_duration_sum") / 1_000_000 / messages,
        )


async def _look(running: Bridge, far: FarSideProcess, redis: Redis) -> _Look:
    info = await redis.info("everything")
    used = running.cpu()
    return _Look(
        used.bridge, used.valkey, cpu_seconds(far.pid), info, write_calls(info["process_id"])
    )


def fsync_quantiles(folder: Path) -> list[float]:
    """How long a write takes until it is on the disk, by trying it often."""
    times = []
    with (folder / "written").open("wb", buffering=0) as file:
        for _ in range(_WRITES):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    inner = statistics.quantiles(times, n=_QUANTILES, method="inclusive")
    return [round(value, 6) for value in (min(times), *inner, max(times))]


def _chosen(values: Values, *keys: str) -> Values:
    return {key: values[key] for key in keys}


def _medians(several: list[Values]) -> Values:
    return {key: statistics.median(each[key] for each in several) for key in several[0]}


def _median_use(uses: list[Use]) -> Use:
    names = Use.__dataclass_fields__
    return Use(**{name: statistics.median(getattr(use, name) for use in uses) for name in names})
