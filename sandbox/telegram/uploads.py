"""The files of a call: uploaded with it, or known to Telegram by their id.

A file by HTTP address is always refused, with the words that Telegram has for an address from
which it cannot fetch: the sandbox fetches nothing.
"""

from dataclasses import dataclass
from typing import cast

from sandbox.telegram.errors import bad_request, too_large
from sandbox.telegram.files import FileStore, StoredFile
from sandbox.telegram.multipart import Upload
from sandbox.telegram.parameters import Parameters
from sandbox.telegram.pictures import read_picture

MEGABYTE = 1024 * 1024
PHOTO_LIMIT = 10 * MEGABYTE
UPLOAD_LIMIT = 50 * MEGABYTE
LOCAL_UPLOAD_LIMIT = 2000 * MEGABYTE
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
ATTACH = "attach://"


@dataclass(frozen=True)
class InputFile:
    """A file of a call: the upload, or a file that Telegram has already."""

    upload: Upload | None = None
    stored: StoredFile | None = None

    @property
    def data(self) -> bytes:
        """The content."""
        return self.upload.data if self.upload else self.stored.data if self.stored else b""

    def kept(self, files: FileStore, kind: str, mime_type: str = "") -> StoredFile:
        """Return the file as Telegram keeps it, keeping it first if it is an upload."""
        if self.upload is None:
            return cast("StoredFile", self.stored)
        mime_type = mime_type or _useful(self.upload.content_type)
        return files.add(self.data, kind=kind, name=self.upload.name, mime_type=mime_type)


def _useful(content_type: str) -> str:
    """Return a declared type, unless it is the one that says nothing and the name says more."""
    return "" if content_type == "application/octet-stream" else content_type


def read_file(parameters: Parameters, files: FileStore, field: str) -> InputFile:
    """Return the file of a field.

    Args:
        parameters: The call's.
        files: What Telegram has.
        field: The parameter, and what the error calls it.

    Raises:
        BotApiError: There is none, it is empty or too large, or cannot be had.
    """
    value = parameters.text(field)
    upload = parameters.uploads.get(value.removeprefix(ATTACH) if value else field)
    if upload is not None and (not value or value.startswith(ATTACH)):
        return _checked(upload, files)
    if not value or value.startswith(ATTACH):
        raise bad_request(f"there is no {field.replace('_', ' ')} in the request")
    if value.lower().startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = files.get(value)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return InputFile(stored=stored)


def _checked(upload: Upload, files: FileStore) -> InputFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (LOCAL_UPLOAD_LIMIT if files.local else UPLOAD_LIMIT):
        raise too_large()
    return InputFile(upload=upload)


def check_photo(data: bytes) -> None:
    """Check that Telegram would take `data` as a photo.

    Raises:
        BotApiError: It is too large, no picture, or its sides are too long or too unlike.
    """
    if len(data) > PHOTO_LIMIT:
        reason = f"file of size {len(data)} bytes is too big for a photo"
        raise bad_request(f"{reason}; the maximum size is {PHOTO_LIMIT} bytes")
    picture = read_picture(data)
    if picture is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    short, long = sorted((picture.width, picture.height))
    if short + long > PHOTO_SIDES or long > PHOTO_RATIO * short:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
