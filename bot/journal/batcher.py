"""One call for many: what is asked for while a call is under way goes out with the next one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Gathers single items into calls of `send`, one call at a time, at most `most` items each.

    A durable write costs a round trip and an fsync; a hundred written together cost one of each.
    """

    def __init__(
        self, send: Callable[[list[Item]], Awaitable[list[Result]]], *, most: int = 200
    ) -> None:
        self._send = send
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Give `item` to the next call and return its result, or raise what the call raised."""
        return await self.begin(item)

    def begin(self, item: Item) -> asyncio.Future[Result]:
        """Give `item` to the next call, without waiting for its end."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return future

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                results = await self._send([item for item, _ in batch])
                if len(results) != len(batch):
                    raise RuntimeError(f"{len(results)} results for {len(batch)} items")  # noqa: TRY301 - for those who wait
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():
                        future.set_result(result)
        self._runner = None
