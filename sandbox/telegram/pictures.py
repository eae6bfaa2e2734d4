"""The kind and the size of a picture, read from its first bytes."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    """What the header says; `mime_type` is `image/…`."""

    mime_type: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture | None:
    """Return kind and size of a JPEG, PNG, GIF or WebP picture; None for anything else."""
    for magic, mime_type, measure in READERS:
        if data.startswith(magic):
            try:
                width, height = measure(data)
            except (struct.error, IndexError):
                return None
            return Picture(mime_type, width, height) if width and height else None
    return None


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while True:
        marker, length = struct.unpack_from(">xBH", data, place)
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + length


def _webp(data: bytes) -> tuple[int, int]:
    if data[8:12] != b"WEBP":
        return 0, 0
    match data[12:16]:
        case b"VP8X":
            return 1 + _three_bytes(data, 24), 1 + _three_bytes(data, 27)
        case b"VP8L":
            (packed,) = struct.unpack_from("<I", data, 21)
            return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF


def _three_bytes(data: bytes, place: int) -> int:
    return data[place] | data[place + 1] << 8 | data[place + 2] << 16


READERS: list[tuple[bytes, str, Callable[[bytes], tuple[int, int]]]] = [
    (b"\x89PNG\r\n\x1a\n", "image/png", _png),
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (b"GIF8", "image/gif", _gif),
    (b"RIFF", "image/webp", _webp),
]
