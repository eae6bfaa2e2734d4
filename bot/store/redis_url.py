"""Reads a `redis.url` that names servers which replace each other: a Sentinel's or a Cluster."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

SENTINEL_PORT: Final = 26379
CLUSTER_PORT: Final = 6379

_SCHEMES = {
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}


@dataclass(frozen=True, slots=True)
class ReplicatedUrl:
    """Servers of which one has the data and others stand by with copies."""

    guides: tuple[tuple[str, int], ...]
    """Hosts and ports of those who know which one it is: sentinels, or nodes of the Cluster."""
    service: str
    """What the sentinels call it; empty: a Cluster."""
    database: int
    username: str | None
    password: str | None
    sentinel_password: str | None
    tls: bool

    @classmethod
    def parse(cls, url: str) -> "ReplicatedUrl | None":
        """Read an address; None: it is one of a single server.

        Raises:
            ValueError: Something is wrong with it; the text says what, and shows no value.
        """
        scheme, _, rest = url.partition("://")
        if scheme not in _SCHEMES:
            return None
        kind, tls = _SCHEMES[scheme]
        rest, _, query = rest.partition("?")
        authority, _, path = rest.partition("/")
        credentials, _, hosts = authority.rpartition("@")
        username, _, password = credentials.partition(":")
        service, database = _service(path) if kind == "sentinel" else _no_service(path)
        return cls(
            _guides(hosts, SENTINEL_PORT if service else CLUSTER_PORT),
            service,
            database,
            unquote(username) or None,
            unquote(password) or None,
            _sentinel_password(query, service),
            tls,
        )


def passwords(url: str) -> list[str]:
    """Every password in a `redis.url` of any kind, as it is written there and as it is meant."""
    rest, _, query = url.partition("://")[2].partition("?")
    written = rest.partition("/")[0].rpartition("@")[0].partition(":")[2]
    options = parse_qs(query)
    given = [written, unquote(written), *options.get("password", [])]
    return [word for word in (*given, *options.get("sentinel_password", [])) if word]


def _guides(hosts: str, port: int) -> tuple[tuple[str, int], ...]:
    try:
        return tuple(_guide(host, port) for host in hosts.split(","))
    except ValueError:
        raise ValueError("must name its servers as host:port,host:port,…") from None


def _guide(host: str, port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    if not parts.hostname or parts.netloc != host or parts.port == 0 or " " in host:
        raise ValueError
    return parts.hostname, parts.port or port


def _service(path: str) -> tuple[str, int]:
    service, _, database = path.partition("/")
    if not service:
        raise ValueError("must end with the service that the sentinels watch: …host:26379/SERVICE")
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError("must have nothing but a database's number after the service")
    return unquote(service), int(database or 0)


def _no_service(path: str) -> tuple[str, int]:
    if path not in {"", "0"}:
        raise ValueError("must end after the hosts: a Cluster has no further databases")
    return "", 0


def _sentinel_password(query: str, service: str) -> str | None:
    options = parse_qs(query)
    if options.keys() - ({"sentinel_password"} if service else set()):
        raise ValueError("must have no option after ? but, for sentinels, sentinel_password")
    return next(iter(options.get("sentinel_password", [])), None)
