"""The Bot API's methods that send a text, a file or an album."""

from collections.abc import Sequence
from typing import Any, Final

from aiogram.methods import (
    SendAnimation,
    SendAudio,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
)
from aiogram.types import (
    FSInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
)

from bot.chats.chats import ChatAddress
from bot.to_telegram.files import MAX_BYTES, Kind, LocalFile
from bot.to_telegram.formatted import FormattedText

MAX_ALBUM: Final = 10

FileMethod = SendPhoto | SendVideo | SendAnimation | SendAudio | SendVoice | SendDocument
AlbumItem = InputMediaPhoto | InputMediaVideo | InputMediaAudio | InputMediaDocument

_CHUNK = 256 * 1024
_METHODS: Final[dict[Kind, type[FileMethod]]] = {
    Kind.PHOTO: SendPhoto,
    Kind.VIDEO: SendVideo,
    Kind.ANIMATION: SendAnimation,
    Kind.AUDIO: SendAudio,
    Kind.VOICE: SendVoice,
    Kind.DOCUMENT: SendDocument,
}
_ITEMS: Final[dict[Kind, type[AlbumItem]]] = {
    Kind.PHOTO: InputMediaPhoto,
    Kind.VIDEO: InputMediaVideo,
    Kind.AUDIO: InputMediaAudio,
    Kind.DOCUMENT: InputMediaDocument,
}
_OPTIONS: Final[dict[Kind, dict[str, Any]]] = {
    Kind.VIDEO: {"supports_streaming": True},
    Kind.DOCUMENT: {"disable_content_type_detection": True},  # a file as a file
}


def text_method(address: ChatAddress, text: FormattedText, *, preview: bool = True) -> SendMessage:
    """Sends a text; without `preview`, Telegram does not look what its links lead to."""
    return SendMessage(
        text=text.text,
        entities=text.entities(),
        link_preview_options=None if preview else LinkPreviewOptions(is_disabled=True),
        **_where(address),
    )


def file_method(
    address: ChatAddress, file: LocalFile, caption: FormattedText, kind: Kind
) -> FileMethod:
    """Sends a file as `kind`."""
    media: dict[str, Any] = {kind.value: _upload(file), **_OPTIONS.get(kind, {})}
    return _METHODS[kind](**media, **_caption(caption), **_where(address))


def album_method(
    address: ChatAddress, files: Sequence[LocalFile], caption: FormattedText
) -> SendMediaGroup:
    """Sends files that share an album; the caption is the first one's."""
    items: list[Any] = [
        _ITEMS[file.kind](
            media=_upload(file),
            **_OPTIONS.get(file.kind, {}),
            **_caption(FormattedText("") if number else caption),
        )
        for number, file in enumerate(files)
    ]
    return SendMediaGroup(media=items, **_where(address))


def joins(file: LocalFile, album: Sequence[LocalFile]) -> bool:
    """Whether `file` can go into the same album as those before it."""
    return (
        bool(file.album)
        and len(album) < MAX_ALBUM
        and all(other.album == file.album for other in album)
        and sum(other.size for other in album) + file.size <= MAX_BYTES
    )


def _upload(file: LocalFile) -> FSInputFile:
    return FSInputFile(file.path, file.name, chunk_size=_CHUNK)


def _caption(caption: FormattedText) -> dict[str, Any]:
    if not caption.text:
        return {}
    return {"caption": caption.text, "caption_entities": caption.entities()}


def _where(address: ChatAddress) -> dict[str, Any]:
    return {
        "chat_id": address.chat_id,
        "message_thread_id": address.topic_id,
        "business_connection_id": address.business_connection_id,
    }
