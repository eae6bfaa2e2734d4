"""`GET /media/…`: streams customers' files from the messenger at each fetch."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote

import structlog
from aiohttp import hdrs, web

from bot.media.byte_ranges import ByteRange
from bot.media.links import FileRef, MediaLinks

log = structlog.get_logger("bot.media")

SAFE_TYPES: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif",
        "video/mp4", "video/webm", "video/quicktime",
        "audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a",
        "application/pdf", "application/zip",
    }
)  # fmt: skip
"""Types that a browser may be told; any other file is served as plain bytes."""

AT_ONCE: Final = 50
"""So many files are on their way at a time; each costs a connection and some buffers."""

_WAIT_FOR_PLACE = 5.0
_SLOWEST_CHUNK = 30.0
_RETRY_AFTER = 10.0
_PLAIN = {"X-Content-Type-Options": "nosniff", hdrs.CACHE_CONTROL: "no-store"}


@dataclass(frozen=True, slots=True)
class FileStream:
    """An open file, or a part of it."""

    chunks: AsyncIterator[bytes]
    """Its bytes; raises `FileSourceError` if they break off."""
    length: int | None
    """The number of bytes that come; None: not known."""
    content_range: str = ""
    """The `Content-Range` of a part; empty: this is the whole file."""


class FileSource(Protocol):
    """The messenger's side of a download."""

    def open(
        self, file_id: str, wanted: ByteRange | None
    ) -> AbstractAsyncContextManager[FileStream]:
        """Open a file, or the part that is wanted of it.

        Raises:
            FileGoneError: The messenger does not have it, or does not give it.
            RangeError: The file has no such part.
            FileSourceError: It cannot be had now.
        """
        ...


FROM_US: Final = web.ResponseKey("from_us", bool)
"""On the answer to a link that does not work any more, but that we have made."""


class FileGoneError(Exception):
    """The messenger will not give the file."""


class RangeError(Exception):
    """The file has no such part; `size` is how many bytes it has, None if that is not known."""

    def __init__(self, size: int | None = None) -> None:
        super().__init__("the file has no such part")
        self.size = size


class FileSourceError(Exception):
    """The messenger does not give the file now. `retry_after`: seconds to wait, if it told."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class MediaView:
    """`GET` and `HEAD /media/{token}/{name}`.

    Args:
        links: Reads the links.
        source: Where the files are.
        at_once: How many downloads may run; further ones wait a little, then get 503.
    """

    def __init__(self, links: MediaLinks, source: FileSource, *, at_once: int = AT_ONCE) -> None:
        self._links = links
        self._source = source
        self._places = asyncio.Semaphore(at_once)
        self.on_the_way = 0
        """The number of downloads that run."""

    def register(self, app: web.Application) -> None:
        """Add the route to `app`."""
        app.router.add_get("/media/{token}/{name}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one fetch.

        200 or 206 with the file, 404 with no hint, 416 for a part that the file has not, or 503
        with `Retry-After`. A transfer that breaks off ends the connection.
        """
        file = self._links.read(request.match_info["token"], request.match_info["name"])
        if file is None:
            return _not_found()
        try:
            async with (
                self._place(),
                self._source.open(file.file_id, _wanted(request, file)) as stream,
            ):
                return await _send(request, file, stream)
        except FileGoneError as error:
            log.warning("media.gone", reason=str(error))
            answer = _not_found()
            answer[FROM_US] = True
            return answer
        except RangeError as error:
            size = "*" if error.size is None else error.size
            return web.Response(
                status=416, headers=_PLAIN | {hdrs.CONTENT_RANGE: f"bytes */{size}"}
            )
        except FileSourceError as error:
            log.warning("media.unavailable", reason=str(error))
            seconds = round(error.retry_after or _RETRY_AFTER)
            return web.Response(status=503, headers=_PLAIN | {hdrs.RETRY_AFTER: str(seconds)})

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_WAIT_FOR_PLACE):
                await self._places.acquire()
        except TimeoutError:
            raise FileSourceError("too many downloads at once") from None
        self.on_the_way += 1
        try:
            yield
        finally:
            self.on_the_way -= 1
            self._places.release()


def _not_found() -> web.Response:
    """The one answer to every link that does not work, whatever the reason."""
    return web.Response(status=404, headers=_PLAIN)


def _wanted(request: web.Request, file: FileRef) -> ByteRange | None:
    """The part that is asked for, unless the asker has begun with another file."""
    if request.headers.get(hdrs.IF_RANGE, etag(file)) != etag(file):
        return None
    return ByteRange.parse(request.headers.get(hdrs.RANGE))


async def _send(request: web.Request, file: FileRef, stream: FileStream) -> web.StreamResponse:
    response = web.StreamResponse(
        status=206 if stream.content_range else 200, headers=safe_headers(file)
    )
    response.content_length = stream.length
    if stream.content_range:
        response.headers[hdrs.CONTENT_RANGE] = stream.content_range
    await response.prepare(request)
    if request.method == hdrs.METH_HEAD:
        return response
    try:
        await _pass_on(stream, response)
    except FileSourceError as error:
        log.warning("media.broken_off", reason=str(error))
        _hang_up(request)
    except (ConnectionError, TimeoutError) as error:
        log.info("media.not_taken", reason=type(error).__name__)
        _hang_up(request)
    return response


async def _pass_on(stream: FileStream, response: web.StreamResponse) -> None:
    passed = 0
    async for chunk in stream.chunks:
        passed += len(chunk)
        if stream.length is not None and passed > stream.length:
            raise FileSourceError("the file is longer than it was said to be")
        async with asyncio.timeout(_SLOWEST_CHUNK):
            await response.write(chunk)
    if stream.length is not None and passed < stream.length:
        raise FileSourceError("the file is shorter than it was said to be")
    await response.write_eof()


def _hang_up(request: web.Request) -> None:
    """End the connection, so that nobody takes a part for the whole."""
    if request.transport:
        request.transport.abort()


def etag(file: FileRef) -> str:
    """A file of the messenger never changes, so its id tells whether it is the same."""
    return f'"{hashlib.sha256(file.file_id.encode()).hexdigest()[:32]}"'


def safe_headers(file: FileRef) -> dict[str, str]:
    """Headers under which any file can be shown to any browser (RFC 6266 for the name)."""
    ascii_name = file.name.encode("ascii", "replace").decode().replace("?", "_")
    encoded_name = quote(file.name, safe="")
    shown = file.mime_type in SAFE_TYPES
    return {
        hdrs.CONTENT_TYPE: file.mime_type if shown else "application/octet-stream",
        hdrs.CONTENT_DISPOSITION: f"{'inline' if shown else 'attachment'}; "
        f"filename=\"{ascii_name}\"; filename*=UTF-8''{encoded_name}",
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.ETAG: etag(file),
        hdrs.CACHE_CONTROL: "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
