"""From which hosts operators' files may be fetched: PlanFix's own, and those that are listed."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.settings.types import is_loopback

_HTTPS: Final = 443
_NAT64: Final = IPv6Network("64:ff9b::/96")


class BadAddressError(ValueError):
    """The address of a file is none from which a file can be fetched."""


class ForeignHostError(ValueError):
    """Nothing may be fetched from this host."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class PrivateHostError(OSError):
    """The host has no address of the public internet."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class FileHosts:
    """The rule for addresses of files.

    Args:
        planfix_url: PlanFix's address. Its host is allowed: over HTTPS, at the same port or at the
            usual one; or, if PlanFix itself is on loopback, over plain HTTP at the same port.
        listed: Further `host` or `host:port`; these may be plain HTTP and have private addresses.
    """

    def __init__(self, planfix_url: str, listed: Sequence[str]) -> None:
        self._own = URL(planfix_url).origin()
        self._listed = frozenset(_host_and_port(host) for host in listed)
        self._private = {host for host, _ in self._listed}
        if is_loopback(self._own.host):
            self._private.add(_name(self._own))

    def allow(self, address: str) -> URL:
        """Check the address of a file, or of a redirect.

        Raises:
            BadAddressError: It is no address of a file.
            ForeignHostError: Its host, port or scheme is not allowed.
            PrivateHostError: It names an address outside of the public internet.
        """
        try:
            url = URL(address)
            host, port = _name(url), url.port
        except ValueError:
            raise BadAddressError from None
        if url.scheme not in {"http", "https"} or not host or url.user or url.password:
            raise BadAddressError
        if not self._is_own(url) and not {(host, None), (host, port)} & self._listed:
            raise ForeignHostError(host if url.explicit_port is None else f"{host}:{port}")
        if _is_literal(host):
            self.check_peer(host, host)
        return url

    def check_peer(self, host: str, address: str) -> None:
        """Check the IP address of a host to connect to.

        Raises:
            PrivateHostError: It is not one of the public internet, and the host is not listed.
        """
        if host.lower() not in self._private and not is_public(address):
            raise PrivateHostError(host)

    def _is_own(self, url: URL) -> bool:
        if url.origin() == self._own:
            return True
        at_usual_port = url.scheme == "https" and url.port == _HTTPS
        return at_usual_port and self._own.scheme == "https" and _name(url) == _name(self._own)


class PublicResolver(AbstractResolver):
    """Resolves names, but to public addresses alone unless the host is listed.

    It is asked for every connection, and only the addresses that it gives are connected to: so a
    name whose answer changes is caught too.
    """

    def __init__(self, hosts: FileHosts) -> None:
        self._hosts = hosts
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of `host`.

        Raises:
            PrivateHostError: One of them is not public: then none is to be trusted.
            OSError: It has none.
        """
        found = await self._resolver.resolve(host, port, family)
        for entry in found:
            self._hosts.check_peer(host, entry["host"])
        return found

    async def close(self) -> None:
        """Let go of the resolver below."""
        await self._resolver.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also under its wrappings in IPv6."""
    try:
        number: IPv4Address | IPv6Address | None = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    while isinstance(number, IPv6Address) and (inner := _wrapped(number)):
        number = inner
    return bool(number and number.is_global and not number.is_multicast)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, if it is of that sort."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_literal(host: str) -> bool:
    """Whether a host is an IP address in any of the forms that an operating system reads."""
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def _host_and_port(listed: str) -> tuple[str, int | None]:
    url = URL(f"//{listed}" if listed.count(":") < 2 or "[" in listed else f"//[{listed}]")  # noqa: PLR2004 - a bare IPv6 address
    return _name(url), url.explicit_port


def _name(url: URL) -> str:
    """The host as it is asked for: in small letters, encoded if it is not ASCII."""
    return (url.raw_host or "").lower()
