"""Sends files as Telegram's applications do: by their kind, neighbours of one kind as an album."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath

from sandbox.telegram import Customer

Item = tuple[str, bytes, str]  # kind, bytes, name

_LARGEST_ALBUM = 10
_GROUPED = frozenset({"photo", "document", "audio"})
_PHOTO_STARTS = (b"\x89PNG", b"\xff\xd8\xff")
_KINDS = {
    ".mp4": "video",
    ".gif": "animation",
    ".mp3": "audio",
    ".m4a": "audio",
    ".ogg": "voice",
    ".oga": "voice",
    ".webp": "sticker",
}


def send_files(
    customer: Customer, files: list[tuple[str, bytes]], caption: str, *, as_documents: bool
) -> None:
    """Send `files`, names and bytes, in order; `caption` goes with the first."""
    items = [("document" if as_documents else _kind(*file), file[1], file[0]) for file in files]
    for album in _albums(items):
        _send(customer, album, caption)
        caption = caption if album[0][0] == "sticker" else ""
    if caption:  # a sticker cannot carry it
        customer.send_text(caption)


def _kind(name: str, data: bytes) -> str:
    if data.startswith(_PHOTO_STARTS):
        return "photo"
    return _KINDS.get(PurePath(name).suffix.lower(), "document")


def _albums(items: list[Item]) -> Iterator[list[Item]]:
    for kind, group in groupby(items, key=itemgetter(0)):
        album = list(group)
        step = _LARGEST_ALBUM if kind in _GROUPED else 1
        for start in range(0, len(album), step):
            yield album[start : start + step]


def _send(customer: Customer, album: list[Item], caption: str) -> None:
    kind, data, name = album[0]
    if len(album) > 1:
        customer.send_album([item[:2] if kind == "photo" else item for item in album], caption)
        return
    match kind:
        case "photo":
            customer.send_photo(data, caption)
        case "video":
            customer.send_video(data, caption, name)
        case "animation":
            customer.send_animation(data, caption, name)
        case "audio":
            customer.send_audio(data, caption, name=name)
        case "voice":
            customer.send_voice(data, caption)
        case "sticker":
            customer.send_sticker(data)
        case _:
            customer.send_document(data, name, caption)
