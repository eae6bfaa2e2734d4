"""The bridge is killed: at any time, at each step of both walks, while it starts and stops."""

import asyncio
import signal

from chaos.cases.case import Case, Dice, becomes, expect, until
from chaos.stage import Stage
from sandbox.faults import Faults, Kind
from support import BridgeProcess

STEPS: tuple[tuple[str, str, Kind], ...] = (
    ("telegram", "getUpdates", "hang_after"),
    ("planfix", "newMessage", "hang_before"),
    ("planfix", "newMessage", "hang_after"),
    ("telegram", "sendMessage", "hang_before"),
    ("telegram", "sendMessage", "hang_after"),
    ("planfix", "messageStatus", "hang_before"),
    ("planfix", "messageStatus", "hang_after"),
    ("store", "", "hang_before"),
)


async def steadily(stage: Stage, dice: Dice, seconds: float) -> None:
    """Killed and restarted every few seconds."""
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(1, 4)))
        await stage.kill(stage.bridge)
        await stage.restart(stage.bridge)


async def at_each_step(stage: Stage, dice: Dice, seconds: float) -> None:
    """Killed while a call of each kind is under way, before and after the far side took it."""
    steps = list(STEPS)
    dice.shuffle(steps)
    for _ in until(seconds):
        if not steps:
            return
        side, call, kind = steps.pop()
        if side == "store":
            await _kill_while_storing(stage)
        else:
            faults = stage.planfix.faults if side == "planfix" else stage.telegram.faults
            await _kill_during(stage, faults, call, kind)
        await stage.restart(stage.bridge)


async def _kill_during(stage: Stage, faults: Faults, call: str, kind: Kind) -> None:
    fault = faults.add(kind, call, times=None)
    await becomes(lambda: fault.fired > 0, 15, f"nobody calls {call}")
    await stage.kill(stage.bridge)
    faults.clear()


async def _kill_while_storing(stage: Stage) -> None:
    """Updates, operators' messages and settlements are on their way to a store that hangs."""
    with stage.disturbed():
        stage.signal_embedded(signal.SIGSTOP)
        await asyncio.sleep(0.5)
        await stage.kill(stage.bridge)
        stage.signal_embedded(signal.SIGCONT)


async def starting_up(stage: Stage, dice: Dice, seconds: float) -> None:
    """Killed at any moment of its start, again and again."""
    await stage.kill(stage.bridge)
    for _ in until(seconds):
        await _start_and_kill(stage, stage.bridge, dice)
    await stage.restart(stage.bridge)


async def _start_and_kill(stage: Stage, bridge: BridgeProcess, dice: Dice) -> None:
    begun = len(bridge.events)
    await bridge.launch()
    milestone = dice.choice(["", "server.started", "bridge.started"])
    if milestone:
        await bridge.wait_for_event(milestone, since=begun, seconds=40)
    await asyncio.sleep(dice.uniform(0, 0.3 if milestone else 3))
    await stage.kill(bridge)


async def shutting_down(stage: Stage, dice: Dice, seconds: float) -> None:
    """Asked to leave, and killed before it has finished what is in hand."""
    for _ in until(seconds):
        for faults in (stage.planfix.faults, stage.telegram.faults):
            faults.add("slow", times=None, seconds=dice.uniform(0.5, 2))
        await asyncio.sleep(1)
        stage.bridge.terminate()
        await asyncio.sleep(dice.uniform(0, 1))
        await stage.kill(stage.bridge)
        stage.planfix.faults.clear()
        stage.telegram.faults.clear()
        await stage.restart(stage.bridge)


async def leaving_in_peace(stage: Stage, dice: Dice, seconds: float) -> None:
    """Asked to leave while both far sides are slow: it finishes what is in hand, so no repeats."""
    for _ in until(seconds):
        for faults in (stage.planfix.faults, stage.telegram.faults):
            faults.add("slow", times=None, seconds=dice.uniform(0.1, 1))
        await asyncio.sleep(dice.uniform(1, 3))
        stage.bridge.terminate()
        code = await stage.bridge.wait(12)
        expect(code == 0, f"the bridge left with exit code {code}")
        stage.planfix.faults.clear()
        stage.telegram.faults.clear()
        await stage.restart(stage.bridge)
    resumed = [e for e in stage.bridge.events if e.get("event") == "worker.resumed"]
    expect(not resumed, f"{len(resumed)} chats were left in hand")


async def with_its_store(stage: Stage, dice: Dice, seconds: float) -> None:
    """The bridge and its embedded Valkey are killed together, as a power cut would."""
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(1, 4)))
        with stage.disturbed():
            stage.signal_embedded(signal.SIGKILL)
            await stage.kill(stage.bridge)
        await stage.restart(stage.bridge)


CASES = [
    Case("killed: steadily", steadily, floor=6),
    Case("killed: at each step", at_each_step, floor=20),
    Case("killed: while starting", starting_up, floor=10),
    Case("killed: while stopping", shutting_down, floor=6),
    Case("stopped: in peace", leaving_in_peace, floor=6),
    Case("killed: with its Valkey", with_its_store, floor=6),
]
