"""Bot API objects of files: PhotoSize, Document, Video and their kin, from the files' bytes."""

from typing import Any

from sandbox.telegram.files import FileStore, StoredFile
from sandbox.telegram.pictures import Picture, read_picture

Content = dict[str, Any]

PHOTO_BOXES = (90, 320, 800, 1280)
STICKER_SIDE = 512


def file_reference(stored: StoredFile) -> Content:
    """Return the fields that every object of a file has."""
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": len(stored.data),
    }


def photo_sizes(files: FileStore, data: bytes, kind: str = "photo") -> list[Content]:
    """Return a photo in its sizes, the largest, which is `data` itself, last.

    Nothing here can scale a picture: the smaller sizes have their own ids and measures, and the
    same bytes.
    """
    picture = read_picture(data) or Picture("image/jpeg", 640, 640)
    longer = max(picture.width, picture.height)
    factors = [box / longer for box in PHOTO_BOXES if box < longer] + [1.0]
    return [_photo_size(files, data, picture, factor, kind) for factor in factors]


def _photo_size(
    files: FileStore, data: bytes, picture: Picture, factor: float, kind: str
) -> Content:
    stored = files.add(data, kind=kind, mime_type=picture.mime_type)
    width, height = picture.width * factor, picture.height * factor
    measures = {"width": max(1, round(width)), "height": max(1, round(height))}
    return file_reference(stored) | measures


def document(stored: StoredFile) -> Content:
    """Return a Document."""
    named = {"file_name": stored.name} if stored.name else {}
    return named | {"mime_type": stored.mime_type} | file_reference(stored)


def video(stored: StoredFile, width: int = 0, height: int = 0, duration: int = 0) -> Content:
    """Return a Video; also the fields of an Animation."""
    measures = {"width": width, "height": height, "duration": duration}
    return measures | document(stored)


def animation(stored: StoredFile, width: int = 0, height: int = 0, duration: int = 0) -> Content:
    """Return an animation's content: the Animation, and the Document that older clients read."""
    picture = read_picture(stored.data)
    if picture is not None:
        width, height = picture.width, picture.height
    return {"animation": video(stored, width, height, duration), "document": document(stored)}


def audio(stored: StoredFile, duration: int = 0, title: str = "", performer: str = "") -> Content:
    """Return an Audio."""
    tags = {name: value for name, value in (("title", title), ("performer", performer)) if value}
    return {"duration": duration} | tags | document(stored)


def voice(stored: StoredFile, duration: int = 0) -> Content:
    """Return a Voice."""
    return {"duration": duration, "mime_type": stored.mime_type} | file_reference(stored)


def video_note(stored: StoredFile, length: int = 0, duration: int = 0) -> Content:
    """Return a VideoNote."""
    return {"length": length or 240, "duration": duration} | file_reference(stored)


def sticker(stored: StoredFile, emoji: str = "") -> Content:
    """Return a Sticker, whose kind the bytes tell: WebP, TGS (gzip) or WebM."""
    picture = read_picture(stored.data) or Picture("", STICKER_SIDE, STICKER_SIDE)
    shape = {
        "width": picture.width,
        "height": picture.height,
        "type": "regular",
        "is_animated": is_tgs(stored.data),
        "is_video": is_webm(stored.data),
    }
    return shape | ({"emoji": emoji} if emoji else {}) | file_reference(stored)


def is_tgs(data: bytes) -> bool:
    """Say whether `data` is gzip, as an animated sticker is."""
    return data.startswith(b"\x1f\x8b")


def is_webm(data: bytes) -> bool:
    """Say whether `data` is WebM, as a video sticker is."""
    return data.startswith(b"\x1aE\xdf\xa3")


def is_mp4(data: bytes) -> bool:
    """Say whether `data` is MP4 or its kin, such as M4A."""
    return data[4:8] == b"ftyp"


def is_ogg(data: bytes) -> bool:
    """Say whether `data` is Ogg, as a voice message is."""
    return data.startswith(b"OggS")


def is_mp3(data: bytes) -> bool:
    """Say whether `data` is MP3."""
    return data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))
