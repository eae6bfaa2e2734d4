"""The public address: whether it leads to us, as PlanFix needs it."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bot.checks.finding import Finding, State, found
from bot.checks.network import Answer, TroubleError, host_of, open_session
from bot.checks.probing import is_other_bridge, probe
from bot.settings.settings import Settings
from bot.settings.types import is_loopback
from bot.texts.checks import CheckTexts, Told

NAME: Final = "public_address"

_SETTING = "server.public_url"
_REDIRECT = range(300, 400)
_NO_BACKEND = {502, 503, 504, 521, 522, 523}
_CLOSED = {401, 403, 407}
_NO_SUCH_PLACE = {404, 405, 410}


@dataclass(frozen=True, slots=True)
class AddressLook:
    """What answers at the public address."""

    finding: Finding
    ours: bool = False
    """Whether a bridge of this bot answered, or our own listener."""


async def look_at_address(settings: Settings, words: CheckTexts) -> AddressLook:
    """Challenge whoever answers at the public address."""
    url, texts = settings.server.public_url, words.public_address
    fields = {"url": url, "host": host_of(url), "server": _server(settings)}
    if _is_out_of_reach(settings):
        return AddressLook(
            found(NAME, State.FAILED, texts.out_of_reach, setting=_SETTING, **fields)
        )
    async with open_session() as session:
        try:
            answer, ours = await probe(session, url, settings)
        except TroubleError as trouble:
            return AddressLook(
                trouble.finding(
                    NAME,
                    words.network,
                    url,
                    setting=_SETTING,
                    advice=texts.advice.format(**fields),
                )
            )
    if ours:
        return AddressLook(found(NAME, State.OK, texts.good, **fields), ours=True)
    told = _judge(answer, words)
    more = {"status": str(answer.status), "target": answer.leads_to}
    return AddressLook(found(NAME, State.FAILED, told, setting=_SETTING, **fields, **more))


def _judge(answer: Answer, words: CheckTexts) -> Told:
    texts = words.public_address
    if is_other_bridge(answer):
        return texts.other_bridge
    if answer.status in _REDIRECT:
        return texts.redirect
    if answer.status in _NO_BACKEND:
        return texts.no_backend
    if answer.status in _CLOSED:
        return texts.closed
    if answer.status in _NO_SUCH_PLACE:
        return texts.no_path
    return texts.stranger


def _is_out_of_reach(settings: Settings) -> bool:
    """Whether the address is for this machine or this network alone, and PlanFix is elsewhere."""
    host = urlsplit(settings.server.public_url).hostname
    if is_loopback(urlsplit(settings.planfix.url).hostname):
        return False
    try:
        return not ip_address(host or "").is_global
    except ValueError:
        return is_loopback(host)


def _server(settings: Settings) -> str:
    return f"{settings.server.host}:{settings.server.port}"
