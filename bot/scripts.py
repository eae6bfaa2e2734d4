"""The Lua scripts in `lua/`, ready to run in Redis."""

from pathlib import Path

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

_LUA = Path(__file__).parent / "lua"


def load_script(redis: Redis, name: str) -> AsyncScript:
    """The script `name`, with what all scripts share in front of it."""
    source = (_LUA / "common.lua").read_text() + (_LUA / f"{name}.lua").read_text()
    return redis.register_script(source)
