"""Multipart bodies as Bot API clients write them, which is not always as the RFC has it.

Some clients leave file names unquoted, spaces and Cyrillic included; Telegram takes that.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, hdrs, web
from multidict import CIMultiDict

from sandbox.telegram.errors import bad_request, too_large

CHUNK = 256 * 1024
QUOTED = r'"((?:\\.|[^"\\])*)"'
NAME = re.compile(rf";\s*name=(?:{QUOTED}|([^;]*))", re.IGNORECASE)
FILE_NAME = re.compile(rf";\s*filename=(?:{QUOTED}|([^;]*))", re.IGNORECASE)
ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Upload:
    """A file inside the request's body."""

    name: str
    content_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {len(self.data)} bytes)"


async def read_multipart(
    request: web.Request, values: dict[str, str], uploads: dict[str, Upload]
) -> None:
    """Put the body's texts into `values` and its files into `uploads`.

    Raises:
        BotApiError: 400 for a body that cannot be read, 413 for one that is too large.
    """
    room = request.client_max_size
    try:
        async for part in _parts(request):
            data = await _content(part, room)
            room -= len(data)
            _keep(part, data, values, uploads)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except ValueError:
        raise bad_request("can't parse the request body") from None


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    # Called mixed, since aiohttp looks into the names of form data more strictly than Telegram.
    content_type = request.headers[hdrs.CONTENT_TYPE].replace("form-data", "mixed", 1)
    reader = MultipartReader(CIMultiDict({hdrs.CONTENT_TYPE: content_type}), request.content)
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader):
            yield part


async def _content(part: BodyPartReader, room: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        data += chunk
        if len(data) > room:
            raise too_large()
    return bytes(data)


def _keep(
    part: BodyPartReader, data: bytes, values: dict[str, str], uploads: dict[str, Upload]
) -> None:
    disposition = part.headers.get(hdrs.CONTENT_DISPOSITION, "")
    content_type = part.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
    name, file_name = _parameter(NAME, disposition), _parameter(FILE_NAME, disposition)
    if name is None:
        return
    if file_name is None and content_type in {"", "text/plain", "application/json"}:
        values[name] = data.decode()
    else:
        uploads[name] = Upload(file_name or "", content_type, data)


def _parameter(pattern: re.Pattern[str], header: str) -> str | None:
    found = pattern.search(header)
    if found is None:
        return None
    quoted, plain = found.groups()
    return plain.strip() if quoted is None else ESCAPED.sub(r"\1", quoted)
