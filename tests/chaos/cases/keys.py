"""PlanFix's keys, and ours, are changed while messages travel."""

import asyncio
import json

from chaos.cases.case import Case, Dice
from chaos.stage import Stage
from support import PLANFIX_KEY, WEBHOOK_KEY

NEW_PLANFIX_KEY = "marker-planfix-key-new"
NEW_WEBHOOK_KEY = "marker-webhook-key-new"


async def rotation(stage: Stage, _: Dice, seconds: float) -> None:
    """Both keys are accepted for a while; then PlanFix changes; then the old one goes."""
    await _restart_with(stage, PLANFIX_KEY, [WEBHOOK_KEY, NEW_WEBHOOK_KEY])
    await asyncio.sleep(seconds / 3)
    await stage.planfix.change_keys(token=NEW_PLANFIX_KEY, webhook_token=NEW_WEBHOOK_KEY)
    await asyncio.sleep(seconds / 3)  # PlanFix refuses our old key meanwhile
    await _restart_with(stage, NEW_PLANFIX_KEY, [NEW_WEBHOOK_KEY])
    await asyncio.sleep(seconds / 3)


async def _restart_with(stage: Stage, planfix_key: str, webhook_keys: list[str]) -> None:
    stage.bridge.terminate()
    await stage.bridge.wait()
    stage.bridge.environment |= {
        "BRIDGE_PLANFIX__TOKEN": planfix_key,
        "BRIDGE_PLANFIX__WEBHOOK_TOKEN": json.dumps(webhook_keys),
    }
    await stage.restart(stage.bridge)


CASES = [Case("keys: rotation", rotation, floor=6)]
