"""Operators' files, downloaded into a folder to be uploaded from there."""

import mimetypes
from asyncio import timeout
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from yarl import URL

from bot.file_hosts import FileHosts, PublicResolver
from bot.to_telegram import LocalFile
from planfix_adapter import Attachment

MAX_BYTES: Final = 50 * 1024 * 1024
"""The Bot API takes no larger uploads."""

_MAX_REDIRECTS = 5
_WHOLE_FETCH = 300
_CHUNK = 256 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


class FileNotFetchedError(Exception):
    """A file cannot be had, with the reason. `passing`: it may work later."""

    def __init__(self, name: str, reason: str, *, passing: bool) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.passing = passing


class PlanfixFiles:
    """Downloads attachments into `folder` from the hosts that `hosts` allows."""

    def __init__(self, folder: Path, hosts: FileHosts) -> None:
        self._folder = folder
        self._hosts = hosts
        self._session: ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    @asynccontextmanager
    async def fetched(self, attachments: Sequence[Attachment]) -> AsyncIterator[list[LocalFile]]:
        """Download `attachments`; the files are there as long as the `with` block lasts.

        Raises:
            FileNotFetchedError: One of them cannot be had.
        """
        if not attachments:
            yield []
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._folder) as folder:
            yield [
                await self._fetch(attachment, Path(folder) / str(number))
                for number, attachment in enumerate(attachments)
            ]

    async def _fetch(self, attachment: Attachment, path: Path) -> LocalFile:
        name = attachment.name or unquote(URL(attachment.url).name) or "file"
        address = attachment.url
        try:
            async with timeout(_WHOLE_FETCH):
                for _ in range(_MAX_REDIRECTS):
                    url = self._hosts.allow(address)
                    async with self._http().get(url, allow_redirects=False) as response:
                        if response.status not in _REDIRECTS:
                            return await _save(response, name, path)
                        address = str(url.join(URL(response.headers.get("Location", ""))))
        except ValueError as error:
            raise FileNotFetchedError(name, str(error), passing=False) from None
        except (ClientError, TimeoutError, OSError) as error:
            raise FileNotFetchedError(name, type(error).__name__, passing=True) from None
        raise FileNotFetchedError(name, "too many redirects", passing=False)

    def _http(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(resolver=PublicResolver(self._hosts), use_dns_cache=False)
            times = ClientTimeout(total=None, connect=10, sock_read=30)
            self._session = ClientSession(connector=connector, timeout=times)
        return self._session


async def _save(response: ClientResponse, name: str, path: Path) -> LocalFile:
    if response.status != 200:  # noqa: PLR2004 - HTTP's number
        passing = response.status >= 500 or response.status in {408, 429}  # noqa: PLR2004 - as above
        raise FileNotFetchedError(name, f"PlanFix answered {response.status}", passing=passing)
    size, beginning = 0, b""
    with path.open("wb") as file:
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                limit = f"larger than {MAX_BYTES // 1024**2} MB"
                raise FileNotFetchedError(name, limit, passing=False)
            beginning = beginning or chunk[:16]
            file.write(chunk)
    return LocalFile(path, name, _type_of(beginning, name), size)


def _type_of(beginning: bytes, name: str) -> str:
    """The file's type, by what it is before how it is called."""
    for magic, mime_type in _MAGIC:
        if beginning.startswith(magic):
            return mime_type
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return "image/webp"
    guess = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return "application/octet-stream" if guess.startswith("image/") else guess
