"""Several bridges on one store: one dies, one sleeps, somebody else polls."""

import asyncio
import os
import signal
import time

import aiohttp

from bot.journal.journal import GRACE_SECONDS, LEASE_SECONDS
from chaos.cases.case import Case, Dice, expect, until
from chaos.stage import Setting, Stage
from support import TOKEN, BridgeProcess

POLLING = Setting(bridges=3, external=True)
WEBHOOK = Setting(bridges=3, external=True, webhook=True)
PAIR = Setting(bridges=2, external=True)

HANDOVER = 15.0
"""Seconds in which another poller takes over from a dead one."""

_LEASE = LEASE_SECONDS + GRACE_SECONDS


async def leader_dies(stage: Stage, dice: Dice, seconds: float) -> None:
    """The one that polls is killed: another one polls within 15 s."""
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(1, 3)))
        leader = _leader(stage)
        begun = {id(bridge): len(bridge.events) for bridge in stage.bridges}
        died = time.monotonic()
        await stage.kill(leader)
        others = [bridge for bridge in stage.bridges if bridge is not leader]
        elections = [
            asyncio.create_task(
                bridge.wait_for_event("leader.elected", seconds=HANDOVER, since=begun[id(bridge)])
            )
            for bridge in others
        ]
        done, _ = await asyncio.wait(elections, return_when=asyncio.FIRST_COMPLETED)
        expect(not next(iter(done)).exception(), f"nobody polls {HANDOVER:.0f} s after a death")
        stage.notes.append(f"another polled after {time.monotonic() - died:.1f} s")
        for election in elections:
            election.cancel()
        await stage.restart(leader)


def _leader(stage: Stage) -> BridgeProcess:
    def last_election(bridge: BridgeProcess) -> str:
        elected = [e["timestamp"] for e in bridge.events if e.get("event") == "leader.elected"]
        return str(max(elected, default=""))

    return max(stage.bridges, key=last_election)


async def one_of_three_dies(stage: Stage, dice: Dice, seconds: float) -> None:
    """Behind a balancer, with a webhook: any of them is killed."""
    for left in until(seconds):
        await asyncio.sleep(min(left, dice.uniform(1, 3)))
        bridge = dice.choice(stage.bridges)
        await stage.kill(bridge)
        await asyncio.sleep(dice.uniform(0, 3))
        await stage.restart(bridge)


async def lease_expires(stage: Stage, dice: Dice, seconds: float) -> None:
    """A bridge sleeps in the middle of its work for longer than its leases, then goes on."""
    for _ in until(seconds):
        sleeper = dice.choice(stage.bridges)
        stage.kills += 1
        with stage.disturbed():
            os.kill(sleeper.pid, signal.SIGSTOP)
            await asyncio.sleep(_LEASE + dice.uniform(2, 6))
            os.kill(sleeper.pid, signal.SIGCONT)
            await asyncio.sleep(2)


async def somebody_else_polls(stage: Stage, _: Dice, seconds: float) -> None:
    """A stranger polls with the same token: both get 409 again and again; nothing is lost."""
    begun = len(stage.bridge.events)
    url = f"{stage.telegram.url}/bot{TOKEN}/getUpdates"
    async with aiohttp.ClientSession() as http:
        for _left in until(seconds):
            async with http.post(url, json={"timeout": 1}) as response:
                await response.read()
            await asyncio.sleep(0.1)
    await stage.bridge.wait_for_event(
        "telegram.polling_failed", lambda e: "another program" in str(e.get("hint")), since=begun
    )


CASES = [
    Case("three bridges: the poller dies", leader_dies, POLLING, floor=10),
    Case("three bridges: webhook, one dies", one_of_three_dies, WEBHOOK, floor=8),
    Case("two bridges: the poller dies", leader_dies, PAIR, floor=4),
    Case("two bridges: a lease expires", lease_expires, PAIR, floor=20),
    Case("two pollers", somebody_else_polls, floor=5),
]
