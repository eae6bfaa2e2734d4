"""A Valkey server of our own under `storage.data_dir`, for those who have no Redis.

It outlives a killed bridge: the next start finds it, makes sure that it is the right one, and goes
on with it. If it dies itself, it is started again. Two locks see to it that two bridges never
share a folder, and that two servers never write to the same data.
"""

import asyncio
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import structlog
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError

from bot.store.embedded_folder import (
    EmbeddedError,
    InUseError,
    lock,
    make_config,
    refuse_foreign,
    server_binary,
    socket_path,
)

log = structlog.get_logger("bot.store.embedded")

_ANSWER_SECONDS: Final = 3.0
_STOP_SECONDS = 10.0
_JOIN_SECONDS = 5.0
_LOOK_EVERY = 0.05
_RESTART_PAUSE = 2.0
_LAST_WORDS = 300

__all__ = ["EmbeddedError", "EmbeddedValkey"]


class EmbeddedValkey:
    """The server over the data in `data_dir`."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = (data_dir / "valkey").resolve()
        self._socket = socket_path(self._folder)
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens, for a Redis client."""
        return f"unix://{quote(str(self._socket))}"

    def in_use(self) -> bool:
        """Whether a bridge is using the folder, and so the server runs."""
        if not self._folder.is_dir():
            return False
        free = lock(self._folder / "lock")
        if free:
            free.close()
        return free is None

    async def join(self) -> bool:
        """Start the server, unless a bridge or a command has it: then wait until it listens.

        Returns whether it is ours to stop.

        Raises:
            EmbeddedError: As `start`.
        """
        end = time.monotonic() + _JOIN_SECONDS
        while True:
            if self.in_use():
                if await self._somebody_listens() or time.monotonic() > end:
                    return False  # if it does not listen by now, the first call tells
            else:
                with suppress(InUseError):  # somebody was faster
                    await self.start()
                    return True
            await asyncio.sleep(_LOOK_EVERY)

    async def start(self) -> None:
        """Start the server, or go on with the one that a killed bridge left.

        Raises:
            InUseError: Another bridge uses the folder.
            EmbeddedError: It belongs to another user, or the server
                does not start.
        """
        refuse_foreign(self._folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._take_lock()
            await self._bring_up()
        except OSError as error:
            self._let_go()
            reason = error.strerror or type(error).__name__
            raise EmbeddedError(f"cannot use {self._folder}: {reason}") from error
        except BaseException:
            self._let_go()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="embedded valkey")

    async def stop(self) -> None:
        """Stop the server: everything is on disk already."""
        if self._watcher:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        redis = self._client()
        with suppress(RedisError, OSError):
            await redis.shutdown(nosave=True)
        await redis.aclose()
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        self._let_go()

    def _client(self) -> Redis:
        # No retries: an answer that does not come is what we want to know.
        return Redis.from_url(
            self.url,
            socket_timeout=_ANSWER_SECONDS,
            retry=None,
            decode_responses=True,
            encoding_errors="surrogateescape",
        )

    def _take_lock(self) -> None:
        self._lock = lock(self._folder / "lock")
        if self._lock is None:
            raise InUseError(f"another bridge is using {self._folder}")

    def _let_go(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()  # it was asked to end, or it has never answered
            self._process.wait()
        if self._lock:
            self._lock.close()

    async def _bring_up(self) -> None:
        if not await self._adopt():
            await self._launch()
        await self._wait_until_ready()

    async def _adopt(self) -> bool:
        """Whether the right server listens already."""
        if not await self._somebody_listens():
            return False
        redis = self._client()
        try:
            folder = (await redis.config_get("dir"))["dir"]
        except (RedisError, OSError, LookupError, TypeError, ValueError):
            raise EmbeddedError(
                f"something listens at {self._socket} but does not answer as Valkey: end it first"
            ) from None
        finally:
            await redis.aclose()
        if folder != str(self._folder):
            raise EmbeddedError(f"another server listens at {self._socket}: end it first")
        log.info("valkey.adopted", folder=str(self._folder))
        return True

    async def _somebody_listens(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(str(self._socket))
        except (FileNotFoundError, ConnectionRefusedError):
            return False  # a dead server leaves its socket's file behind; the next replaces it
        writer.close()
        return True

    async def _launch(self) -> None:
        config = make_config(self._folder, self._socket)
        self._process = self._spawn(server_binary(), config, await self._server_lock())
        log.info("valkey.started", folder=str(self._folder), pid=self._process.pid)

    def _spawn(self, program: Path, config: bytes, lock_: IO[bytes]) -> subprocess.Popen[bytes]:
        log_path = self._folder / "valkey.log"
        with lock_, log_path.open("ab") as output, tempfile.TemporaryFile() as settings:
            settings.write(config)
            settings.seek(0)
            return subprocess.Popen(  # noqa: S603 - our own binary
                [program, "-"],  # settings from stdin: a file's name would be read as a pattern
                cwd=self._folder,
                stdin=settings,
                stdout=output,
                stderr=output,
                # The server inherits the lock and so holds it as long as it lives.
                pass_fds=[lock_.fileno()],
                start_new_session=True,  # so that Ctrl-C in the terminal does not stop it before us
            )

    async def _server_lock(self) -> IO[bytes]:
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                while not (held := lock(self._folder / "server-lock")):  # noqa: ASYNC110 - another process has it
                    # The server before is about to end.
                    await asyncio.sleep(0.1)
                return held
        raise EmbeddedError(
            f"a Valkey that cannot be reached still has the data in {self._folder}: end it first"
        )

    async def _wait_until_ready(self) -> None:
        redis = self._client()
        try:
            while not await self._is_ready(redis):
                if self._process and self._process.poll() is not None:
                    raise EmbeddedError(f"Valkey does not start: {self._last_words()}")
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

    def _last_words(self) -> str:
        path = self._folder / "valkey.log"
        lines = path.read_bytes()[-4096:].decode(errors="replace").split("\n")
        said = [line for line in lines if line.strip()]
        return f"{said[-1][-_LAST_WORDS:] if said else 'no reason'} (see {path})"

    async def _watch(self) -> None:
        """Start the server again whenever it has gone."""
        while True:
            await self._until_gone()
            log.error("valkey.gone", folder=str(self._folder))
            if self._process:
                await asyncio.to_thread(self._process.wait)
                self._process = None
            while True:
                try:
                    await self._bring_up()
                    break
                except (EmbeddedError, OSError) as error:
                    log.error("valkey.not_started", reason=str(error), seconds=_RESTART_PAUSE)
                    await asyncio.sleep(_RESTART_PAUSE)

    async def _until_gone(self) -> None:
        """Hold a connection: it ends when the server does, whoever started it."""
        with suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(str(self._socket))
            try:
                while await reader.read(1024):
                    pass
            finally:
                writer.close()
