"""From which hosts operators' files may be fetched: PlanFix's own, and those that are listed."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.settings import is_loopback


class FileHosts:
    """The rule for addresses of files.

    Args:
        planfix_url: PlanFix's address. Its host is allowed, over the same scheme and port.
        listed: Further `host` or `host:port`; these may be plain HTTP or private.
    """

    def __init__(self, planfix_url: str, listed: Sequence[str]) -> None:
        own = URL(planfix_url)
        self._own = own.origin()
        self._listed = frozenset(host.lower() for host in listed)
        self.private = {host.rpartition(":")[0] or host for host in self._listed}
        """Hosts that may have a private address."""
        if is_loopback(own.host):
            self.private.add(own.host or "")

    def allow(self, address: str) -> URL:
        """Check the address of a file, or of a redirect.

        Raises:
            ValueError: Nothing may be fetched from there, with the reason.
        """
        url = URL(address)
        host = (url.host or "").lower()
        if url.scheme not in {"http", "https"} or not host:
            raise ValueError("its address is no web address")
        if url.user or url.password:
            raise ValueError("its address holds a user name")
        listed = host in self._listed or f"{host}:{url.port}" in self._listed
        if not listed and url.origin() != self._own:
            raise ValueError(f"the host {host} is not among planfix.file_hosts")
        return url


class PublicResolver(AbstractResolver):
    """Resolves names, but to public addresses alone unless the host may be private.

    It is asked for every connection, so a name whose answer changes is caught too.
    """

    def __init__(self, hosts: FileHosts) -> None:
        self._hosts = hosts
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of `host`.

        Raises:
            OSError: It has none that may be used.
        """
        found = await self._resolver.resolve(host, port, family)
        if host.lower() in self._hosts.private:
            return found
        public = [entry for entry in found if ip_address(entry["host"]).is_global]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        """Let go of the resolver below."""
        await self._resolver.close()
