"""Hands events to the open pages: each page first gets everything as it is, then every change."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

Event = dict[str, Any]

QUEUED_EVENTS = 5_000
HEARTBEAT_SECONDS = 15


class Hub:
    """Server-sent events for any number of pages."""

    def __init__(self, snapshot: Callable[[], Event]) -> None:
        """`snapshot` tells everything as it is now; an open page starts from that."""
        self._snapshot = snapshot
        self._pages: set[asyncio.Queue[Event | None]] = set()

    def publish(self, event: Event) -> None:
        """Send `event` to every page. A page that has fallen far behind is disconnected."""
        for page in list(self._pages):
            try:
                page.put_nowait(event)
            except asyncio.QueueFull:
                self._dismiss(page)

    def close(self) -> None:
        """Disconnect every page."""
        for page in list(self._pages):
            self._dismiss(page)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer `GET /api/events` with a stream that ends when either side goes."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        page: asyncio.Queue[Event | None] = asyncio.Queue(QUEUED_EVENTS)
        page.put_nowait(self._snapshot())
        self._pages.add(page)
        try:
            await _stream(page, response)
        except ConnectionError:
            pass  # the browser has gone
        finally:
            self._pages.discard(page)
        return response

    def _dismiss(self, page: asyncio.Queue[Event | None]) -> None:
        self._pages.discard(page)
        while not page.empty():
            page.get_nowait()
        page.put_nowait(None)


async def _stream(page: asyncio.Queue[Event | None], response: web.StreamResponse) -> None:
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                event = await page.get()
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if event is None:
            return
        await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
