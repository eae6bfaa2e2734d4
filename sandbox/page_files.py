"""Serves files that a page shows: its own, and those that the two sides have sent."""

import mimetypes
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

PAGE = Path(__file__).parent / "page"

_CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_SHOWN_INLINE = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp",
    "video/mp4", "video/webm", "audio/ogg", "audio/mpeg", "audio/mp4",
})  # fmt: skip
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
}
_OCTETS = "application/octet-stream"


def page_file(name: str) -> web.Response:
    """Answer with one of the page's own files.

    Raises:
        HTTPNotFound: The page has no such file.
    """
    files = {path.name: path for path in PAGE.iterdir() if path.suffix in _TYPES}
    if name not in files:
        raise web.HTTPNotFound
    headers = {
        "Content-Security-Policy": _CONTENT_SECURITY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    text = files[name].read_text(encoding="utf-8")
    return web.Response(text=text, content_type=_TYPES[files[name].suffix], headers=headers)


def sent_file(data: bytes, name: str) -> web.Response:
    """Answer with a file that somebody sent: shown if harmless, else offered for saving."""
    content_type = _harmless_type(data, name)
    disposition = "attachment" if content_type == _OCTETS else "inline"
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=data, content_type=content_type, headers=headers)


def _harmless_type(data: bytes, name: str) -> str:
    by_content = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        by_content = "image/webp"
    guess = by_content or mimetypes.guess_type(name)[0] or _OCTETS
    return guess if guess in _SHOWN_INLINE else _OCTETS
