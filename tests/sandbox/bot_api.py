"""A bot in plain HTTP, and small files to send."""

import io
import json
import struct
import zlib
from typing import Any

import aiohttp

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b0800f0014001011100ffd9")
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 511 | 511 << 14) + b"\0" * 8
GIF = b"GIF89a" + struct.pack("<HH", 12, 34) + b"\0" * 8
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
OGG = b"OggS\0\x02" + b"\0" * 40
MP3 = b"ID3\x04" + b"\0" * 40


def png(width: int = 3, height: int = 2) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


class BotApiClient:
    """Calls methods and returns the answers' JSON as it is."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.session = session
        self.url = url
        self.base = f"{url}/bot{token}"
        self.files = f"{url}/file/bot{token}"

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call with a JSON body."""
        async with self.session.post(f"{self.base}/{method}", json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def upload(
        self, method: str, files: dict[str, tuple[bytes, str]], **parameters: object
    ) -> dict[str, Any]:
        """Call with a multipart body; a file is its content and its name."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in parameters.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, (data, file_name) in files.items():
            content = io.BytesIO(data)
            form.add_field(
                name, content, filename=file_name, content_type="application/octet-stream"
            )
        async with self.session.post(f"{self.base}/{method}", data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def result(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - whatever the method returns
        """Call and return the result of an answer that must be ok."""
        answer = await self.call(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **parameters: object) -> str:
        """Call and return the description of an answer that must not be ok."""
        answer = await self.call(method, **parameters)
        assert not answer["ok"], answer
        description: str = answer["description"]
        return description

    async def updates(self, **parameters: object) -> list[dict[str, Any]]:
        """Return the pending updates."""
        found: list[dict[str, Any]] = await self.result("getUpdates", **parameters)
        return found
