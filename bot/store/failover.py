"""Connections to whichever server has the data now, where servers replace each other."""

from collections.abc import Mapping
from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.crc import key_slot
from redis.exceptions import AskError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.store.redis_url import ReplicatedUrl

Address = tuple[str, int]

_ASK_SECONDS: Final = 2.0


def follow(url: ReplicatedUrl, prefix: str, options: Mapping[str, Any]) -> Redis:
    """A client of the server that has the keys which begin with `prefix`.

    Of a Cluster that is one server, since the prefix keeps a bot's keys in one slot. Whenever a
    connection breaks, or its server turns out to have been replaced, those who know are asked
    anew. Until then calls fail as they do while any server is away.

    Args:
        url: Who knows.
        prefix: With a hash tag.
        options: Further arguments of each connection.
    """
    login = {"username": url.username, "password": url.password}
    if url.service:
        guides: _Guides = _Sentinels(url, {"password": url.sentinel_password})
    else:
        guides = _ClusterNodes(url, login)
    pool = _Pool(  # type: ignore[no-untyped-call]  # redis-py leaves it without types
        url.service or prefix,
        guides,
        connection_class=_TlsConnection if url.tls else _Connection,
        db=url.database,
        **login,
        **options,
    )
    return Redis.from_pool(pool)


class _Guides:
    """Those who know where the data is, asked one after the other; who answered well comes first.

    What redis-py's pool takes for its manager of sentinels.
    """

    def __init__(self, url: ReplicatedUrl, login: Mapping[str, str | None]) -> None:
        self._guides = list(url.guides)
        self._options: dict[str, Any] = {**login, "ssl": url.tls, "retry": None}

    async def discover_master(self, name: str) -> Address:
        """Where to connect to.

        Raises:
            MasterNotFoundError: Nobody knows.
        """
        reasons = []
        for guide in self._guides.copy():
            try:
                address = await self._ask(guide, name)
            except (RedisError, OSError) as error:
                reasons.append(f"{guide[0]}:{guide[1]}: {error}")
                continue
            self._guides.remove(guide)
            self._guides.insert(0, guide)
            return address
        raise MasterNotFoundError(f"nobody knows where the data is now: {'; '.join(reasons)}")

    async def _ask(self, guide: Address, name: str) -> Address:
        client = Redis(
            host=guide[0],
            port=guide[1],
            socket_timeout=_ASK_SECONDS,
            socket_connect_timeout=_ASK_SECONDS,
            **self._options,
        )
        async with client:
            return await self._find(client, guide, name)

    async def _find(self, client: Redis, guide: Address, name: str) -> Address:
        raise NotImplementedError


class _Sentinels(_Guides):
    """Sentinels; the name is that of the service."""

    async def _find(self, client: Redis, guide: Address, name: str) -> Address:
        del guide
        state: Any = await client.sentinel_master(name)
        if state["is_sdown"] or state["is_odown"]:
            raise MasterNotFoundError("the master is down")
        return str(state["ip"]), int(state["port"])


class _ClusterNodes(_Guides):
    """Nodes of a Cluster; the name is a key, and its slot's owner is wanted."""

    async def _find(self, client: Redis, guide: Address, name: str) -> Address:
        ask: Any = client.execute_command  # redis-py leaves it without types
        state = await ask("CLUSTER INFO")
        if state.get("cluster_state") != "ok":  # perhaps it is cut off from the others
            raise MasterNotFoundError("the Cluster is down")
        slot = key_slot(name.encode())
        for first, last, owner, *_ in await ask("CLUSTER SLOTS"):
            if first <= slot <= last:
                host = owner[0].decode() if isinstance(owner[0], bytes) else owner[0]
                return host or guide[0], int(owner[1])  # no host: the one that was asked
        raise MasterNotFoundError("no node has the bot's slot")


class _Pool(SentinelConnectionPool, BlockingConnectionPool):
    """Asks anew with each new connection; a call beyond the most waits for its turn."""


class _Connection(SentinelManagedConnection):
    """Leaves a server that has been replaced, or whose slot has moved or is moving away.

    A slot on its way is waited for: its keys, which the scripts need all of, are in two places.
    """

    async def read_response(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as redis-py's
        try:
            return await super().read_response(*args, **options)
        except ResponseError as error:
            # MOVED is an AskError, too. Older servers wrap what goes wrong inside of a script.
            if not isinstance(error, AskError) and "READONLY" not in str(error):
                raise
            await self.disconnect()
            raise RedisConnectionError("the data is at another server now") from None


class _TlsConnection(_Connection, SentinelManagedSSLConnection):
    """The same, over TLS."""
