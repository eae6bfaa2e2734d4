"""Pictures drawn in code: an avatar as a small PNG, without an image library."""

import struct
import zlib
from colorsys import hls_to_rgb

Colour = tuple[float, float, float]

_SIZE = 96
_WHITE: Colour = (1.0, 1.0, 1.0)


def avatar(seed: str, size: int = _SIZE) -> bytes:
    """Draw head and shoulders on a shaded ground; the colours follow from `seed`.

    Returns:
        A PNG of `size` × `size` pixels.
    """
    hue = zlib.crc32(seed.encode()) % 360 / 360
    rows = (_row(y, size, hue) for y in range(size))
    return png(size, size, b"".join(b"\0" + row for row in rows))


def png(width: int, height: int, filtered_rows: bytes) -> bytes:
    """Wrap RGB rows, each led by its filter byte, into a PNG file."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(filtered_rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _row(y: int, size: int, hue: float) -> bytes:
    ground = hls_to_rgb(hue, 0.62 - 0.22 * y / size, 0.52)
    pixels = (_mix(ground, _WHITE, 0.9 * _cover(x, y, size)) for x in range(size))
    return bytes(round(255 * part) for pixel in pixels for part in pixel)


def _cover(x: int, y: int, size: int) -> float:
    """How much of the pixel belongs to the figure, 0 to 1, with soft edges."""
    across, down = (x + 0.5) / size - 0.5, (y + 0.5) / size
    head = 0.17 - _distance(across, down - 0.38)
    shoulders = 0.33 - _distance(across, (down - 0.98) * 0.95)
    return min(1.0, max(0.0, max(head, shoulders) * size))


def _distance(across: float, down: float) -> float:
    return float((across**2 + down**2) ** 0.5)


def _mix(ground: Colour, ink: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(ground, ink, strict=True))
    return red, green, blue
