"""Everything that an administrator may get wrong, each with the words that must tell it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import trustme
from aiohttp import web

from bot.web.probe import Probe
from checking import Place, wrong, wrong_setting
from proxies import HttpProxy, SocksProxy
from sandbox.telegram.webhook import WebhookSettings
from support import PLANFIX_KEY, TOKEN, free_port
from wrong_servers import raw_server, refuse_way, serving, web_server

PAGE = "<html>Welcome</html>"


def nobody() -> str:
    """An address of loopback where nobody listens."""
    return f"127.0.0.1:{free_port()}"


# What is wrong in the settings themselves.

wrong_setting("token", "settings", "telegram.token", "BotFather", telegram__token="abc")
wrong_setting("plain_http", "settings", "planfix.url", "https://", planfix__url="http://a.ru/api")
wrong_setting("proxy_port", "settings", "telegram.proxy", "port", telegram__proxy="socks5://host")
wrong_setting("slip", "settings", "server.prot", "server.port", server__prot="1")


@wrong("settings", "server.tls_certificate and server.tls_key", "both")
async def _key_alone(place: Place) -> AsyncIterator[None]:
    place.settings["server.tls_key"] = str(place.certificates.authority)
    yield


@wrong("settings", "planfix.token", "is missing", "BRIDGE_PLANFIX__TOKEN")
async def _missing(place: Place) -> AsyncIterator[None]:
    del place.settings["planfix.token"]
    yield


@wrong("settings", "config.toml", "no valid TOML", "line 2")
async def _broken_file(place: Place) -> AsyncIterator[None]:
    place.config.write_text("[server]\nport == 1\n")
    yield


# Telegram.

UNKNOWN = f"{TOKEN}x"
wrong_setting("foreign_token", "telegram", "token", "@BotFather", telegram__token=UNKNOWN)
NOWHERE = "https://nowhere.invalid"
wrong_setting(
    "api_dns", "telegram", "cannot be found", "telegram.api_url", telegram__api_url=NOWHERE
)


@wrong("telegram", "refuses the connection", "telegram.api_url", "telegram.proxy")
async def _api_away(place: Place) -> AsyncIterator[None]:
    place.settings["telegram.api_url"] = f"http://{nobody()}"
    yield


@wrong("telegram", "does not answer within", "telegram.proxy")
async def _api_hangs(place: Place) -> AsyncIterator[None]:
    place.telegram.faults.add("hang_before", "getMe", times=None)
    yield


@wrong("telegram", "breaks the connection off", "telegram.api_url")
async def _api_breaks(place: Place) -> AsyncIterator[None]:
    place.telegram.faults.add("reset", "getMe", times=None)
    yield


@wrong("telegram", "not as Telegram's Bot API", "telegram.api_url", "telegram.proxy")
async def _block_page(place: Place) -> AsyncIterator[None]:
    async with web_server(text=PAGE, content_type="text/html") as where:
        place.settings["telegram.api_url"] = f"http://{where}"
        yield


@wrong("telegram", "does not speak HTTPS", "telegram.api_url")
async def _api_without_tls(place: Place) -> AsyncIterator[None]:
    place.settings["telegram.api_url"] = place.telegram.url.replace("http:", "https:")
    yield


@wrong("telegram", "certificate", "not trusted")
async def _intercepted(place: Place) -> AsyncIterator[None]:
    async with web_server(tls=place.certificates.server("127.0.0.1")) as where:
        place.settings["telegram.api_url"] = f"https://{where}"
        yield


@wrong("telegram", "Logged out", "telegram.api_url")
async def _logged_out(place: Place) -> AsyncIterator[None]:
    place.telegram.fail_next("getMe", 400, "Logged out", times=2)
    yield


@wrong("telegram", "knows no such bot", "telegram.api_url")
async def _api_with_path(place: Place) -> AsyncIterator[None]:
    place.settings["telegram.api_url"] += "/bot"
    yield


@wrong("telegram", "The proxy cannot be reached", "telegram.proxy")
async def _proxy_away(place: Place) -> AsyncIterator[None]:
    place.settings["telegram.proxy"] = f"socks5://user:marker-proxy@{nobody()}"
    yield


@wrong("telegram", "does not accept the user name", "telegram.proxy", "%40")
async def _proxy_password(place: Place) -> AsyncIterator[None]:
    proxy = HttpProxy("user", "right", {})
    async with proxy.listening():
        password = quote("marker-proxy@")
        place.settings["telegram.proxy"] = f"http://user:{password}@127.0.0.1:{proxy.port}"
        yield


@wrong("telegram", "does not accept the user name", "telegram.proxy")
async def _socks_password(place: Place) -> AsyncIterator[None]:
    proxy = SocksProxy("user", "right", {})
    async with proxy.listening():
        place.settings["telegram.proxy"] = f"socks5://user:marker-proxy@127.0.0.1:{proxy.port}"
        yield


@wrong("telegram", "gives no way to", "telegram.proxy")
async def _proxy_leads_nowhere(place: Place) -> AsyncIterator[None]:
    async with raw_server(refuse_way) as where:
        place.settings["telegram.proxy"] = f"http://user:marker-proxy@{where}"
        yield


# Updates.


@wrong("updates", "other.example", "forgotten webhook", "run", "another bot")
async def _forgotten_webhook(place: Place) -> AsyncIterator[None]:
    await place.telegram.webhook.set(WebhookSettings(f"https://other.example/{TOKEN}"))
    yield


@wrong("updates", "left from telegram.mode", "Nothing to do", state="warning")
async def _own_webhook(place: Place) -> AsyncIterator[None]:
    url = place.settings["server.public_url"] + "/telegram"
    await place.telegram.webhook.set(WebhookSettings(url))
    yield


@wrong("updates", "elsewhere", "other.example")
async def _webhook_elsewhere(place: Place) -> AsyncIterator[None]:
    place.settings["telegram.mode"] = "webhook"
    await place.telegram.webhook.set(WebhookSettings("https://other.example/x"))
    yield


@wrong("updates", "Another program polls", "/revoke")
async def _other_poller(place: Place) -> AsyncIterator[None]:
    url = f"{place.telegram.url}/bot{TOKEN}/getUpdates?timeout=25"

    async def poll() -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                async with http.get(url) as response:
                    await response.read()
                await asyncio.sleep(0.2)  # as pollers do after a conflict

    task = asyncio.create_task(poll())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@wrong("updates", "could not deliver", "500", "server.public_url")
async def _failing_webhook(place: Place) -> AsyncIterator[None]:
    async def fail(_: web.Request) -> web.Response:
        return web.Response(status=500)

    app = web.Application()
    Probe(TOKEN).register(app)  # a bridge, as far as anybody can see
    app.router.add_post("/telegram", fail)
    async with serving(app) as where:
        url = f"http://{where}"
        port = where.partition(":")[2]
        place.settings |= {
            "telegram.mode": "webhook",
            "server.public_url": url,
            "server.port": port,
        }
        await place.telegram.webhook.set(WebhookSettings(f"{url}/telegram"))
        place.telegram.add_customer("Анна").send_text("Здравствуйте")
        await place.telegram.wait_for(lambda: place.telegram.webhook.last_error is not None)
        yield


# PlanFix.

wrong_setting(
    "planfix_key", "planfix", "does not accept the key", "planfix.token", planfix__token="x"
)
wrong_setting(
    "planfix_dns", "planfix", "cannot be found", "planfix.url",
    planfix__url="https://nowhere.invalid/webchat/api", server__public_url="https://a.example",
)  # fmt: skip


@wrong("planfix", "no chat API at", "404", "planfix.url")
async def _planfix_path(place: Place) -> AsyncIterator[None]:
    place.settings["planfix.url"] = place.planfix.url.removesuffix("/api")
    yield


@wrong("planfix", "redirects to example.planfix.ru", "planfix.url")
async def _planfix_redirects(place: Place) -> AsyncIterator[None]:
    headers = {"Location": f"https://example.planfix.ru/login?key={PLANFIX_KEY}"}
    place.planfix.faults.add("status", times=None, code=302, headers=headers)
    yield


@wrong("planfix", "page for people", "planfix.url")
async def _planfix_login_page(place: Place) -> AsyncIterator[None]:
    place.planfix.faults.add("status", times=None, code=200, body=PAGE, content_type="text/html")
    yield


@wrong("planfix", "not as PlanFix does", "planfix.url")
async def _planfix_is_something_else(place: Place) -> AsyncIterator[None]:
    place.planfix.faults.add("status", times=None, code=200, body="hello")
    yield


@wrong("planfix", "error of its own", "503")
async def _planfix_is_ill(place: Place) -> AsyncIterator[None]:
    place.planfix.faults.add("status", times=None, code=503, body=PLANFIX_KEY)
    yield


@wrong("planfix", "refuses the connection", "planfix.url")
async def _planfix_away(place: Place) -> AsyncIterator[None]:
    place.settings["planfix.url"] = f"http://{nobody()}/webchat/api"
    yield


@wrong("planfix", "planfix.provider_id", "accepts the key", state="warning")
async def _provider_id(place: Place) -> AsyncIterator[None]:
    place.settings["planfix.provider_id"] = "another"
    yield


# Redis.

wrong_setting(
    "redis_dns", "redis", "cannot be found", redis__url="redis://:marker-redis@no.invalid"
)


async def _config(place: Place, **settings: str) -> AsyncIterator[None]:
    """Set the server up like that, and back afterwards."""
    before = {name: (await place.redis.config_get(name))[name] for name in settings}
    for name, value in settings.items():
        await place.redis.config_set(name, value)
    yield
    for name, value in before.items():
        await place.redis.config_set(name, value)


@wrong("redis", "cannot be reached", "redis.url")
async def _redis_away(place: Place) -> AsyncIterator[None]:
    place.settings["redis.url"] = f"redis://:marker-redis@{nobody()}/0"
    yield


@wrong("redis", "password", "redis.url")
async def _redis_password(place: Place) -> AsyncIterator[None]:
    path = place.settings["redis.url"].removeprefix("unix://")
    place.settings["redis.url"] = f"unix://:marker-redis@{path}"
    await place.redis.config_set("requirepass", "right")
    yield
    await place.redis.execute_command("AUTH", "right")
    await place.redis.config_set("requirepass", "")


@wrong("redis", "refuses", "redis.url", "number of the database")
async def _redis_database(place: Place) -> AsyncIterator[None]:
    place.settings["redis.url"] += "?db=99"
    yield


@wrong("redis", "no Redis that works", "redis.url")
async def _redis_is_something_else(place: Place) -> AsyncIterator[None]:
    async with web_server(text=PAGE) as where:
        place.settings["redis.url"] = f"redis://{where}"
        yield


@wrong("redis", "throws messages away", "allkeys-lru", "noeviction")
async def _redis_evicts(place: Place) -> AsyncIterator[None]:
    async for _ in _config(place, maxmemory="100mb", **{"maxmemory-policy": "allkeys-lru"}):
        yield


@wrong("redis", "nothing on disk", "appendonly yes")
async def _redis_keeps_nothing(place: Place) -> AsyncIterator[None]:
    async for _ in _config(place, appendonly="no"):
        yield


@wrong("redis", "every second", "appendfsync always", state="warning")
async def _redis_is_late(place: Place) -> AsyncIterator[None]:
    async for _ in _config(place, appendfsync="everysec"):
        yield


@wrong("redis", "does not start", "storage.data_dir")
async def _no_embedded(place: Place) -> AsyncIterator[None]:
    del place.settings["redis.url"]
    (place.folder / "file").touch()
    place.settings["storage.data_dir"] = str(place.folder / "file" / "data")
    yield


# The public address.

wrong_setting("no_such_host", "public_address", "cannot be found", server__public_url=NOWHERE)


@wrong("public_address", "inside your own network", "server.public_url")
async def _local_address(place: Place) -> AsyncIterator[None]:
    place.settings["planfix.url"] = "https://nowhere.invalid/webchat/api"
    place.settings["server.public_url"] = "https://192.168.1.10"
    yield


@wrong("public_address", "refuses the connection", "firewall")
async def _no_web_server(place: Place) -> AsyncIterator[None]:
    place.settings["server.public_url"] = f"http://{nobody()}"
    yield


def _answering(name: str, words: tuple[str, ...], status: int, **options: str) -> None:
    """Take a web server at the public address that is not the bridge as something to find."""

    async def spoil(place: Place) -> AsyncIterator[None]:
        headers = {"Location": options["location"]} if "location" in options else None
        async with web_server(
            status=status, text=options.get("text", ""), headers=headers
        ) as where:
            place.settings["server.public_url"] = f"http://{where}"
            yield

    spoil.__name__ = name
    wrong("public_address", *words)(spoil)


_answering("stranger", ("something else answers", "server.public_url"), 200, text=PAGE)
_answering("no_backend", ("does not reach the bridge", "502", "server.port"), 502)
_answering("no_path", ("does not pass /probe on", "404"), 404)
_answering("closed", ("lets nobody in", "401"), 401)
_answering("moved", ("redirects to new.example",), 301, location="https://new.example/x")


@wrong("public_address", "another bot", "server.public_url")
async def _other_bridge(place: Place) -> AsyncIterator[None]:
    app = web.Application()
    Probe("7:other-token").register(app)
    async with serving(app) as where:
        place.settings["server.public_url"] = f"http://{where}"
        yield


def _certified(name: str, words: tuple[str, ...], host: str, days: float) -> None:
    """Take a web server in front with a wrong certificate as something to find."""

    async def spoil(place: Place) -> AsyncIterator[None]:
        tls = place.certificates.server(host, days=days)
        async with web_server(tls=tls) as where:
            place.settings["server.public_url"] = f"https://{where}"
            yield

    spoil.__name__ = name
    wrong("public_address", *words)(spoil)


_certified("expired_in_front", ("not valid today", "Renew"), "127.0.0.1", -1)
_certified("other_host_in_front", ("is for another host",), "other.example", 90)


# Our own certificate.


def _own(place: Place, certificate: Path, key: Path) -> None:
    place.settings |= {
        "server.tls_certificate": str(certificate),
        "server.tls_key": str(key),
        "server.public_url": place.settings["server.public_url"].replace("http:", "https:"),
    }


@wrong("certificate", "no certificate and its key", "server.tls_key")
async def _no_pair(place: Place) -> AsyncIterator[None]:
    _, other = place.certificates.files("other.example")
    _own(place, place.certificates.files("127.0.0.1")[0], other)
    yield


@wrong("certificate", "expired", "server.tls_certificate")
async def _expired(place: Place) -> AsyncIterator[None]:
    _own(place, *place.certificates.files("127.0.0.1", days=-2))
    yield


@wrong("certificate", "not for 127.0.0.1", "server.public_url")
async def _other_host(place: Place) -> AsyncIterator[None]:
    _own(place, *place.certificates.files("other.example", days=60))
    yield


@wrong("certificate", "expires in", "Renew", state="warning")
async def _expires_soon(place: Place) -> AsyncIterator[None]:
    _own(place, *place.certificates.files("127.0.0.1", days=5))
    yield


@wrong("certificate", "Nobody trusts it", "fullchain.pem", state="warning")
async def _unknown_authority(place: Place) -> AsyncIterator[None]:
    _own(place, *place.certificates.files("127.0.0.1", days=50, authority=trustme.CA()))
    yield


# This machine.


@wrong("port", "Another program has", "server.port")
async def _taken_port(place: Place) -> AsyncIterator[None]:
    async with web_server() as where:
        place.settings["server.port"] = where.partition(":")[2]
        yield


wrong_setting("no_such_address", "port", "no such address", "server.host", server__host="1.2.3.4")


@wrong("clock", "ahead", "timedatectl")
async def _clock_is_ahead(place: Place) -> AsyncIterator[None]:
    headers = {"Date": "Mon, 02 Jan 2017 03:04:05 GMT"}
    body = '{"ok": true, "result": {"username": "x"}}'
    place.telegram.faults.add("status", "getMe", times=None, code=200, body=body, headers=headers)
    place.planfix.faults.add(
        "status", times=None, code=400, body='{"error": "task not found"}', headers=headers
    )
    yield


@wrong("disk", "cannot be written to", "storage.data_dir")
async def _no_folder(place: Place) -> AsyncIterator[None]:
    (place.folder / "file").touch()
    place.settings["storage.data_dir"] = str(place.folder / "file" / "data")
    yield
