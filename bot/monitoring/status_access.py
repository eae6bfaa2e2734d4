"""Who may see `/status`: whoever has its key or, without one, a person on this very machine."""

import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from aiohttp import HttpVersion11, hdrs, web
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.settings.types import is_loopback

COOKIE: Final = "bridge_status"
SESSION_SECONDS: Final = 7 * 24 * 3600

_LOCAL: Final = "local"
_FORWARDED: Final = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
)  # fmt: skip
"""What proxies add: with one of these, it is not the peer who asks."""


class StatusAccess:
    """Lets people in, and tells their own forms from those of other sites.

    Args:
        key: What opens the page; None: only this machine may see it.
        secret: Any secret of the bot; what is signed here is signed with a key derived from both.
    """

    def __init__(self, key: str | None, secret: str) -> None:
        self._key = key
        signing = hmac.digest(f"{secret}\n{key}".encode(), b"status page", hashlib.sha256)
        self._sessions = URLSafeTimedSerializer(signing, salt="session")
        self._forms = URLSafeTimedSerializer(signing, salt="form")

    @property
    def needs_key(self) -> bool:
        """Whether there is a key to ask for."""
        return self._key is not None

    def session_of(self, request: web.Request) -> str | None:
        """Names who asks; None: they may not see the page."""
        if self._key is None:
            return _LOCAL if is_direct(request) else None
        return _read(self._sessions, request.cookies.get(COOKIE, ""))

    def opens(self, given: str) -> bool:
        """Whether `given` is the key."""
        return self._key is not None and hmac.compare_digest(
            given.encode(errors="replace"), self._key.encode()
        )

    def let_in(self, request: web.Request, response: web.Response) -> None:
        """Give a cookie that stands for the key, to this page alone and to no script."""
        # Without a path, the browser keeps it for /status, also below a proxy's prefix.
        response.set_cookie(
            COOKIE,
            _dump(self._sessions, secrets.token_urlsafe(12)),
            max_age=SESSION_SECONDS,
            path="",
            httponly=True,
            samesite="Strict",
            secure=not is_loopback(_host(request)),
        )

    def form_token(self, session: str) -> str:
        """What a form of this session has to bring along."""
        return _dump(self._forms, session)

    def is_own_form(self, request: web.Request, session: str, token: str) -> bool:
        """Whether a form was sent from this session's page, and not by another site."""
        own = _read(self._forms, token) == session
        return own and is_same_origin(request)


def is_same_origin(request: web.Request) -> bool:
    """Whether the page that sent a form is ours, as far as the browser tells.

    Many proxies put a name of their own into `Host`, so what the browser itself says comes first.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}  # none: the person alone, no page
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is None or urlsplit(origin).netloc == request.headers.get(hdrs.HOST)


def is_direct(request: web.Request) -> bool:
    """Whether a person on this machine asks, with no proxy in between.

    The name in the address must be this machine's too: a foreign site can let its own name point
    here. Nothing but a proxy still asks with HTTP/1.0.
    """
    return (
        is_loopback(request.remote)
        and is_loopback(_host(request))
        and request.version >= HttpVersion11
        and not any(name in request.headers for name in _FORWARDED)
    )


def _host(request: web.Request) -> str | None:
    try:
        return urlsplit(f"//{request.headers.get(hdrs.HOST, '')}").hostname
    except ValueError:
        return None


def _dump(serializer: URLSafeTimedSerializer, value: str) -> str:
    text = serializer.dumps(value)
    return text.decode() if isinstance(text, bytes) else text


def _read(serializer: URLSafeTimedSerializer, text: str) -> str | None:
    try:
        value = serializer.loads(text, max_age=SESSION_SECONDS)
    except BadData:
        return None
    return value if isinstance(value, str) else None
