"""Fetches the files that the bridge offers by URL, right away, as PlanFix does."""

import asyncio
from collections.abc import Callable, Iterable

import aiohttp

from sandbox.planfix.models import Attachment

MAX_BYTES = 64 * 1024 * 1024
MAX_AT_ONCE = 4
TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=20)
CHUNK = 64 * 1024


class DownloadError(Exception):
    """The file could not be had; the text says why."""


class Downloads:
    """Background downloads, a few at once, each bounded in bytes and in time."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def start(self, attachments: Iterable[Attachment], done: Callable[[], None]) -> None:
        """Fetch `attachments` in the background, calling `done` after each, well or badly."""
        for attachment in attachments:
            task = asyncio.create_task(self._fetch(attachment, done))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Give up what still runs."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _fetch(self, attachment: Attachment, done: Callable[[], None]) -> None:
        self._session = self._session or aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with (
                self._slots,
                self._session.get(attachment.url, allow_redirects=False) as response,
            ):
                attachment.content_type = response.content_type
                attachment.data = await _read(response)
        except (aiohttp.ClientError, TimeoutError, ValueError, DownloadError) as error:
            attachment.error = str(error) or type(error).__name__
        done()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    if response.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise DownloadError(f"HTTP {response.status}")
    data = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise DownloadError(f"larger than {MAX_BYTES} bytes")
    return bytes(data)
