"""As what a file is sent, and under which name."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.to_telegram import MAX_BYTES, Kind, LocalFile, joins, kind_of, safe_name
from bot.to_telegram.pictures import may_be_photo

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b0800f0014001011100ffd9")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 511 | 511 << 14) + b"\0" * 8
GIF = b"GIF89a" + struct.pack("<HH", 12, 34)
OGG = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead"


@pytest.mark.parametrize(
    ("beginning", "name", "kind"),
    [
        (JPEG, "a.jpg", Kind.PHOTO),
        (JPEG, "a.txt", Kind.PHOTO),
        (PNG, "a", Kind.PHOTO),
        (WEBP, "a.webp", Kind.PHOTO),
        (b"no picture", "a.jpg", Kind.DOCUMENT),
        (b"RIFF1234WAVE", "a.wav", Kind.DOCUMENT),
        (GIF, "a.gif", Kind.ANIMATION),
        (b"GIF of the month", "a.gif", Kind.DOCUMENT),
        (b"\0\0\0\x18ftypmp42", "a.mp4", Kind.VIDEO),
        (b"\0\0\0\x18ftypisom", "a", Kind.VIDEO),
        (b"\0\0\0\x18moov", "a.mp4", Kind.VIDEO),
        (b"\0\0\0\x18ftypqt  ", "a.mov", Kind.DOCUMENT),
        (b"\0\0\0\x18ftypheic", "a.jpg", Kind.DOCUMENT),
        (b"\0\0\0\x18ftypM4A ", "a.m4a", Kind.AUDIO),
        (b"\0\0\0\x18ftypmp42", "a.M4A", Kind.AUDIO),
        (OGG, "a.ogg", Kind.VOICE),
        (OGG, "a.opus", Kind.VOICE),
        (b"OggS" + b"\0" * 24 + b"\x01vorbis", "a.ogg", Kind.DOCUMENT),
        (b"OggS" + b"\0" * 24 + b"\x80theora", "a.ogv", Kind.DOCUMENT),
        (b"ID3\x04", "a.mp3", Kind.AUDIO),
        (b"\xff\xfb\x90\x64", "a", Kind.AUDIO),
        (b"\xff\xfea\0", "utf16.txt", Kind.DOCUMENT),
        (b"%PDF-1.7", "a.pdf", Kind.DOCUMENT),
        (b"x", "", Kind.DOCUMENT),
        (b"", "a.jpg", Kind.DOCUMENT),
    ],
)
def test_kinds(beginning: bytes, name: str, kind: Kind) -> None:
    """A file is sent as what it is, whatever its name says."""
    assert kind_of(beginning, name, 1000) is kind


def test_large_picture() -> None:
    """A picture above the limit for photos goes as a file."""
    assert kind_of(JPEG, "a.jpg", 10 * 1024**2) is Kind.PHOTO
    assert kind_of(JPEG, "a.jpg", 10 * 1024**2 + 1) is Kind.DOCUMENT


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


def _webp(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + sides


def _jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc2\0\x0b\x08" + struct.pack(">HH", height, width)
    return b"\xff\xd8\xff\xe1\0\x04xx" + frame


@pytest.mark.parametrize("make", [_png, _webp, _jpeg])
def test_measures(make: object) -> None:
    """A picture whose sides Telegram does not take for a photo goes as a file."""
    assert callable(make)
    assert may_be_photo(make(5000, 5000))
    assert not may_be_photo(make(5001, 5000))
    assert may_be_photo(make(2000, 100))
    assert not may_be_photo(make(2001, 100))


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_broken_pictures(data: bytes) -> None:
    """No file can break the reading of measures."""
    for mark in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP"):
        kind_of(mark + data, "", 1)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Отчёт за май.pdf", "Отчёт за май.pdf"),
        ('it\'s "quoted" 😀.txt', 'it\'s "quoted" 😀.txt'),
        ("no extension", "no extension"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.txt", "a.txt"),
        ("a\r\nX-Evil: 1\r\n\r\n.txt", "aX-Evil: 1.txt"),
        ("a;b.txt", "a,b.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\ud800.txt", ".txt"),
        ("..", ""),
        ("", ""),
        (" a.txt ", "a.txt"),
        ("ж" * 126 + ".pdf", "ж" * 125 + ".pdf"),
        ("ж" * 125 + ".docx", "ж" * 125 + ".docx"),
        ("ж" * 200, "ж" * 127),
        ("a." + "b" * 300, "a." + "b" * 253),
    ],
)
def test_names(name: str, safe: str) -> None:
    """A name stays the operator's own, but for what can do harm on its way."""
    assert safe_name(name) == safe


@settings(deadline=None)
@given(st.text())
def test_names_are_always_safe(name: str) -> None:
    """Whatever the name, no header can be forged with it, and no folder left."""
    safe = safe_name(name)
    assert len(safe.encode()) <= 255
    assert not set("\r\n\0/\\;") & set(safe)


def _file(kind: Kind, size: int = 1) -> LocalFile:
    return LocalFile(0, Path("x"), "x", kind, size, "https://a.ru/x")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (Kind.PHOTO, Kind.PHOTO, True),
        (Kind.PHOTO, Kind.VIDEO, True),
        (Kind.DOCUMENT, Kind.DOCUMENT, True),
        (Kind.AUDIO, Kind.AUDIO, True),
        (Kind.PHOTO, Kind.DOCUMENT, False),
        (Kind.AUDIO, Kind.DOCUMENT, False),
        (Kind.VOICE, Kind.VOICE, False),
        (Kind.ANIMATION, Kind.ANIMATION, False),
        (Kind.PHOTO, Kind.ANIMATION, False),
    ],
)
def test_albums(one: Kind, other: Kind, *, together: bool) -> None:
    """Only what Telegram lets share an album does."""
    assert joins(_file(other), [_file(one)]) is together


def test_album_limits() -> None:
    """An album has at most ten files, and no more bytes than one upload may have."""
    assert joins(_file(Kind.PHOTO), [_file(Kind.PHOTO)] * 9)
    assert not joins(_file(Kind.PHOTO), [_file(Kind.PHOTO)] * 10)
    assert not joins(_file(Kind.VIDEO, MAX_BYTES), [_file(Kind.VIDEO)])
