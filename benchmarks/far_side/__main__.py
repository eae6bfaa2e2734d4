"""The far side as a process: both servers, and commands as lines of JSON on its standard input."""

import asyncio
import gc
import json
import sys
from contextlib import suppress
from typing import Any

from .planfix import Planfix
from .stage import FarSide
from .telegram import Telegram
from .wire import serve

_LONGEST_LINE = 1024 * 1024


async def _main() -> None:
    telegram, planfix = Telegram(), Planfix()
    _, telegram_port = await serve(telegram.handle)
    _, planfix_port = await serve(planfix.handle)
    stage = FarSide(telegram, planfix)
    _write({"telegram": telegram_port, "planfix": planfix_port})
    commands = await _lines()
    while line := await commands.readline():
        _write(await _obey(stage, json.loads(line)))


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


async def _obey(stage: FarSide, command: dict[str, Any]) -> dict[str, Any]:
    try:
        result = await getattr(stage, command["do"])(**command["with"])
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        return {"error": f"{type(error).__name__}: {error}"}
    return {"result": result}


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    gc.disable()  # a pause of ours would look like one of the bridge's
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())
