"""The way to Telegram where it is blocked: by a proxy, or by a mirror."""

import asyncio
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
import pytest
from aiohttp import web

from proxies import HttpProxy, Proxy, SocksProxy
from support import World, world

TELEGRAM = "telegram.invalid:80"
"""No name server knows it; the proxy does."""
USER, PASSWORD = "me@home", "p@ss/w:rd %41"


async def talk(running: World) -> None:
    """A file and a text go each way, whole."""
    anna = running.telegram.add_customer("Анна")
    anna.send_document(b"from the customer", "a.txt")
    await running.planfix.wait_for(lambda: bool(running.planfix.accepted("newMessage")), timeout=30)
    [message] = running.planfix.accepted("newMessage")
    async with aiohttp.ClientSession() as http, http.get(message.get("attachments[url]")) as file:
        assert await file.read() == b"from the customer"
    await running.planfix.answer(str(anna.chat_id), "Держите", [("b.txt", b"from PlanFix")])
    await running.planfix.wait_for(lambda: bool(running.planfix.accepted("messageStatus")))
    [sent] = [message for message in anna.messages if message["from"]["is_bot"]]
    assert sent["caption"] == "Держите"
    assert running.telegram.file_bytes(sent["document"]["file_id"]) == b"from PlanFix"


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
async def test_everything_goes_through_the_proxy(tmp_path: Path, kind: type[Proxy]) -> None:
    """Updates, sending, files both ways: all of Telegram's through it, nothing of PlanFix's.

    While the password is wrong, that is said in words and nowhere shown; no restart is needed.
    """
    proxy = kind(USER, "another password", {})
    async with proxy.listening():
        credentials = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        address = f"{kind.scheme}://{credentials}@127.0.0.1:{proxy.port}"
        settings = {
            "BRIDGE_TELEGRAM__PROXY": address,
            "BRIDGE_TELEGRAM__API_URL": f"http://{TELEGRAM}",
        }
        async with world(tmp_path, start=False, **settings) as running:
            telegram = urlsplit(running.telegram.url)
            proxy.ways[TELEGRAM] = (str(telegram.hostname), telegram.port or 0)
            await running.bridge.launch()
            failed = await running.bridge.wait_for_event("telegram.polling_failed", seconds=30)
            assert failed["error"] == (
                "getUpdates: the proxy does not accept the user name and password in telegram.proxy"
            )
            proxy.password = PASSWORD
            await running.bridge.wait_ready()
            await talk(running)
            assert proxy.refused
            assert set(proxy.wanted) == {TELEGRAM}
            output = "\n".join(running.bridge.output)
            assert "p@ss" not in output
            assert quote(PASSWORD, safe="") not in output


async def test_a_proxy_that_is_away_is_named(tmp_path: Path) -> None:
    """An outage of the proxy is told as such, and does not look like one of Telegram."""
    proxy = SocksProxy(USER, PASSWORD, {})
    async with proxy.listening():
        port = proxy.port
    settings = {"BRIDGE_TELEGRAM__PROXY": f"socks5://127.0.0.1:{port}"}
    async with world(tmp_path, start=False, **settings) as running:
        await running.bridge.launch()
        failed = await running.bridge.wait_for_event("telegram.polling_failed", seconds=30)
        assert failed["error"] == "getUpdates: the proxy in telegram.proxy cannot be reached"


async def test_a_mirror_under_a_path(tmp_path: Path) -> None:
    """`telegram.api_url` may be a mirror with a path: calls, uploads and downloads go there."""
    async with world(tmp_path, start=False) as running, aiohttp.ClientSession() as http:

        async def hand_on(request: web.Request) -> web.Response:
            url = f"{running.telegram.url}/{request.match_info['rest']}"
            body = await request.read()
            headers = {"Content-Type": request.headers.get("Content-Type", "")}
            async with http.request(request.method, url, data=body, headers=headers) as answer:
                return web.Response(status=answer.status, body=await answer.read())

        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/mirror/{rest:.*}", hand_on)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        running.bridge.environment["BRIDGE_TELEGRAM__API_URL"] = f"http://127.0.0.1:{port}/mirror/"
        await running.bridge.start()
        await talk(running)
        running.bridge.terminate()
        await asyncio.gather(running.bridge.wait(), runner.cleanup())
