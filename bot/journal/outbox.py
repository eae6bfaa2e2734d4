"""One send for what is asked of Redis in the same moment, over a connection that is kept."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError, ResponseError

Argument = str | bytes | float

ANSWER_SECONDS: Final = 5.0
"""So long Redis may take to answer what was sent together."""


class _Call(NamedTuple):
    script: AsyncScript
    prefix: str
    args: Sequence[Argument]
    command: bytes
    answer: asyncio.Future[Any]


class Outbox:
    """Runs scripts. What is asked for while others are under way goes out together after them.

    Waking the other process is what a short call costs most, so calls that would leave side by side
    leave together: what was said in a chat, for example, with the settlement of its message. Next
    comes what redis-py does to lend a connection and to time each step, so one is kept, and timed
    as a whole.

    Args:
        redis: A connection pool.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._connection: AbstractConnection | None = None
        self._waiting: list[_Call] = []
        self._sending: asyncio.Task[None] | None = None

    async def run(self, script: AsyncScript, prefix: str, args: Sequence[Argument]) -> Any:  # noqa: ANN401 - as Lua returns it
        """Run a script with one key; returns what it returns, or raises what Redis answered."""
        # hiredis' types know of commands with one part alone.
        command = hiredis.pack_command(("EVALSHA", script.sha, 1, prefix, *args))  # type: ignore[arg-type]
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(script, prefix, args, command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all(), name="outbox")
        return await answer

    async def connect_anew(self) -> None:
        """Let go of the connection: its server may have been replaced."""
        if self._connection:
            await self._connection.disconnect()

    async def _send_all(self) -> None:
        while self._waiting:
            calls, self._waiting = self._waiting, []
            try:
                answers = await self._send(calls)
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait
                answers = [error] * len(calls)
            except asyncio.CancelledError:
                self._sending = None
                for call in calls:
                    call.answer.cancel()
                raise
            for call, answer in zip(calls, answers, strict=True):
                if isinstance(answer, NoScriptError):  # not loaded yet, or by a server that is gone
                    _give(call, await _loaded(call))
                else:
                    _give(call, answer)
        self._sending = None

    async def _send(self, calls: Sequence[_Call]) -> list[Any]:
        if self._connection is None:
            pool = self._redis.connection_pool
            self._connection = await pool.get_connection()  # type: ignore[no-untyped-call]  # redis-py's
            self._connection.socket_timeout = None  # the whole is timed
        connection = self._connection
        commands = b"".join(call.command for call in calls)

        async def exchange() -> list[Any]:
            async with asyncio.timeout(ANSWER_SECONDS):
                if not connection.is_connected:  # not left to the send, which asks nobody where to
                    await connection.connect()
                await connection.send_packed_command(commands, check_health=False)
                return [await _read(connection) for _ in calls]

        # Once more, if the connection's settings say so: it may have died while it was idle.
        return await connection.retry.call_with_retry(exchange, lambda _: connection.disconnect())


async def _read(connection: AbstractConnection) -> Any:  # noqa: ANN401 - as Lua returns it
    try:
        return await connection.read_response(timeout=math.inf)
    except ResponseError as error:
        return error


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
