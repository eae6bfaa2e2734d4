"""Runs `python -m bot …` as its user would, beside a bridge or without one."""

from pathlib import Path

from forked import Forked
from support import ROOT, World


async def bot_command(running: World, *arguments: str, code: int = 0, folder: Path = ROOT) -> str:
    """Run a command with the bridge's own settings; returns what it said, errors included."""
    process = await Forked.start(running.bridge.environment, folder, arguments)
    said = (await process.stderr.read()).decode()
    assert await process.wait() == code, said
    return said
