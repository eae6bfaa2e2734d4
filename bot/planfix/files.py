"""Operators' files, downloaded into a folder to be uploaded from there."""

import asyncio
import shutil
import time
from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    hdrs,
)
from yarl import URL

from bot.planfix.file_hosts import (
    BadAddressError,
    FileHosts,
    ForeignHostError,
    PrivateHostError,
    PublicResolver,
)
from bot.texts import DeliveryTexts
from bot.to_telegram import ENOUGH_TO_TELL, MAX_BYTES, LocalFile, kind_of, safe_name
from planfix_adapter import Attachment

MEGABYTE: Final = 1024 * 1024
FETCHES: Final = 10
"""So many messages at once may have files here; each has less than two albums' worth."""
SILENCE: Final = 15.0

_MAX_REDIRECTS = 5
_WHOLE_FETCH = 300
_CHUNK = 256 * 1024
_OLD = 3600
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".shtml", ".php")
_HEADERS = {hdrs.ACCEPT_ENCODING: "identity"}


class FileNotFetchedError(Exception):
    """A file cannot be had.

    Attributes:
        reason: Why, for an operator.
        passing: Whether it may work later.
        url: Where the file is; empty if nobody should be sent there.
        size: Its megabytes, if they are known: `61`, `> 50`.
    """

    def __init__(
        self, reason: str, *, passing: bool = False, url: str = "", size: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.url = url
        self.size = size


class PlanfixFiles:
    """Downloads attachments.

    Args:
        folder: Where to.
        hosts: From where.
        words: For the reasons why one cannot be had.
        silence: Seconds for which a server may say nothing.
    """

    def __init__(
        self, folder: Path, hosts: FileHosts, words: DeliveryTexts, *, silence: float = SILENCE
    ) -> None:
        self._silence = silence
        self._folder = folder
        self._hosts = hosts
        self._words = words
        self._session: ClientSession | None = None
        self._places = asyncio.Semaphore(FETCHES)

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Path]:
        """A folder for the files of one message; what is left in it goes with the `with` block."""
        async with self._places:
            folder = await asyncio.to_thread(self._make_place)
            try:
                yield folder
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _make_place(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.iterdir():  # by a bridge that was killed
            if left.stat().st_mtime < time.time() - _OLD:
                shutil.rmtree(left, ignore_errors=True)
        return Path(mkdtemp(dir=self._folder))

    async def fetch(self, attachment: Attachment, number: int, place: Path) -> LocalFile:
        """Download the attachment with that number into a folder that `place` gave.

        Raises:
            FileNotFetchedError: It cannot be had.
            OSError: The disk does not take it.
        """
        url = self._allowed(attachment.url)
        name = name_of(attachment, number)
        try:
            async with timeout(_WHOLE_FETCH) as whole:
                size, beginning = await self._download(url, name, place / str(number))
        except TimeoutError:
            passing = not whole.expired()  # not again so long for a file that drips
            raise FileNotFetchedError(self._words.silent, passing=passing, url=str(url)) from None
        except (ClientError, PrivateHostError) as error:
            raise self._unreachable(error, url) from None
        if not size:
            raise FileNotFetchedError(self._words.file_empty)
        kind = kind_of(beginning, name, size)
        return LocalFile(number, place / str(number), name, kind, size, str(url))

    async def _download(self, url: URL, name: str, path: Path) -> tuple[int, bytes]:
        """Follow redirects, each to an allowed address, and save what is at their end."""
        place = url
        for _ in range(_MAX_REDIRECTS):
            async with self._http().get(place, allow_redirects=False, headers=_HEADERS) as response:
                if response.status not in _REDIRECTS:
                    self._check(response, name, url)
                    return await self._save(response, path, url)
                target = response.headers.get(hdrs.LOCATION, "")
            place = self._allowed(_joined(place, target))
        raise FileNotFetchedError(self._words.redirects, url=str(url))

    def _allowed(self, address: str) -> URL:
        try:
            return self._hosts.allow(address)
        except ForeignHostError as error:
            reason = self._words.foreign_host.format(host=error.host)
        except PrivateHostError as error:
            reason = self._words.private_host.format(host=error.host)
        except BadAddressError:
            reason = self._words.bad_address
        raise FileNotFetchedError(reason)

    def _check(self, response: ClientResponse, name: str, url: URL) -> None:
        """Look at the answer's head for what speaks against reading its body."""
        if response.status != 200:  # noqa: PLR2004 - HTTP's number
            reason = self._words.bad_status.format(status=response.status)
            raise FileNotFetchedError(reason, passing=response.status in _PASSING, url=str(url))
        if response.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
            raise FileNotFetchedError(self._words.compressed, url=str(url))
        if response.content_type == "text/html" and not name.lower().endswith(_PAGES):
            raise FileNotFetchedError(self._words.login_page, url=str(url))
        length = response.content_length or 0
        if length > MAX_BYTES:
            raise self._too_large(url, f"{length / MEGABYTE:.0f}")

    async def _save(self, response: ClientResponse, path: Path, url: URL) -> tuple[int, bytes]:
        """Write the body to `path`; returns its size and its first bytes."""
        size, beginning = 0, b""
        with path.open("wb") as file:
            async for chunk in response.content.iter_chunked(_CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise self._too_large(url, f"> {MAX_BYTES // MEGABYTE}")
                if len(beginning) < ENOUGH_TO_TELL:
                    beginning += chunk[: ENOUGH_TO_TELL - len(beginning)]
                await asyncio.to_thread(file.write, chunk)
        return size, beginning

    def _too_large(self, url: URL, size: str) -> FileNotFetchedError:
        reason = self._words.too_large.format(limit=MAX_BYTES // MEGABYTE)
        return FileNotFetchedError(reason, url=str(url), size=size)

    def _unreachable(self, error: ClientError | PrivateHostError, url: URL) -> FileNotFetchedError:
        cause = error.os_error if isinstance(error, ClientConnectorError) else error
        if isinstance(cause, PrivateHostError):
            reason = self._words.private_host.format(host=cause.host)
            return FileNotFetchedError(reason)
        return FileNotFetchedError(self._words.silent, passing=True, url=str(url))

    def _http(self) -> ClientSession:
        if self._session is None:
            resolver = PublicResolver(self._hosts)
            self._session = ClientSession(
                connector=TCPConnector(resolver=resolver, use_dns_cache=False),
                timeout=ClientTimeout(total=None, connect=self._silence, sock_read=self._silence),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=_CHUNK // 2,
            )
        return self._session


def name_of(attachment: Attachment, number: int) -> str:
    """The name under which a file goes on its way."""
    try:
        in_address = URL(attachment.url).name
    except ValueError:
        in_address = ""
    return safe_name(attachment.name) or safe_name(in_address) or f"file_{number + 1}"


def _joined(place: URL, target: str) -> str:
    try:
        return str(place.join(URL(target)))
    except ValueError:
        return ""
