"""`/status`: one page for a person: whether it works, what waits, what failed and why."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

import structlog
from aiohttp import hdrs, web
from jinja2 import Environment, PackageLoader, StrictUndefined
from redis.exceptions import RedisError

from bot.journal.dead_letters import DeadLetter
from bot.monitoring.history import LastDay
from bot.monitoring.status_access import COOKIE, is_same_origin
from bot.monitoring.status_routes import StatusParts
from bot.monitoring.status_view import letter_row, make_view, readable
from bot.monitoring.wording import Wording

Handler = Callable[[web.Request], Awaitable[web.Response]]

log = structlog.get_logger("bot.monitoring.status_page")

SHOWN_LETTERS: Final = 20
LARGEST_FORM: Final = 4096
"""Bytes."""
REFRESH: Final = 10
"""Seconds after which an open page asks again."""

_PATIENCE: Final = 2.0
_FORM_SECONDS: Final = 10
_RETRIED_AT_ONCE: Final = 100
_PAGE: Final = files("bot.monitoring") / "page"
_ASSETS: Final = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_TEMPLATES: Final = Environment(
    loader=PackageLoader("bot.monitoring", "page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with none at all, forms would not say where they come from
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request: in which language, and where the page's root is from there."""

    request: web.Request
    wording: Wording
    root: str
    """`""` at /status itself, `"../"` below it: so it works below any prefix of a proxy's."""
    chosen: str
    """`?lang=…` if the person chose the language."""


class StatusPage:
    """The page, its forms, and the door in front of them."""

    def __init__(self, parts: StatusParts) -> None:
        self._bridge = parts.bridge
        self._letters = parts.letters
        self._watch = parts.watch
        self._history = parts.history
        self._access = parts.access
        self._language = parts.language
        self._redact = parts.redact
        self._handlers: dict[tuple[str, str], Handler] = {
            ("GET", ""): self.show,
            ("GET", "letter"): self.show_letter,
            ("POST", "login"): self.log_in,
            ("POST", "logout"): self.log_out,
            ("POST", "retry"): self.retry,
            **{("GET", name): partial(_asset, name) for name in _ASSETS},
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request for the page or for something below it."""
        name = request.match_info.get("name", "")
        method = "GET" if request.method == hdrs.METH_HEAD else request.method
        handler = self._handlers.get((method, name))
        if handler and not request.path.endswith("/"):
            return await handler(request)
        if not any(name == each for _, each in self._handlers):
            return web.Response(status=404)
        if method == hdrs.METH_GET:  # a form's address, reloaded or kept; or /status/
            return _see_other(f"../status{self._visit(request).chosen}")
        return web.Response(status=405)

    async def show(self, request: web.Request) -> web.Response:
        """The page itself, or the door."""
        visit = self._visit(request)
        session = self._access.session_of(request)
        if session is None:
            kept_out = "entered" in request.query  # the browser did not bring the cookie back
            problem = visit.wording.texts.no_cookie if kept_out else ""
            return await self._door(visit, problem=problem)
        now = await self._watch.look(_PATIENCE)
        letters, day = await self._stored(now.at) if now.redis else ([], None)
        view = make_view(self._bridge, now, letters, day, visit.wording)
        return await self._render(
            visit,
            "status.html",
            view=view,
            form_token=self._access.form_token(session),
            notice=_notice(request.query.get("done", ""), visit.wording),
            refresh=REFRESH,
        )

    async def _stored(self, now: float) -> tuple[list[DeadLetter], LastDay | None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._letters.latest(SHOWN_LETTERS), await self._history.read(now)
        except (RedisError, OSError):
            return [], None

    async def show_letter(self, request: web.Request) -> web.Response:
        """A dead letter with its raw message."""
        visit = self._visit(request, root="../")
        session = self._access.session_of(request)
        if session is None:
            return await self._door(visit)
        now = self._watch.local().at
        letter = await self._find(request.query.get("id", ""))
        return await self._render(
            visit,
            "letter.html",
            # Nobody tried to get in: a letter may have been delivered meanwhile.
            letter=letter and letter_row(letter, now, visit.wording),
            raw=letter and readable(letter),
            form_token=self._access.form_token(session),
        )

    async def _find(self, entry_id: str) -> DeadLetter | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._letters.get(entry_id)
        except (RedisError, OSError):
            return None

    async def retry(self, request: web.Request) -> web.Response:
        """Put one dead letter, or all of them, back into their mailboxes."""
        visit = self._visit(request, root="../")
        session = self._access.session_of(request)
        form = await _form(request)
        if session is None:
            return await self._door(visit)
        if not self._access.is_own_form(request, session, form.get("token", "")):
            return await self._message(visit, 403, visit.wording.texts.foreign_form)
        try:
            async with asyncio.timeout(_FORM_SECONDS):
                done = await self._retry(form.get("id", ""))
        except (RedisError, OSError):
            return await self._message(visit, 503, visit.wording.texts.verdict.redis_away)
        log.info("status.retried", count=done, address=request.remote)
        return _see_other(f"../status?done={done}{visit.chosen.replace('?', '&')}")

    async def _retry(self, entry_id: str) -> int:
        """Those letters that there are now, or only the one; returns how many were put back."""
        if entry_id:
            return await self._letters.retry([entry_id])
        ids = [each async for each in self._letters.ids()]
        batches = range(0, len(ids), _RETRIED_AT_ONCE)
        return sum([await self._letters.retry(ids[n : n + _RETRIED_AT_ONCE]) for n in batches])

    async def log_in(self, request: web.Request) -> web.Response:
        """Let in who has the key. Whoever keeps failing is slowed down by the doorkeeper."""
        visit = self._visit(request, root="../")
        form = await _form(request)
        if not self._access.needs_key:
            return await self._door(visit)
        if not is_same_origin(request):
            return await self._message(visit, 403, visit.wording.texts.foreign_form)
        if not self._access.opens(form.get("key", "")):
            return await self._door(visit, status=403, problem=visit.wording.texts.wrong_key)
        response = _see_other(f"../status?entered=1{visit.chosen.replace('?', '&')}")
        self._access.let_in(request, response)
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        """Forget that the key was given."""
        response = _see_other(f"../status{self._visit(request).chosen}")
        if is_same_origin(request):
            response.del_cookie(COOKIE, path="")
        return response

    async def _door(self, visit: _Visit, *, status: int = 200, problem: str = "") -> web.Response:
        """Ask for the key; or say that there is none, and what to do."""
        if not self._access.needs_key:
            return await self._message(visit, 403, visit.wording.texts.closed)
        return await self._render(visit, "login.html", status=status, problem=problem)

    async def _message(self, visit: _Visit, status: int, text: str) -> web.Response:
        return await self._render(visit, "message.html", status=status, text=text)

    def _visit(self, request: web.Request, root: str = "") -> _Visit:
        chosen = request.query.get("lang", "")
        chosen = chosen if chosen in {"ru", "en"} else ""
        language = chosen or _wanted(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
        wording = Wording.of(language or self._language)
        return _Visit(request, wording, root, f"?lang={chosen}" if chosen else "")

    async def _render(
        self,
        visit: _Visit,
        template: str,
        *,
        status: int = 200,
        **fields: Any,  # noqa: ANN401 - whatever the template names
    ) -> web.Response:
        # Compiled at its first use, in another thread: nobody waits who does not look at the page.
        page = await asyncio.to_thread(_TEMPLATES.get_template, template)
        html = page.render(
            t=visit.wording.texts,
            root=visit.root,
            lang_query=visit.chosen,
            has_session=self._access.needs_key,
            **fields,
        )
        return web.Response(
            status=status, text=self._redact(html), content_type="text/html", headers=_HEADERS
        )


async def _asset(name: str, _: web.Request) -> web.Response:
    """A style sheet, a script or a picture: the same for everybody, with nothing of ours in it."""
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "same-origin"}
    return web.Response(text=_read(name), content_type=_ASSETS[name], headers=headers)


@cache
def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


async def _form(request: web.Request) -> dict[str, str]:
    """The fields of a small form; none if it is none."""
    length = request.content_length
    if length is None or length > LARGEST_FORM:
        return {}
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            form = await request.post()
    # No text, an unknown charset, too slow, gone.
    except (ValueError, LookupError, OSError, web.RequestPayloadError):
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={**_HEADERS, hdrs.LOCATION: path})


def _notice(done: str, wording: Wording) -> str:
    """What came of the form that was sent last."""
    if not done.isdecimal() or len(done) > 9:  # noqa: PLR2004 - digits
        return ""
    number = int(done)
    return wording.count(wording.texts.retried, number) if number else wording.texts.not_retried


def _wanted(header: str) -> str:
    """The first language of `Accept-Language` that there are texts in; empty: none of them."""
    codes = (each.partition(";")[0].strip()[:2].lower() for each in header.split(","))
    return next((code for code in codes if code in {"ru", "en"}), "")
