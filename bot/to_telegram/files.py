"""Operators' files: as what Telegram shows each of them, and under which name."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.to_telegram.pictures import may_be_photo

MAX_BYTES: Final = 50 * 1024 * 1024
"""The Bot API takes no larger uploads, nor larger albums."""
MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024
MAX_NAME_BYTES: Final = 255
ENOUGH_TO_TELL: Final = 64 * 1024
"""So many first bytes of a file tell its kind."""


class Kind(StrEnum):
    """As what a file is sent; the name of the Bot API's parameter."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"
    VOICE = "voice"
    DOCUMENT = "document"


_ALBUMS: Final = {
    Kind.PHOTO: "seen",
    Kind.VIDEO: "seen",
    Kind.AUDIO: "heard",
    Kind.DOCUMENT: "read",
}
"""What may share an album; the other kinds never do."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """An operator's file, downloaded. `number` is its place among the message's attachments."""

    number: int
    path: Path
    name: str
    kind: Kind
    size: int
    """Bytes."""
    url: str
    """Where it came from."""

    @property
    def album(self) -> str:
        """Files with the same one can share an album; empty: it goes alone."""
        return _ALBUMS.get(self.kind, "")


def kind_of(beginning: bytes, name: str, size: int) -> Kind:
    """As what to send a file: by what it is, and by its name where that does not tell.

    Args:
        beginning: Its first bytes, `ENOUGH_TO_TELL` of them.
        name: Its name.
        size: All its bytes.
    """
    kind = _kind_by_content(beginning, name.lower())
    if kind is Kind.PHOTO and (size > MAX_PHOTO_BYTES or not may_be_photo(beginning)):
        return Kind.DOCUMENT
    return kind


def _kind_by_content(beginning: bytes, name: str) -> Kind:
    if _PHOTO.match(beginning):
        return Kind.PHOTO
    if beginning.startswith((b"GIF87a", b"GIF89a")):
        return Kind.ANIMATION
    if beginning[4:8] == b"ftyp":
        return _mp4_kind(beginning[8:12], name)
    if beginning.startswith(b"OggS"):
        return Kind.DOCUMENT if _OTHER_OGG.search(beginning[:512]) else Kind.VOICE
    if beginning.startswith(b"ID3") or _MP3_FRAME.match(beginning):
        return Kind.AUDIO
    return _KINDS_BY_NAME.get(name.rpartition(".")[2], Kind.DOCUMENT)


def _mp4_kind(brand: bytes, name: str) -> Kind:
    if brand in _SOUND_BRANDS or name.endswith(".m4a"):
        return Kind.AUDIO
    return Kind.DOCUMENT if brand in _FOREIGN_BRANDS else Kind.VIDEO


_PHOTO = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
_OTHER_OGG = re.compile(rb"\x01vorbis|\x7fFLAC|theora|Speex  ")
"""What Telegram does not play as a voice message."""
_MP3_FRAME = re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xeb]")
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A "})
_FOREIGN_BRANDS = frozenset({
    b"qt  ", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis",
    b"crx ", b"jp2 ", b"jpx ",
})  # fmt: skip
"""Formats that share MP4's container, but that Telegram does not play."""

_KINDS_BY_NAME: Final = {"mp3": Kind.AUDIO, "m4a": Kind.AUDIO, "mp4": Kind.VIDEO}
"""Formats that do not always begin with a mark of theirs."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe_name(name: str) -> str:
    """A file's name as it can travel: the operator's own, whatever it is made of.

    Left out are folders before it, control characters (which could forge a header) and marks that
    turn the reading direction (which could disguise an extension). A semicolon becomes a comma:
    Telegram's server takes it for the end of the name, even between quotes. At most 255 bytes are
    kept, the extension among them. May be empty.
    """
    name = re.split(r"[/\\]", _UNSAFE.sub("", name))[-1].replace(";", ",").strip()
    if name.strip(". ") == "":
        return ""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > MAX_NAME_BYTES // 2:
        stem, dot, extension = name, "", ""
    room = MAX_NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + extension
