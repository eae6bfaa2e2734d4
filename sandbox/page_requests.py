"""Reads what the page's scripts send, and refuses what other sites' scripts send."""

import json
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_READING = frozenset({"GET", "HEAD"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only our own page change anything, and answer bad requests in JSON."""
    origin = request.headers.get("Origin")
    if request.method not in _READING and origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="another site's page")
    try:
        return await handler(request)
    except (ValueError, KeyError) as error:
        reason = "the body is no JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        return web.json_response({"error": reason}, status=400)


def text_of(body: object, name: str, *, required: bool = False) -> str:
    """The text field `name` of a JSON body, "" if it is absent.

    Raises:
        ValueError: It is no text, or is required and blank.
    """
    value: Any = body.get(name, "") if isinstance(body, dict) else None
    if not isinstance(value, str) or (required and not value.strip()):
        raise ValueError(f"{name} is required" if required else f"{name} must be a text")
    return value


def number_of(body: object, name: str) -> int:
    """The whole number `name` of a JSON body.

    Raises:
        ValueError: It is absent or no whole number.
    """
    value: Any = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, int):
        raise ValueError(f"{name} must be a number")  # noqa: TRY004 - a bad request, not a bug
    return value


async def uploads(request: web.Request) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """The text fields of a multipart form, and the names and bytes of its files, in order."""
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files.append((value.filename or "file", value.file.read()))
        elif isinstance(value, str):
            fields[name] = value
    return fields, files
