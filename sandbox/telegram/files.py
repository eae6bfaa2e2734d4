"""The files that Telegram keeps: bytes under a `file_id`, and the links that getFile gives out."""

import hashlib
import itertools
import mimetypes
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDERS = {"photo": "photos", "voice": "voice", "audio": "music", "profile": "profile_photos"}
VISIBLE_ID = 48
VISIBLE_UNIQUE_ID = 15


@dataclass(frozen=True)
class StoredFile:
    """A file as Telegram keeps it.

    Attributes:
        kind: What it was sent as: `photo`, `document`, …
        path: The `file_path` that getFile gives out.
    """

    file_id: str
    file_unique_id: str
    data: bytes
    name: str
    mime_type: str
    kind: str
    path: str


class FileStore:
    """Files by `file_id`, and by path once getFile has been asked for them.

    Args:
        local: The folder of a Bot API server that runs with `--local`: getFile writes the file
            there and answers with its absolute path. None: Telegram's own server.
    """

    def __init__(self, local: Path | None = None) -> None:
        self.local = local
        self._by_id: dict[str, StoredFile] = {}
        self._links: dict[str, StoredFile] = {}
        self._numbers = itertools.count()

    def add(self, data: bytes, *, kind: str, name: str = "", mime_type: str = "") -> StoredFile:
        """Keep `data` and return it with fresh ids.

        Args:
            data: The content.
            kind: `photo`, `document`, `video`, …
            name: The file's name, if it has one.
            mime_type: Its type; empty: guessed from the name.
        """
        number = next(self._numbers)
        guessed = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(guessed) or ""
        folder = FOLDERS.get(kind, f"{kind}s")
        stored = StoredFile(
            file_id=_opaque(f"{kind}-{number}", VISIBLE_ID),
            file_unique_id=_opaque(f"unique-{kind}-{number}", VISIBLE_UNIQUE_ID),
            data=data,
            name=name,
            mime_type=guessed,
            kind=kind,
            path=f"{folder}/file_{number}{suffix if suffix.isascii() else ''}",
        )
        self._by_id[stored.file_id] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file with this id, if there is one."""
        return self._by_id.get(file_id)

    def link(self, stored: StoredFile) -> str:
        """Make a file fetchable and return its `file_path`."""
        path = stored.path
        if self.local is not None:
            place = self.local / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(stored.data)
            path = str(place.absolute())
        self._links[path] = stored
        return path

    def at(self, path: str) -> StoredFile | None:
        """Return the file that getFile promised at `path`."""
        return self._links.get(path)

    def expire_links(self) -> None:
        """Let every link that getFile has given out end, as links do after an hour."""
        self._links.clear()


def _opaque(seed: str, length: int) -> str:
    digest = hashlib.sha512(seed.encode()).digest()
    return urlsafe_b64encode(digest).decode()[:length]
