"""Customers' files, streamed from Telegram. Their addresses hold the token, so they stay here."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiogram import Bot
from aiohttp import ClientError, ClientResponse, ClientTimeout, hdrs

from bot.media import FileGoneError, FileSourceError, FileStream
from bot.telegram_api import TelegramCallError, http_session, raw_call

CHUNK: Final = 64 * 1024
_PATH_LIFETIME = 30 * 60.0
_MAX_PATHS = 10_000
_PASSED_ON = (
    hdrs.CONTENT_LENGTH,
    hdrs.CONTENT_RANGE,
    hdrs.ACCEPT_RANGES,
    hdrs.ETAG,
    hdrs.LAST_MODIFIED,
)


class TelegramFiles:
    """Opens files by their `file_id`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._paths: OrderedDict[str, tuple[float, str]] = OrderedDict()

    @asynccontextmanager
    async def open(self, file_id: str, byte_range: str | None) -> AsyncIterator[FileStream]:
        """Open a file, or the part that a `Range` header asks for; see `bot.media.FileSource`."""
        url = self._bot.session.api.file_url(self._bot.token, await self._path(file_id))
        headers = {hdrs.RANGE: byte_range} if byte_range else {}
        session = await http_session(self._bot)
        timeout = ClientTimeout(total=None, connect=10, sock_read=30)
        try:
            async with session.get(url, headers=headers, timeout=timeout) as response:
                yield self._stream(file_id, response)
        except (TimeoutError, ClientError) as error:
            reason = f"no file from Telegram ({type(error).__name__})"
            raise FileSourceError(reason) from None

    def _stream(self, file_id: str, response: ClientResponse) -> FileStream:
        if response.status not in {200, 206, 416}:
            self._paths.pop(file_id, None)
            raise FileSourceError(f"Telegram's file server answered {response.status}")
        passed_on = {
            str(name): response.headers[name] for name in _PASSED_ON if name in response.headers
        }
        return FileStream(response.status, passed_on, response.content.iter_chunked(CHUNK))

    async def _path(self, file_id: str) -> str:
        known = self._paths.get(file_id)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            result = await raw_call(self._bot, "getFile", {"file_id": file_id}, seconds=20)
            path = str(result["file_path"])
        except TelegramCallError as error:
            if error.code == 400:  # noqa: PLR2004 - HTTP's number
                raise FileGoneError(str(error)) from None
            raise FileSourceError(str(error)) from None
        except (KeyError, TypeError):
            raise FileSourceError("getFile: no path in the answer") from None
        self._paths[file_id] = (time.monotonic() + _PATH_LIFETIME, path)
        if len(self._paths) > _MAX_PATHS:
            self._paths.popitem(last=False)
        return path
