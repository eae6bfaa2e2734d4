"""Customers' files, streamed from Telegram. Their addresses hold the token, so they stay here."""

import time
from asyncio import timeout
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from aiogram import Bot
from aiohttp import ClientError, ClientResponse, ClientTimeout, hdrs

from bot.media.byte_ranges import ByteRange
from bot.media.local_files import open_local
from bot.media.view import FileGoneError, FileSourceError, FileStream, RangeError
from bot.telegram.api import TelegramCallError, http_session, raw_call
from bot.telegram.errors import PROXY_ERRORS, explain_proxy

CHUNK: Final = 64 * 1024

_OFFICIAL_HOST = "api.telegram.org"
_PATH_LIFETIME = 30 * 60.0
_MAX_PATHS = 10_000
_SILENCE = 30.0
_GET_FILE_SECONDS = 20.0
_LOCAL_GET_FILE_SECONDS = 120.0
_BAD_REQUEST = 400


class TelegramFiles:
    """Opens files by their `file_id`; see `bot.media.view.FileSource`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._official = urlsplit(bot.session.api.base).hostname == _OFFICIAL_HOST

    @asynccontextmanager
    async def open(self, file_id: str, wanted: ByteRange | None) -> AsyncIterator[FileStream]:
        """Open a file, or the part that is wanted of it."""
        async with AsyncExitStack() as stack:
            try:
                stream = await self._open(stack, file_id, wanted)
            except _PathGoneError:
                # Telegram keeps a path for an hour at least; a local server may clean up sooner.
                self._places.pop(file_id, None)
                try:
                    stream = await self._open(stack, file_id, wanted)
                except _PathGoneError:
                    raise FileSourceError("Telegram does not have what getFile promised") from None
            yield stream

    async def _open(
        self, stack: AsyncExitStack, file_id: str, wanted: ByteRange | None
    ) -> FileStream:
        place = await self._place(file_id)
        path = Path(place.path)
        if path.is_absolute():
            if self._official:
                raise FileSourceError("getFile: an unexpected path in the answer")
            try:
                return await stack.enter_async_context(open_local(path, wanted))
            except FileNotFoundError:
                pass  # the local server's disk is not ours: it may serve the file by HTTP
            except OSError as error:
                raise FileSourceError(f"no file on disk ({type(error).__name__})") from None
        return await self._fetch(stack, place, wanted)

    async def _fetch(
        self, stack: AsyncExitStack, place: "_Place", wanted: ByteRange | None
    ) -> FileStream:
        url = self._bot.session.api.file_url(self._bot.token, quote(place.path))
        headers = {hdrs.ACCEPT_ENCODING: "identity"}
        if wanted:
            headers[hdrs.RANGE] = str(wanted)
        session = await http_session(self._bot)
        times = ClientTimeout(total=None, connect=10, sock_read=_SILENCE)
        try:
            response = await stack.enter_async_context(
                session.get(url, headers=headers, timeout=times, allow_redirects=False)
            )
        except (TimeoutError, ClientError, OSError, *PROXY_ERRORS) as error:
            raise _broken(error) from None
        return _stream(response, place, wanted)

    async def _place(self, file_id: str) -> "_Place":
        known = self._places.get(file_id)
        if known and known.valid_until > time.monotonic():
            return known
        seconds = _GET_FILE_SECONDS if self._official else _LOCAL_GET_FILE_SECONDS
        try:
            result = await raw_call(self._bot, "getFile", {"file_id": file_id}, seconds=seconds)
        except TelegramCallError as error:
            if error.code == _BAD_REQUEST:
                raise FileGoneError(str(error)) from None
            raise FileSourceError(str(error), error.retry_after) from None
        place = self._places[file_id] = _Place.parse(result)
        self._places.move_to_end(file_id)
        if len(self._places) > _MAX_PATHS:
            self._places.popitem(last=False)
        return place


class _PathGoneError(Exception):
    """What getFile said some time ago holds no longer."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file is, for a while. A local server's path holds the token too."""

    path: str
    size: int | None
    valid_until: float

    @classmethod
    def parse(cls, result: Any) -> "_Place":  # noqa: ANN401 - whatever getFile gave
        path = result.get("file_path") if isinstance(result, dict) else None
        if not isinstance(path, str) or not path:
            raise FileSourceError("getFile: no path in the answer")
        size = result.get("file_size")
        known_size = size if isinstance(size, int) else None
        return cls(path, known_size, time.monotonic() + _PATH_LIFETIME)


def _stream(response: ClientResponse, place: _Place, wanted: ByteRange | None) -> FileStream:
    status, length = response.status, response.content_length
    if status == 404:  # noqa: PLR2004 - HTTP's number
        raise _PathGoneError
    if status == 416 and wanted:  # noqa: PLR2004 - HTTP's number
        raise RangeError(place.size)
    if status == 206 and wanted and hdrs.CONTENT_RANGE in response.headers:  # noqa: PLR2004 - HTTP's number
        return FileStream(_chunks(response), length, response.headers[hdrs.CONTENT_RANGE])
    if status != 200:  # noqa: PLR2004 - HTTP's number
        raise FileSourceError(f"Telegram's file server answered {status}")
    if place.size is not None and length not in {None, place.size}:
        raise FileSourceError("Telegram's file server answered with something else")
    return FileStream(_chunks(response), place.size if length is None else length)


async def _chunks(response: ClientResponse) -> AsyncIterator[bytes]:
    try:
        while chunk := await _chunk(response):
            yield chunk
    except (TimeoutError, ClientError, OSError, *PROXY_ERRORS) as error:
        raise _broken(error) from None


async def _chunk(response: ClientResponse) -> bytes:
    # aiohttp's own time-out does not notice every kind of broken answer.
    async with timeout(_SILENCE):
        return await response.content.read(CHUNK)


def _broken(error: Exception) -> FileSourceError:
    if isinstance(error, PROXY_ERRORS):
        return FileSourceError(f"no file from Telegram: {explain_proxy(error)}")
    # The address in aiohttp's words holds the token: name the kind of error alone.
    return FileSourceError(f"no file from Telegram ({type(error).__name__})")
