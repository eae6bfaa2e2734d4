"""Methods that send files, alone and as albums."""

import itertools
from collections.abc import Callable
from typing import Any

from sandbox.telegram import media
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import FileStore, StoredFile
from sandbox.telegram.parameters import Parameters, as_texts
from sandbox.telegram.registry import Call, method
from sandbox.telegram.sending import envelope_of, read_caption, send, writable_chat
from sandbox.telegram.uploads import InputFile, check_photo, read_file

Content = dict[str, Any]
Builder = Callable[[FileStore, InputFile, Parameters], Content]

SMALLEST_ALBUM = 2
LARGEST_ALBUM = 10
ALONE = frozenset({"document", "audio"})
_albums = itertools.count(13_500_000_000_000_001)


def _photo(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    if file.stored is not None and file.stored.kind != "photo":
        raise bad_request(f"can't use file of type {_type_name(file.stored)} as Photo")
    check_photo(file.data)
    return {"photo": media.photo_sizes(files, file.data)} | _spoiler(parameters)


def _document(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return a document; a GIF becomes an animation unless the bot forbids to look."""
    detect = not parameters.flag("disable_content_type_detection")
    if detect and file.upload is not None and file.data.startswith(b"GIF8"):
        return media.animation(file.kept(files, "animation", "image/gif"))
    return {"document": media.document(file.kept(files, "document"))}


def _video(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return a video; what is no MP4 arrives as a document."""
    if not media.is_mp4(file.data):
        return _as_document(files, file)
    stored = file.kept(files, "video", "video/mp4")
    return {"video": media.video(stored, *_measures(parameters))} | _spoiler(parameters)


def _animation(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return an animation; what is neither GIF nor MP4 arrives as a document."""
    gif = file.data.startswith(b"GIF8")
    if not gif and not media.is_mp4(file.data):
        return _as_document(files, file)
    stored = file.kept(files, "animation", "image/gif" if gif else "video/mp4")
    return media.animation(stored, *_measures(parameters)) | _spoiler(parameters)


def _audio(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return music; what is neither MP3 nor M4A arrives as a document."""
    if not media.is_mp3(file.data) and not media.is_mp4(file.data):
        return _as_document(files, file)
    stored = file.kept(files, "audio", "audio/mpeg" if media.is_mp3(file.data) else "audio/mp4")
    title, performer = parameters.text("title"), parameters.text("performer")
    return {"audio": media.audio(stored, _duration(parameters), title, performer)}


def _voice(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return a voice message; what is neither Ogg nor MP3 nor M4A arrives as a document."""
    if media.is_ogg(file.data):
        stored = file.kept(files, "voice", "audio/ogg")
    elif media.is_mp3(file.data) or media.is_mp4(file.data):
        stored = file.kept(files, "voice", "audio/mpeg" if media.is_mp3(file.data) else "audio/mp4")
    else:
        return _as_document(files, file)
    return {"voice": media.voice(stored, _duration(parameters))}


def _video_note(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return a round video; what is no MP4 arrives as a document."""
    if not media.is_mp4(file.data):
        return _as_document(files, file)
    length = parameters.integer("length", minimum=0, maximum=640)
    stored = file.kept(files, "video_note", "video/mp4")
    return {"video_note": media.video_note(stored, length, _duration(parameters))}


def _sticker(files: FileStore, file: InputFile, parameters: Parameters) -> Content:
    """Return a sticker; it must be WebP, TGS or WebM."""
    data = file.data
    webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    if not webp and not media.is_tgs(data) and not media.is_webm(data):
        raise bad_request("wrong file type")
    return {"sticker": media.sticker(file.kept(files, "sticker"), parameters.text("emoji"))}


def _as_document(files: FileStore, file: InputFile) -> Content:
    return {"document": media.document(file.kept(files, "document"))}


def _spoiler(parameters: Parameters) -> Content:
    return {"has_media_spoiler": True} if parameters.flag("has_spoiler") else {}


def _duration(parameters: Parameters) -> int:
    return parameters.integer("duration", minimum=0)


def _measures(parameters: Parameters) -> tuple[int, int, int]:
    width, height = parameters.integer("width", minimum=0), parameters.integer("height", minimum=0)
    return width, height, _duration(parameters)


BUILDERS: dict[str, Builder] = {
    "photo": _photo,
    "document": _document,
    "video": _video,
    "animation": _animation,
    "audio": _audio,
    "voice": _voice,
    "video_note": _video_note,
    "sticker": _sticker,
}
UNCAPTIONED = frozenset({"video_note", "sticker"})


@method(
    "sendPhoto", "sendDocument", "sendVideo", "sendAnimation", "sendAudio", "sendVoice",
    "sendVideoNote", "sendSticker",
)  # fmt: skip
def send_file(call: Call) -> object:
    """Send one file as what the method's name says."""
    kind = call.method.lower().removeprefix("send").replace("videonote", "video_note")
    file = read_file(call.parameters, call.world.files, kind)
    caption = {} if kind in UNCAPTIONED else read_caption(call.parameters)
    writable_chat(call)  # before the file is kept
    return send(call, BUILDERS[kind](call.world.files, file, call.parameters) | caption)


@method("sendMediaGroup")
def send_media_group(call: Call) -> object:
    """Send an album: photos with videos, documents alone, or audio alone."""
    files = call.world.files
    items = _album_items(call.parameters)
    read = [(item, read_file(item, files, "media"), read_caption(item)) for item in items]
    chat = writable_chat(call)
    envelope = envelope_of(call, chat) | {"media_group_id": str(next(_albums))}
    contents = [
        BUILDERS[item.text("type")](files, file, item) | caption for item, file, caption in read
    ]
    if call.world.limits is not None:
        call.world.limits.spend(chat.id, len(contents))
    return [call.world.post(chat, call.world.bot, envelope | content) for content in contents]


def _album_items(parameters: Parameters) -> list[Parameters]:
    """Return each item of `media` as the parameters of a call of its own."""
    parameters.required("media")
    media_list = parameters.json("media")
    if not isinstance(media_list, list):
        raise bad_request("expected an Array of InputMedia")
    if len(media_list) < SMALLEST_ALBUM:
        raise bad_request("too few messages to send as an album")
    if len(media_list) > LARGEST_ALBUM:
        raise bad_request("too many messages to send as an album")
    items = [_album_item(each, parameters) for each in media_list]
    kinds = {item.text("type") for item in items}
    for kind in sorted(kinds & ALONE) if len(kinds) > 1 else ():
        raise bad_request(f"{kind} can't be mixed with other media types")
    return items


def _album_item(item: object, parameters: Parameters) -> Parameters:
    wrong = "can't parse InputMedia"
    if not isinstance(item, dict):
        raise bad_request(f"{wrong}: expected an Object")
    kind = item.get("type")
    if kind == "animation":
        raise bad_request(f'{wrong}: type "animation" can\'t be used in sendMediaGroup')
    if kind not in {"photo", "video", "audio", "document"}:
        raise bad_request(f'{wrong}: type "{kind or ""}" is unsupported')
    if not item.get("media"):
        raise bad_request(f"{wrong}: media not found")
    whole = item | {"disable_content_type_detection": True}
    return Parameters(as_texts(whole), parameters.uploads)


def _type_name(stored: StoredFile) -> str:
    return stored.kind.title().replace("_", "")
