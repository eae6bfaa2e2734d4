"""The measures of a picture, from its first bytes: Telegram takes not every picture as a photo."""

import struct
from typing import Final

MAX_SIDES: Final = 10_000
"""Width and height of a photo together, in pixels."""
MAX_RATIO: Final = 20

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def may_be_photo(beginning: bytes) -> bool:
    """Whether Telegram takes a picture with these first bytes as a photo, as far as they tell."""
    try:
        width, height = _measures(beginning)
    except (struct.error, IndexError):
        return True  # Telegram will say
    short, long = sorted((width, height))
    return short + long <= MAX_SIDES and long <= MAX_RATIO * short


def _measures(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    return _webp(data)


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while True:
        marker, length = struct.unpack_from(">xBH", data, place)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + length


def _webp(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            low, high = struct.unpack_from("<I", data, 23)[0] >> 8, data[27:30]
            return low + 1, int.from_bytes(high, "little") + 1
        case b"VP8L":
            (packed,) = struct.unpack_from("<I", data, 21)
            return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        case _:
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
