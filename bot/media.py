"""Signed, expiring links to customers' files, and the view that streams the files.

A link names a file in itself, so nothing has to be stored for it, and any process can serve it.
"""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote

import structlog
from aiohttp import hdrs, web
from itsdangerous import BadData, URLSafeTimedSerializer

log = structlog.get_logger("bot.media")

SAFE_TYPES = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif",
        "video/mp4", "video/webm", "video/quicktime",
        "audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a",
        "application/pdf", "application/zip",
    }
)  # fmt: skip
"""Types that a browser may be told; any other file is served as plain bytes."""

_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_NO_HINT = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that the messenger keeps for us."""

    file_id: str
    name: str
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class FileStream:
    """An open file: HTTP status (200 or 206), headers about length and range, and its bytes."""

    status: int
    headers: dict[str, str]
    chunks: AsyncIterator[bytes]


class FileSource(Protocol):
    """The messenger's side of a download."""

    def open(self, file_id: str, byte_range: str | None) -> AbstractAsyncContextManager[FileStream]:
        """Open a file, or the part of it that a `Range` header asks for.

        Raises:
            FileGoneError: The messenger does not have it, or does not give it.
            FileSourceError: It cannot be had now.
        """
        ...


class FileGoneError(Exception):
    """The messenger will not give the file."""


class FileSourceError(Exception):
    """The messenger does not give the file at the moment."""


class MediaLinks:
    """Makes links and reads them back.

    Args:
        secret: Any secret of the bot; the signing key is derived from it, one way.
        public_url: How others reach our server.
        lifetime: How long a link works.
    """

    def __init__(self, secret: str, public_url: str, lifetime: timedelta) -> None:
        key = hmac.digest(secret.encode(), b"media links", hashlib.sha256)
        self._serializer = URLSafeTimedSerializer(
            key, salt="media", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._public_url = public_url
        self._lifetime = lifetime

    def link(self, file: FileRef) -> str:
        """A link to `file` that ends with the file's own name."""
        token = self._serializer.dumps([file.file_id, file.name, file.mime_type])
        if isinstance(token, bytes):
            token = token.decode()
        return f"{self._public_url}/media/{token}/{quote(safe_name(file.name), safe='')}"

    def read(self, token: str) -> FileRef | None:
        """The file that a link's token names; None if it is forged or has expired."""
        try:
            file_id, name, mime_type = self._serializer.loads(
                token, max_age=int(self._lifetime.total_seconds())
            )
        except (BadData, ValueError, TypeError):
            return None
        return FileRef(file_id, name, mime_type)


class MediaView:
    """`GET /media/{token}/{name}`: streams the file from the messenger at each fetch."""

    def __init__(self, links: MediaLinks, source: FileSource) -> None:
        self._links = links
        self._source = source

    def register(self, app: web.Application) -> None:
        """Add the route (GET and HEAD) to `app`."""
        app.router.add_get("/media/{token}/{name}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one fetch: 200 or 206 with the file, 404 with no hint, 502 if it must wait."""
        file = self._links.read(request.match_info["token"])
        if file is None:
            return web.Response(status=404, headers=_NO_HINT)
        try:
            async with self._source.open(file.file_id, request.headers.get(hdrs.RANGE)) as stream:
                return await _send(request, file, stream)
        except FileGoneError as error:
            log.warning("media.gone", reason=str(error))
            return web.Response(status=404, headers=_NO_HINT)
        except FileSourceError as error:
            log.warning("media.unavailable", reason=str(error))
            return web.Response(status=502, headers=_NO_HINT)


async def _send(request: web.Request, file: FileRef, stream: FileStream) -> web.StreamResponse:
    response = web.StreamResponse(status=stream.status, headers=safe_headers(file) | stream.headers)
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        async for chunk in stream.chunks:
            await response.write(chunk)
    await response.write_eof()
    return response


def safe_name(name: str) -> str:
    """`name` without what file systems and headers do not bear; never empty."""
    return _UNSAFE_IN_NAMES.sub("_", name).strip(" .") or "file"


def safe_headers(file: FileRef) -> dict[str, str]:
    """Headers under which any file can be shown to any browser (RFC 6266 for the name)."""
    name = safe_name(file.name)
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    shown = file.mime_type in SAFE_TYPES
    return {
        hdrs.CONTENT_TYPE: file.mime_type if shown else "application/octet-stream",
        hdrs.CONTENT_DISPOSITION: f"{'inline' if shown else 'attachment'}; "
        f"filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        hdrs.CACHE_CONTROL: "private, max-age=3600",
    }
