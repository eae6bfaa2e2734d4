"""Who may see the page `/status`."""

import aiohttp
import pytest
from aiohttp import HttpVersion, HttpVersion10, HttpVersion11, web
from aiohttp.test_utils import make_mocked_request

from bot.monitoring.status_access import COOKIE, StatusAccess, is_direct
from support import World
from test_doorkeeper import Wire

KEY = "marker-status-key-of-enough-letters"


def asked(
    peer: str = "127.0.0.1",
    host: str = "127.0.0.1:8080",
    version: HttpVersion = HttpVersion11,
    **headers: str,
) -> web.Request:
    """A request for the page."""
    named = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("GET", "/status", named, version=version, transport=Wire(peer))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "request_",
    [
        asked(),
        asked(host="localhost:8080"),
        asked(host="[::1]:8080"),
        asked(peer="::1", host="localhost"),
    ],
)
def test_a_person_on_this_machine_is_direct(request_: web.Request) -> None:
    """Both loopback addresses and their name are this machine."""
    assert is_direct(request_)


@pytest.mark.parametrize(
    "request_",
    [
        asked(peer="198.51.100.1"),
        asked(host="evil.example.com"),
        asked(host=""),
        asked(host="[::1"),
        asked(host="127.0.0.1.example.com"),
        asked(version=HttpVersion10),
        asked(X_Forwarded_For="127.0.0.1"),
        asked(X_Forwarded_Proto="https"),
        asked(X_Real_IP="127.0.0.1"),
        asked(Forwarded="for=127.0.0.1"),
        asked(Via="1.1 proxy"),
    ],
)
def test_a_proxy_or_a_foreign_name_is_not_direct(request_: web.Request) -> None:
    """Neither another machine, nor what a proxy passes on, nor a name that points here."""
    assert not is_direct(request_)


def test_only_the_key_opens() -> None:
    """The key does, its beginning and nothing do not; where there is no key, nothing does."""
    access = StatusAccess(KEY, "secret")
    assert access.opens(KEY)
    assert not any(map(access.opens, ("", KEY[:-1], KEY + "x", "\udc80")))
    assert not StatusAccess(None, "secret").opens("")


def test_a_session_is_of_its_own_bridge_and_key() -> None:
    """A cookie opens the bridge that gave it, until the key or the bot's token is changed."""
    access = StatusAccess(KEY, "secret")
    response = web.Response()
    access.let_in(asked(host="bridge.example.com"), response)
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert KEY not in cookie.value
    request = asked(peer="198.51.100.1", Cookie=f"{COOKIE}={cookie.value}")
    assert access.session_of(request)
    assert StatusAccess(KEY, "other").session_of(request) is None
    assert StatusAccess("another-key", "secret").session_of(request) is None
    assert access.session_of(asked()) is None, "with a key, nobody comes in without it"


def test_a_form_is_of_its_own_session() -> None:
    """A form's token is worth nothing in another session, from another site, or as a cookie."""
    access = StatusAccess(KEY, "secret")
    token = access.form_token("anna")
    own = asked(host="bridge.example.com", Origin="https://bridge.example.com")
    assert access.is_own_form(own, "anna", token)
    assert not access.is_own_form(own, "boris", token)
    assert not access.is_own_form(own, "anna", "")
    foreign = asked(host="bridge.example.com", Origin="https://evil.example.com")
    assert not access.is_own_form(foreign, "anna", token)
    assert not access.is_own_form(asked(Origin="null"), "anna", token)
    said = asked(host="bridge.example.com", Sec_Fetch_Site="cross-site")
    assert not access.is_own_form(said, "anna", token)
    assert access.session_of(asked(Cookie=f"{COOKIE}={token}")) is None


async def test_a_form_behind_a_proxy_with_a_name_of_its_own(bridged: World) -> None:
    """Where the proxy asks by another name than the browser did, the key opens the page as well."""
    bridged.bridge.environment["BRIDGE_SERVER__STATUS_KEY"] = KEY
    await bridged.bridge.kill_and_restart()
    login = f"{bridged.bridge.url}/status/login"
    headers = {"Origin": "https://bridge.example.com"}
    async with aiohttp.ClientSession() as http:
        for site, status in (("same-origin", 303), ("same-site", 403), ("cross-site", 403)):
            fetched = headers | {"Sec-Fetch-Site": site}
            async with http.post(
                login, data={"key": KEY}, headers=fetched, allow_redirects=False
            ) as response:
                assert response.status == status
        async with http.post(login, data={"key": KEY}, headers=headers) as response:
            assert (response.status, COOKIE in response.cookies) == (403, False)
            assert "Откройте её заново" in await response.text(), "not the same form once more"


async def test_without_a_key_only_this_machine_sees_the_page(bridged: World) -> None:
    """The page is there for a browser on this machine; through a proxy it says what to do."""
    url = f"{bridged.bridge.url}/status"
    async with aiohttp.ClientSession() as http:
        async with http.get(url, headers={"Accept-Language": "en"}) as response:
            assert response.status == 200
            assert "All is well" in await response.text()
        for headers in ({"X-Forwarded-For": "203.0.113.9"}, {"Host": "bridge.example.com"}):
            for path in ("", "/letter?id=x"):
                async with http.get(url + path, headers=headers) as response:
                    assert response.status == 403
                    assert "server.status_key" in await response.text()
            async with http.post(f"{url}/retry", headers=headers, data={"id": "x"}) as response:
                assert response.status == 403
        async with http.post(f"{url}/login", data={"key": ""}, allow_redirects=False) as response:
            assert response.status == 403
            assert COOKIE not in response.cookies
