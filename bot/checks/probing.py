"""Probes: whether an address leads to a bridge of this bot, ours or one that runs already."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

from bot.checks.network import Answer, ask
from bot.settings.settings import Settings
from bot.web.paths import PROBE_PATH
from bot.web.probe import Probe
from bot.web.server import serving

_ANSWER = re.compile(rb"[0-9a-f]{64}")
_OK: Final = 200
_UNAVAILABLE: Final = 503


async def probe(
    session: aiohttp.ClientSession,
    base: str,
    settings: Settings,
    *,
    seconds: float | None = None,
) -> tuple[Answer, bool]:
    """Challenge whoever answers at `base`: the answer, and whether it is one of this bot's bridge.

    Raises:
        TroubleError: Nobody answers.
    """
    challenge = secrets.token_urlsafe(24)
    answer = await ask(session, f"{base}{PROBE_PATH}?challenge={challenge}", seconds=seconds)
    ours = Probe(settings.telegram.token.get_secret_value())
    return answer, answer.status == _OK and ours.is_answer(challenge, answer.body)


def is_other_bridge(answer: Answer) -> bool:
    """Whether a bridge answered, with another bot's token."""
    return answer.status == _OK and _ANSWER.fullmatch(answer.body.strip()) is not None


@asynccontextmanager
async def answering_probes(settings: Settings) -> AsyncIterator[None]:
    """Listen where the bridge would, and answer probes alone. Others are told to come later.

    Raises:
        OSError: The port cannot be had; its cause tells why.
    """
    app = web.Application()
    Probe(settings.telegram.token.get_secret_value()).register(app)
    app.router.add_route("*", "/{anything:.*}", _not_yet)
    async with serving(app, settings.server):
        yield


async def _not_yet(_: web.Request) -> web.Response:
    return web.Response(status=_UNAVAILABLE)
