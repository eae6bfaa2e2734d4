"""Who else gets the bot's updates: a webhook that was left, or another poller."""

import asyncio
import time
from typing import Any, Final

import aiohttp

from bot.checks.finding import Finding, State, found
from bot.checks.network import TroubleError, host_of
from bot.checks.telegram import call
from bot.settings.settings import Settings, TelegramSettings
from bot.texts.checks import CheckTexts
from bot.web.paths import TELEGRAM_PATH

NAME: Final = "updates"

LISTEN_SECONDS: Final = 6.0
"""Another poller that ours has interrupted comes back within this time."""
RECENT: Final = 3_600.0
"""Seconds. An older failure of a delivery says nothing about now."""
MANY_PENDING: Final = 100

_CONFLICT = 409
_PAUSE = 1.0
_ROUND_TRIP = 5.0


async def look_at_updates(
    session: aiohttp.ClientSession, settings: Settings, words: CheckTexts, *, running: bool
) -> Finding:
    """Find out whether the bot's updates come to us, without acknowledging any.

    Args:
        session: The way to Telegram.
        settings: How the bridge gets its updates.
        words: For people.
        running: Whether a bridge of ours is at work, which must not be disturbed.
    """
    try:
        _, said = await call(session, settings.telegram, "getWebhookInfo")
        info = said.get("result") if said and said["ok"] else None
        if not isinstance(info, dict):
            reason = str((said or {}).get("description", ""))
            return found(NAME, State.FAILED, words.updates.not_told, reason=reason)
        if settings.telegram.mode == "webhook":
            return _judge_webhook(info, settings, words, running=running)
        if info.get("url"):
            return _judge_leftover(info, settings, words)
        if running:
            return found(NAME, State.OK, words.updates.running)
        return await _judge_polling(session, settings.telegram, words)
    except TroubleError as trouble:
        url = settings.telegram.api_url
        return trouble.finding(NAME, words.network, url, setting="telegram.api_url")


def _judge_leftover(info: dict[str, Any], settings: Settings, words: CheckTexts) -> Finding:
    """A webhook while we poll. The bridge takes it away, whosever it is."""
    url = str(info["url"])
    if url == settings.server.public_url + TELEGRAM_PATH:
        return found(NAME, State.WARNING, words.updates.own_webhook)
    host = host_of(url)  # a path may hold the token
    setting = "telegram.token"
    return found(NAME, State.FAILED, words.updates.foreign_webhook, setting=setting, host=host)


def _judge_webhook(
    info: dict[str, Any], settings: Settings, words: CheckTexts, *, running: bool
) -> Finding:
    url, texts = str(info.get("url", "")), words.updates
    host, pending = host_of(url), int(info.get("pending_update_count", 0))
    if not url:
        if running:
            return found(NAME, State.FAILED, texts.webhook_gone)
        return found(NAME, State.OK, texts.webhook_later)
    if url != settings.server.public_url + TELEGRAM_PATH:
        return found(NAME, State.FAILED, texts.webhook_elsewhere, host=host)
    # While no bridge runs, nothing can be delivered, and that is nobody's mistake.
    if running and time.time() - float(info.get("last_error_date", 0)) < RECENT:
        reason = str(info.get("last_error_message", ""))
        setting = "server.public_url"
        told = texts.webhook_error
        return found(NAME, State.FAILED, told, setting=setting, reason=reason, count=pending)
    if running and pending > MANY_PENDING:
        return found(NAME, State.WARNING, texts.webhook_pending, count=pending)
    return found(NAME, State.OK, texts.webhook_good, host=host)


async def _judge_polling(
    session: aiohttp.ClientSession, settings: TelegramSettings, words: CheckTexts
) -> Finding:
    """Poll for a while, without an offset, so that no update is acknowledged.

    Of two pollers, Telegram ends the one that came first. So another one is interrupted once; when
    it comes back, it ends our call, and shows itself. An update that waits ends our call too; we
    call again then.
    """
    end = time.monotonic() + LISTEN_SECONDS
    while (left := end - time.monotonic()) > 0:
        answer, said = await call(
            session,
            settings,
            "getUpdates",
            seconds=left + _ROUND_TRIP,
            timeout=max(1, round(left)),
            limit=1,
        )
        if answer.status == _CONFLICT:
            setting = "telegram.token"
            return found(NAME, State.FAILED, words.updates.other_poller, setting=setting)
        if not said or not said["ok"]:
            reason = str((said or {}).get("description", answer.status))
            return found(NAME, State.FAILED, words.updates.not_told, reason=reason)
        if said["result"]:
            await asyncio.sleep(_PAUSE)
    return found(NAME, State.OK, words.updates.alone)
