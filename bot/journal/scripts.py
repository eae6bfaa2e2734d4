"""The Lua scripts in `lua/`, ready to run in Redis, and confirmed by a copy where there are any."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError, RedisError

from bot.journal.outbox import Outbox

CONFIRM_SECONDS: Final = 1.0
"""So long a replica may take to confirm a write."""

_LUA = Path(__file__).parent / "lua"


class UnconfirmedError(RedisError):
    """No replica has confirmed a write: if the server is lost, so may the write be."""


def load_script(redis: Redis, name: str) -> AsyncScript:
    """The script `name`, with what all scripts share in front of it."""
    source = (_LUA / "common.lua").read_text() + (_LUA / f"{name}.lua").read_text()
    return redis.register_script(source)


class Scripts:
    """Runs scripts that may be repeated.

    Args:
        redis: A connection.
        prefix: What every key begins with.
        names: Which scripts.
        confirm: Whether what a script did has to be at a replica before it counts as done.
        outbox: Shared with others, if there are any.
    """

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        names: Iterable[str],
        *,
        confirm: bool = False,
        outbox: Outbox | None = None,
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._scripts = {name: load_script(redis, name) for name in names}
        self._touch = load_script(redis, "touch")
        self._outbox = outbox or Outbox(redis)
        self._confirm = confirm

    async def run(self, name: str, *args: str | bytes | float) -> Any:  # noqa: ANN401 - as Lua returns it
        """Run the script `name`; returns what it returns.

        Raises:
            UnconfirmedError: It has run, but no replica knows of it yet; run it again.
            RedisError: It may or may not have run.
        """
        script = self._scripts[name]
        if not self._confirm:
            return await self._outbox.run(script, self._prefix, args)
        try:
            return await self._run_confirmed(script, args)
        except NoScriptError:  # a server that has just taken over, or was restarted
            for each in (script, self._touch):
                await self._redis.script_load(each.script)
            return await self._run_confirmed(script, args)

    async def _run_confirmed(self, script: AsyncScript, args: Iterable[str | bytes | float]) -> Any:  # noqa: ANN401
        """Run a script and wait for a replica, all in one round trip over one connection.

        WAIT looks at what this connection wrote last. A script that is run again, because nobody
        had confirmed it, may write nothing; so something is written behind it in any case.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.evalsha(script.sha, 1, self._prefix, *args)
            pipe.evalsha(self._touch.sha, 1, self._prefix)
            pipe.wait(1, round(CONFIRM_SECONDS * 1000))
            result, _, replicas = await pipe.execute()
        if not replicas:
            # Perhaps the server is cut off and has long been replaced: so connect anew.
            await self._redis.connection_pool.disconnect(inuse_connections=False)
            await self._outbox.connect_anew()
            raise UnconfirmedError("no replica has confirmed what was written")
        return result
