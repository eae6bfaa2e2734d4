"""A balancer in front of several bridges: each connection goes to the next one that is there."""

import asyncio
from contextlib import suppress
from itertools import cycle

_CHUNK = 64 * 1024


class Balancer:
    """Hands connections to `ports` of loopback in turns."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._turns = cycle(range(len(ports)))
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop, and end the connections."""
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        with suppress(OSError, asyncio.CancelledError):
            await self._connect(reader, writer)
        writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turns)
        for step in range(len(self._ports)):
            port = self._ports[(first + step) % len(self._ports)]
            with suppress(ConnectionRefusedError):
                back_reader, back_writer = await asyncio.open_connection("127.0.0.1", port)
                break
        else:
            return
        try:
            ways = [_copy(reader, back_writer), _copy(back_reader, writer)]
            tasks = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            back_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
