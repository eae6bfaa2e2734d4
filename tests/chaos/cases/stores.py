"""The store is killed, frozen, full, or cannot be trusted."""

import asyncio
import os
import signal
import subprocess

from bot.journal.journal import GRACE_SECONDS, LEASE_SECONDS
from chaos.cases.case import Case, Dice, becomes, expect, until
from chaos.stage import Setting, Stage
from chaos.valkey import ValkeyServer

EXTERNAL = Setting(external=True)
_LEASE = LEASE_SECONDS + GRACE_SECONDS


def _store(stage: Stage) -> ValkeyServer:
    assert stage.store
    return stage.store


async def killed(stage: Stage, dice: Dice, seconds: float) -> None:
    """Killed and, after a while, started again; the first time it is away longer than a lease."""
    away = _LEASE + 1 if seconds > _LEASE else 0
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(1, 4)))
        stage.kills += 1
        await _store(stage).kill()
        await asyncio.sleep(away)
        await _store(stage).start()
        away = dice.choice([0.0, 0.5, 2.0])


async def frozen(stage: Stage, dice: Dice, seconds: float) -> None:
    """Frozen for longer than a lease, then going on as if nothing had been."""
    _store(stage).send(signal.SIGSTOP)
    await asyncio.sleep(max(seconds, _LEASE + dice.uniform(1, 8)))
    _store(stage).send(signal.SIGCONT)
    await asyncio.sleep(1)


async def embedded_killed(stage: Stage, dice: Dice, seconds: float) -> None:
    """The embedded server is killed: the bridge starts it again by itself."""
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(2, 5)))
        stage.kills += 1
        stage.signal_embedded(signal.SIGKILL)


async def memory_full(stage: Stage, _: Dice, seconds: float) -> None:
    """Its memory limit is reached: nothing more is taken in, but what is stored goes out."""
    store = _store(stage)
    stage.planfix.faults.add("status", times=None, code=503, body="maintenance")
    await asyncio.sleep(seconds / 3)
    stage.load.welcome(5)  # more than others, their first messages make the bridge take notes
    await asyncio.sleep(1)
    await store.configure("maxmemory", str(await store.used_memory() - 50_000))
    await asyncio.sleep(seconds / 3)
    stage.planfix.faults.clear()
    heard = sum(map(len, stage.planfix.deliveries().values()))
    await becomes(
        lambda: sum(map(len, stage.planfix.deliveries().values())) > heard + 10,
        40,
        "nothing goes out while the store's memory is full",
    )
    await asyncio.sleep(seconds / 3)
    await store.configure("maxmemory", "0")


async def disk_full(stage: Stage, _: Dice, seconds: float) -> None:
    """Its disk is full: it stops, and goes on from what is on disk once there is room again."""
    store, folder = _store(stage), stage.folder / "store"
    await store.stop()
    size = f"size={8 + sum(f.stat().st_size for f in folder.rglob('*')) // 2**20}m"
    if not _mount(stage, size):
        await store.start()
        return
    try:
        await store.start()
        filler = folder / "filler"
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        filler.write_bytes(b"\0" * (free - 64 * 1024))
        await becomes(lambda: not store.running, 30, "the store still runs on a full disk")
        stage.kills += 1
        await asyncio.sleep(seconds)
        filler.unlink()
        await store.start()
    finally:
        stage.at_end.append(lambda: _unmount(stage))


def _mount(stage: Stage, size: str) -> bool:
    """Put a small file system under the store, with what the store holds already."""
    folder, away = stage.folder / "store", stage.folder / "store-before"
    folder.rename(away)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603 - a fixed command
        stage.notes.append("not caused: no file system may be mounted here")
        folder.rmdir()
        away.rename(folder)
        return False
    subprocess.run(["cp", "-a", f"{away}/.", str(folder)], check=True)  # noqa: S603, S607 - a fixed command
    return True


def _unmount(stage: Stage) -> None:
    subprocess.run(["umount", str(stage.folder / "store")], check=True)  # noqa: S603, S607 - a fixed command


async def not_trusted(stage: Stage, _: Dice, seconds: float) -> None:
    """A store that evicts, or that keeps nothing, is refused at start, in words."""
    store = _store(stage)
    for name, wrong, right, words in (
        ("maxmemory-policy", "allkeys-lru", "noeviction", "noeviction"),
        ("appendonly", "no", "yes", "appendonly"),
    ):
        await stage.kill(stage.bridge)
        with stage.disturbed():
            await store.configure("maxmemory", str(2**30))
            await store.configure(name, wrong)
            said = len(stage.bridge.output)
            await stage.bridge.launch()
            code = await stage.bridge.wait(30)
            expect(code == 1, f"exit code {code} with {name} {wrong}")
            expect(words in "\n".join(stage.bridge.output[said:]), f"no word about {name}")
            await store.configure(name, right)
        await stage.restart(stage.bridge)
        await asyncio.sleep(seconds / 4)


CASES = [
    Case("valkey: killed", killed, EXTERNAL, floor=25),
    Case("valkey: frozen", frozen, EXTERNAL, floor=18),
    Case("valkey: embedded killed", embedded_killed, floor=5),
    Case("valkey: memory full", memory_full, EXTERNAL, floor=9),
    Case("valkey: disk full", disk_full, EXTERNAL, floor=3),
    Case("valkey: not trusted", not_trusted, EXTERNAL, floor=2),
]
