"""Signed, expiring links to customers' files.

A link names a file in itself, so nothing has to be stored for it, and any process can serve it.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from itsdangerous import BadData, URLSafeTimedSerializer

LONGEST_NAME: Final = 255
"""Bytes. File systems take no longer names."""

_UNSAFE_IN_NAMES = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]'
)
_LONGEST_SUFFIX = 20


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that the messenger keeps for us."""

    file_id: str
    name: str
    mime_type: str = ""


class MediaLinks:
    """Makes links and reads them back.

    Args:
        secret: Any secret of the bot; the signing key is derived from it, one way.
        public_url: How others reach our server.
        lifetime: How long a link works.
    """

    def __init__(self, secret: str, public_url: str, lifetime: timedelta) -> None:
        self._key = hmac.digest(secret.encode(), b"media links", hashlib.sha256)
        self._public_url = public_url
        self._lifetime = lifetime

    def link(self, file: FileRef) -> str:
        """A link to `file` that ends with the file's own name."""
        name = safe_name(file.name)
        token = self._serializer(name).dumps([file.file_id, file.mime_type])
        text = token.decode() if isinstance(token, bytes) else token
        return f"{self._public_url}/media/{text}/{quote(name, safe='')}"

    def read(self, token: str, name: str) -> FileRef | None:
        """The file that a link stands for; None if the link is forged or has expired.

        Args:
            token: The signed part of the link.
            name: The name at the end of the link, which the signature covers too.
        """
        name = unicodedata.normalize("NFC", name)
        try:
            file_id, mime_type = self._serializer(name).loads(
                token, max_age=int(self._lifetime.total_seconds())
            )
        except (BadData, ValueError, TypeError):
            return None
        return FileRef(file_id, name, mime_type)

    def _serializer(self, name: str) -> URLSafeTimedSerializer:
        # The name is signed along and not repeated in the token, which would double the link.
        return URLSafeTimedSerializer(
            self._key,
            salt=b"media " + name.encode(errors="replace"),
            signer_kwargs={"digest_method": hashlib.sha256},
        )


def safe_name(name: str) -> str:
    """`name` as file systems and headers bear it: never empty, at most `LONGEST_NAME` bytes."""
    clean = _UNSAFE_IN_NAMES.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    return _cut(clean) or "file"


def _cut(name: str) -> str:
    """Cut what is too long out of the middle, so that the extension stays."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    suffix = PurePath(name).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: LONGEST_NAME - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + suffix
