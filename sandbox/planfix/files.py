"""Operators' files, served at addresses that nobody can guess."""

import mimetypes
import secrets
from typing import NamedTuple
from urllib.parse import quote

from aiohttp import web

_KEY_BYTES = 24
_OCTETS = "application/octet-stream"


class StoredFile(NamedTuple):
    """A file and the name it was given."""

    name: str
    data: bytes
    content_type: str


class FileStore:
    """Keeps files in memory and answers requests for them."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(self, name: str, data: bytes) -> tuple[str, str]:
        """Keep `data` and return its path on this server and its content type."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        content_type = mimetypes.guess_type(name, strict=False)[0] or _OCTETS
        self._files[key] = StoredFile(name, data, content_type)
        return f"/files/{key}/{quote(name, safe='')}", content_type

    async def serve(self, request: web.Request) -> web.Response:
        """Answer `GET /files/{key}/{name}`."""
        file = self._files.get(request.match_info["key"])
        if file is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.data, content_type=file.content_type, headers=headers)
