"""Asks a server once, and tells apart what can go wrong on the way."""

import errno
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp import hdrs
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from bot.checks.finding import Finding, State, found
from bot.texts.checks import NetworkTexts, Told

ANSWER_SECONDS: Final = 5.0
MOST_BYTES: Final = 64 * 1024

_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_ADDRESS = 10, 9, 62, 64
"""What OpenSSL calls the reasons for which a certificate is refused."""
_PROXY_ERRORS = (ProxyConnectionError, ProxyTimeoutError, ProxyError)
_LOGIN_REFUSED = {401, 403, 407}
_LOGIN_WORDS = ("authentication failure", "acceptable authentication")


class Kind(StrEnum):
    """What went wrong; each has its words in `NetworkTexts`."""

    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    EXPIRED = "expired"
    WRONG_HOST = "wrong_host"
    UNTRUSTED = "untrusted"
    TLS = "tls"
    BROKEN = "broken"
    PROXY_AWAY = "proxy_away"
    PROXY_LOGIN = "proxy_login"
    PROXY_NO_WAY = "proxy_no_way"


class TroubleError(Exception):
    """There was no answer. `detail` is the system's word for it, without any address."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail

    def finding(
        self, name: str, words: NetworkTexts, url: str, *, setting: str, advice: str = ""
    ) -> Finding:
        """It in words, for a check.

        Args:
            name: The check.
            words: For each kind.
            url: What was asked.
            setting: Where the address comes from.
            advice: What else to do, if it is the way there that is blocked.
        """
        told: Told = getattr(words, self.kind)
        on_the_way = {Kind.REFUSED, Kind.UNREACHABLE, Kind.TIMEOUT, Kind.BROKEN}
        if advice and self.kind in on_the_way:
            told = Told(told.message, f"{told.fix} {advice}")
        return found(
            name,
            State.FAILED,
            told,
            setting="telegram.proxy" if self.kind.startswith("proxy") else setting,
            host=host_of(url),
            detail=self.detail,
            seconds=round(ANSWER_SECONDS),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """The beginning of it."""
    skew: float | None
    """Seconds by which our clock is ahead of the server's; None if it does not tell the time."""

    @property
    def is_page(self) -> bool:
        """Whether it is meant for people."""
        kind = self.headers.get(hdrs.CONTENT_TYPE, "").lower()
        return "html" in kind or self.body.lstrip()[:1] == b"<"

    @property
    def leads_to(self) -> str:
        """The host to which a redirect leads, or its path."""
        target = self.headers.get(hdrs.LOCATION, "")
        return urlsplit(target).netloc.rpartition("@")[2] or urlsplit(target).path


def host_of(url: str) -> str:
    """The host and port of an address, for a person."""
    return urlsplit(url).netloc.rpartition("@")[2]


def open_session(proxy: str | None = None, *, authorities: str | None = None) -> (
    aiohttp.ClientSession
):  # fmt: skip
    """A session that follows the given proxy; close it.

    Args:
        proxy: `http://…` or `socks5://…`.
        authorities: A file with the authorities to be trusted; None: the system's.
    """
    tls = ssl.create_default_context(cafile=authorities)
    connector: aiohttp.BaseConnector
    if proxy:
        connector = ProxyConnector.from_url(proxy, rdns=True, ssl=tls)
    else:
        connector = aiohttp.TCPConnector(ssl=tls)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


async def ask(
    session: aiohttp.ClientSession,
    url: str,
    *,
    form: bytes | None = None,
    content_type: str = "application/x-www-form-urlencoded",
    seconds: float | None = None,
) -> Answer:
    """GET `url`, or POST `form` to it, within `ANSWER_SECONDS`; no redirect is followed.

    Raises:
        TroubleError: There was no answer.
    """
    method = "GET" if form is None else "POST"
    headers = {} if form is None else {hdrs.CONTENT_TYPE: content_type}
    try:
        async with session.request(
            method,
            url,
            data=form,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds or ANSWER_SECONDS),
        ) as response:
            skew = _skew(response.headers.get(hdrs.DATE, ""))
            body = await response.content.read(MOST_BYTES)
            return Answer(response.status, response.headers, body, skew)
    except (aiohttp.ClientError, OSError, *_PROXY_ERRORS) as error:
        trouble = _understand(error)
    raise trouble  # apart from its cause, whose words may hold the address with the token


def _skew(date: str) -> float | None:
    try:
        return time.time() - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _understand(error: Exception) -> TroubleError:  # noqa: PLR0911 - one return per case
    match error:
        case ProxyConnectionError():
            return TroubleError(Kind.PROXY_AWAY)
        case ProxyTimeoutError():
            return TroubleError(Kind.PROXY_NO_WAY, "time-out")
        case ProxyError():
            return _understand_proxy(error)
        case aiohttp.ClientConnectorCertificateError():
            return _understand_certificate(error.certificate_error)
        case ssl.SSLError():
            return _understand_certificate(error)
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return TroubleError(Kind.DNS)
        case TimeoutError():
            return TroubleError(Kind.TIMEOUT)
        case aiohttp.ClientSSLError():
            return _understand_certificate(error.os_error)
        case aiohttp.ClientConnectorError():
            return _understand_connection(error.os_error)
    return TroubleError(Kind.BROKEN)


def _understand_proxy(error: ProxyError) -> TroubleError:
    words = str(error)
    if error.error_code in _LOGIN_REFUSED or any(part in words for part in _LOGIN_WORDS):
        return TroubleError(Kind.PROXY_LOGIN)
    return TroubleError(Kind.PROXY_NO_WAY, words)


def _understand_certificate(error: Exception) -> TroubleError:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return TroubleError(Kind.TLS)
    kinds = {
        _EXPIRED: Kind.EXPIRED,
        _NOT_YET_VALID: Kind.EXPIRED,
        _OTHER_HOST: Kind.WRONG_HOST,
        _OTHER_ADDRESS: Kind.WRONG_HOST,
    }
    kind = kinds.get(error.verify_code, Kind.UNTRUSTED)
    return TroubleError(kind, error.verify_message)


def _understand_connection(error: OSError) -> TroubleError:
    if error.errno == errno.ECONNREFUSED:
        return TroubleError(Kind.REFUSED)
    return TroubleError(Kind.UNREACHABLE, error.strerror or type(error).__name__)
