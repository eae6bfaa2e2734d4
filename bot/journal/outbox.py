"""One send for what is asked of Redis in the same moment."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

Argument = str | bytes | float


class _Call(NamedTuple):
    script: AsyncScript
    prefix: str
    args: Sequence[Argument]
    answer: asyncio.Future[Any]


class Outbox:
    """Runs scripts. Those that are asked for in one turn of the event loop share a send.

    Waking the other process is what a short call costs most, so calls that would leave side by side
    leave together: what was said in a chat, for example, with the settlement of its message.

    Args:
        redis: A connection pool.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[_Call] = []
        self._sends: set[asyncio.Task[None]] = set()

    async def run(self, script: AsyncScript, prefix: str, args: Sequence[Argument]) -> Any:  # noqa: ANN401 - as Lua returns it
        """Run a script with one key; returns what it returns, or raises what Redis answered."""
        loop = asyncio.get_running_loop()
        call = _Call(script, prefix, args, loop.create_future())
        self._waiting.append(call)
        if len(self._waiting) == 1:
            loop.call_soon(self._send_soon)
        return await call.answer

    def _send_soon(self) -> None:
        calls, self._waiting = self._waiting, []
        task = asyncio.create_task(self._send(calls))
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)

    async def _send(self, calls: Sequence[_Call]) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for call in calls:
                    pipe.evalsha(call.script.sha, 1, call.prefix, *call.args)
                answers = await pipe.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait
            answers = [error] * len(calls)
        for call, answer in zip(calls, answers, strict=True):
            if isinstance(answer, NoScriptError):  # not loaded yet, or by a server that is gone
                _give(call, await _loaded(call))
            else:
                _give(call, answer)


def _give(call: _Call, answer: Any) -> None:  # noqa: ANN401 - as Lua returns it
    if call.answer.done():  # nobody waits any longer
        return
    if isinstance(answer, Exception):
        call.answer.set_exception(answer)
    else:
        call.answer.set_result(answer)


async def _loaded(call: _Call) -> Any:  # noqa: ANN401 - as Lua returns it
    try:
        return await call.script(keys=[call.prefix], args=call.args)
    except Exception as error:  # noqa: BLE001 - it belongs to the one who waits
        return error
