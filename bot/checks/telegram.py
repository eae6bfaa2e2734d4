"""Telegram: whether it can be reached, and knows the bot."""

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import certifi

from bot.checks.finding import Finding, State, found
from bot.checks.network import Answer, TroubleError, ask, host_of, open_session
from bot.settings.settings import TelegramSettings
from bot.texts.checks import CheckTexts

NAME: Final = "telegram"

_UNAUTHORIZED, _NOT_FOUND = 401, 404


@dataclass(frozen=True, slots=True)
class BotLook:
    """What Telegram told of the bot."""

    finding: Finding
    bot: dict[str, Any] = field(default_factory=dict)
    """A `User` of the Bot API; empty if Telegram told none."""
    skew: float | None = None
    """Seconds by which our clock is ahead of Telegram's."""


def telegram_session(settings: TelegramSettings) -> aiohttp.ClientSession:
    """A session that goes the way which the bridge's own calls go; close it."""
    if settings.proxy:
        return open_session(settings.proxy.get_secret_value())
    return open_session(authorities=certifi.where())  # aiogram trusts these, and so must we


async def call(
    session: aiohttp.ClientSession,
    settings: TelegramSettings,
    method: str,
    *,
    seconds: float | None = None,
    **parameters: int,
) -> tuple[Answer, dict[str, Any] | None]:
    """Call a method: the answer, and what it says if it is one of a Bot API.

    Raises:
        TroubleError: There was no answer.
    """
    url = f"{settings.api_url}/bot{settings.token.get_secret_value()}/{method}"
    answer = await ask(session, url, form=urlencode(parameters).encode(), seconds=seconds)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    return answer, said if isinstance(said, dict) and isinstance(said.get("ok"), bool) else None


async def look_at_bot(
    session: aiohttp.ClientSession, settings: TelegramSettings, words: CheckTexts
) -> BotLook:
    """Ask Telegram who the bot is."""
    try:
        answer, said = await call(session, settings, "getMe")
    except TroubleError as trouble:
        return BotLook(
            trouble.finding(
                NAME,
                words.network,
                settings.api_url,
                setting="telegram.api_url",
                advice="" if settings.proxy else words.telegram.advice,
            )
        )
    bot = said.get("result") if said and said["ok"] else None
    if not isinstance(bot, dict):
        return BotLook(_refused(answer, said, settings, words), skew=answer.skew)
    told = words.telegram.good_by_proxy if settings.proxy else words.telegram.good
    name, username = str(bot.get("first_name", "")), str(bot.get("username", ""))
    finding = found(NAME, State.OK, told, name=name, username=username)
    return BotLook(finding, bot, answer.skew)


def _refused(
    answer: Answer, said: dict[str, Any] | None, settings: TelegramSettings, words: CheckTexts
) -> Finding:
    fields: dict[str, str | int] = {"host": host_of(settings.api_url), "status": answer.status}
    if said is None or said["ok"]:
        setting = "telegram.api_url"
        return found(NAME, State.FAILED, words.telegram.not_api, setting=setting, **fields)
    if answer.status == _UNAUTHORIZED:
        told, setting = words.telegram.wrong_token, "telegram.token"
    elif answer.status == _NOT_FOUND:
        told, setting = words.telegram.unknown_bot, "telegram.token"
    else:
        told, setting = words.telegram.refused, ""
    reason = str(said.get("description", answer.status))
    return found(NAME, State.FAILED, told, setting=setting, reason=reason, **fields)
