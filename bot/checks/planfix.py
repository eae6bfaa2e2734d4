"""PlanFix: whether it can be reached, and accepts our key."""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.checks.finding import Finding, State, found
from bot.checks.network import Answer, TroubleError, ask, host_of, open_session
from bot.settings.settings import PlanfixSettings
from bot.texts.checks import CheckTexts, Told
from planfix_adapter import ChatId, GetTask, ProviderId
from planfix_adapter.protocol import FORM_TYPE, encode, encode_form

NAME: Final = "planfix"

NO_CHAT: Final = ChatId("bridge-check")
"""A chat that there is not: PlanFix's answer that it has no task is what we want to hear."""

_UNAUTHORIZED, _BAD_REQUEST = 401, 400
_SUCCESS, _REDIRECT = range(200, 300), range(300, 400)
_NO_SUCH_PLACE = {403, 404, 405, 410, 421}
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class PlanfixLook:
    """What PlanFix told."""

    finding: Finding
    skew: float | None = None
    """Seconds by which our clock is ahead of PlanFix's."""


async def look_at_planfix(settings: PlanfixSettings, words: CheckTexts) -> PlanfixLook:
    """Ask PlanFix for the task of a chat that there is not, which changes nothing there."""
    key, provider = settings.token.get_secret_value(), ProviderId(settings.provider_id)
    form = encode_form(encode(GetTask(NO_CHAT), provider, key))
    async with open_session() as session:
        try:
            answer = await ask(session, settings.url, form=form, content_type=FORM_TYPE)
        except TroubleError as trouble:
            setting = "planfix.url"
            return PlanfixLook(trouble.finding(NAME, words.network, settings.url, setting=setting))
    return PlanfixLook(_understand(answer, settings, words), answer.skew)


def _understand(answer: Answer, settings: PlanfixSettings, words: CheckTexts) -> Finding:
    said = _json(answer.body)
    error = said.get("error") if said else None
    state, told, setting = _judge(answer, said, error, words)
    return found(
        NAME,
        state,
        told,
        setting=setting,
        host=host_of(settings.url),
        path=urlsplit(settings.url).path or "/",
        status=answer.status,
        target=answer.leads_to,
        # Its words may quote the key.
        reason=str(error or "").replace(settings.token.get_secret_value(), "***"),
    )


def _judge(  # noqa: PLR0911 - one return per case
    answer: Answer, said: dict[str, object] | None, error: object, words: CheckTexts
) -> tuple[State, Told, str]:
    """How it is, in which words, and which setting is at fault."""
    texts = words.planfix
    if answer.status == _UNAUTHORIZED:
        return State.FAILED, texts.wrong_key, "planfix.token"
    if answer.status in _REDIRECT:
        return State.FAILED, texts.redirect, "planfix.url"
    if answer.status >= _SERVER_ERROR:
        return State.FAILED, texts.server_error, ""
    if answer.status == _BAD_REQUEST and isinstance(error, str):
        if "not found" in error.lower():
            return State.OK, texts.good, ""
        return State.WARNING, texts.refused, "planfix.provider_id"
    if answer.status in _SUCCESS and said and isinstance(said.get("data"), dict):
        return State.OK, texts.good, ""
    if answer.status in _NO_SUCH_PLACE:
        return State.FAILED, texts.wrong_path, "planfix.url"
    told = texts.page if answer.is_page else texts.not_planfix
    return State.FAILED, told, "planfix.url"


def _json(body: bytes) -> dict[str, object] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
