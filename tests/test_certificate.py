"""HTTPS without a proxy in front, and certificates that are renewed while it is served."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import trustme

from support import WEBHOOK_KEY, BridgeProcess, world


class Files:
    """A certificate and its key as files, and who signs them."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self._issued = 0
        self.chain = folder / "chain.pem"
        self.key = folder / "key.pem"
        self.client = ssl.create_default_context()
        """What a client needs to trust it."""
        self._authority.configure_trust(self.client)

    def issue(self) -> tuple[bytes, bytes]:
        """A new certificate and its key; it has its number as a further name."""
        self._issued += 1
        leaf = self._authority.issue_cert("127.0.0.1", f"n{self._issued}.example")
        chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
        return chain, leaf.private_key_pem.bytes()

    def put(self, path: Path, content: bytes) -> None:
        """Replace a file whole, as certificate clients do."""
        whole = path.with_suffix(".new")
        whole.write_bytes(content)
        whole.replace(path)

    async def seen(self, port: int) -> str:
        """The name in the certificate that a client sees who connects now."""
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=self.client)
        names = dict(writer.get_extra_info("peercert")["subjectAltName"])
        writer.close()
        return str(names["DNS"])


@asynccontextmanager
async def serving_https(tmp_path: Path) -> AsyncIterator[tuple[BridgeProcess, Files]]:
    """A bridge that serves HTTPS."""
    files = Files(tmp_path)
    chain, key = files.issue()
    files.put(files.chain, chain)
    files.put(files.key, key)
    settings = {
        "BRIDGE_SERVER__TLS_CERTIFICATE": str(files.chain),
        "BRIDGE_SERVER__TLS_KEY": str(files.key),
    }
    async with world(tmp_path / "data", start=False, **settings) as running:
        await running.bridge.launch()
        await running.bridge.wait_for_event("bridge.started", seconds=30)
        yield running.bridge, files


async def ask(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bytes:
    """Ask over a connection that stays open whether the bridge is alive."""
    reader, writer = connection
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: bridge\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return await reader.readuntil(b"}")


async def test_a_renewed_certificate_is_picked_up(tmp_path: Path) -> None:
    """New files are used at once they fit; broken ones warn once; nobody is cut off meanwhile."""
    async with serving_https(tmp_path) as (bridge, files):
        assert await files.seen(bridge.port) == "n1.example"
        guest = await asyncio.open_connection("127.0.0.1", bridge.port, ssl=files.client)
        assert await ask(guest) == b'{"alive": true}'

        files.put(files.chain, b"no certificate")
        warning = await bridge.wait_for_event("certificate.not_renewed")
        assert warning["certificate"] == str(files.chain)
        assert "the old ones stay in use" in warning["note"]
        assert await files.seen(bridge.port) == "n1.example"

        chain, key = files.issue()
        files.put(files.chain, chain)
        assert await files.seen(bridge.port) == "n1.example"
        files.put(files.key, key)
        await bridge.wait_for_event("certificate.renewed")
        assert await files.seen(bridge.port) == "n2.example"
        assert await ask(guest) == b'{"alive": true}'
        guest[1].close()

        form = {"cmd": "newMessage", "providerId": "telegram", "token": WEBHOOK_KEY, "chatId": "7"}
        form |= {"message": "Здравствуйте", "messageId": "1", "userName": "Ольга"}
        url = f"https://127.0.0.1:{bridge.port}/planfix"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=form, ssl=files.client) as response,
        ):
            assert (response.status, (await response.json())["chatId"]) == (200, "7")
        assert len([e for e in bridge.events if e["event"] == "certificate.not_renewed"]) == 1
