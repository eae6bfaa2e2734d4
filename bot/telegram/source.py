"""Telegram → journal: updates are stored as they came, and only then acknowledged."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import structlog
from aiogram import Bot
from aiohttp import ClientError, web
from redis.exceptions import RedisError

from bot.chats.chats import NOWHERE, ChatAddress, Chats
from bot.journal.entries import Posting
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX, UPDATE
from bot.monitoring.metrics import Metrics
from bot.store.leadership import Leadership
from bot.telegram.api import TelegramCallError, raw_call
from bot.web.paths import TELEGRAM_PATH

log = structlog.get_logger("bot.telegram.source")

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "callback_query",
    "my_chat_member",
)
"""Always named: Telegram takes an omitted list for «as last time»."""

_POLL_SECONDS = 25
_AT_ONCE = 100
_TURNS = 3
"""Turns of the event loop in which what was stored begins to go out, before the next poll does."""
_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_NO_BODY = (TimeoutError, ClientError, OSError, web.RequestPayloadError)
"""What reading a body raises: the sender left, was too slow, or broke the rules of HTTP."""
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class UpdateStore:
    """Puts raw updates into the journal, each once, in the mailbox of its chat."""

    def __init__(self, journal: Journal, chats: Chats, metrics: Metrics) -> None:
        self._journal = journal
        self._chats = chats
        self._metrics = metrics

    async def store(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store updates in their order, all or none.

        Raises:
            RedisError: They are not stored.
        """
        postings = [
            Posting(
                PLANFIX,
                await self._chats.key_of(address_of(update)),
                UPDATE,
                _dump(update),
                id=f"tg:{update['update_id']}",
            )
            for update in updates
        ]
        stored = await self._journal.put_all(postings)
        self._metrics.stored.labels(PLANFIX, "new").inc(sum(stored))
        self._metrics.stored.labels(PLANFIX, "repeat").inc(len(stored) - sum(stored))
        for posting, new in zip(postings, stored, strict=True):
            log.debug("telegram.stored", chat=posting.chat, entry=posting.id, new=new)


def _dump(update: dict[str, Any]) -> bytes:
    """JSON that keeps even halves of surrogate pairs, which a server may let through."""
    text = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def address_of(update: dict[str, Any]) -> ChatAddress:
    """The chat that an update of any kind, known or not, belongs to; `NOWHERE` if it names none."""
    body = next((v for k, v in update.items() if k != "update_id" and isinstance(v, dict)), {})
    message = body.get("message")
    about = message if isinstance(message, dict) else body
    for place in (about.get("chat"), body.get("chat"), body.get("from"), body.get("user")):
        if isinstance(place, dict) and type(place.get("id")) is int:
            address = ChatAddress(place["id"], _topic(about), _business(about))
            with suppress(ValueError):  # no chat of Telegram is called so
                return ChatAddress.parse(address.key())
    return NOWHERE


def _topic(message: dict[str, Any]) -> int | None:
    topic = message.get("message_thread_id") if message.get("is_topic_message") else None
    return topic if type(topic) is int and topic > 0 else None


def _business(message: dict[str, Any]) -> str | None:
    connection = message.get("business_connection_id")
    return connection if isinstance(connection, str) and connection else None


class Poller:
    """Long polling: asks for updates, stores them, and asks for the next, which acknowledges.

    Args:
        bot: Whose updates.
        store: Where they go.
        leadership: Telegram allows one poller; None: there is no other process.
    """

    def __init__(self, bot: Bot, store: UpdateStore, leadership: Leadership | None = None) -> None:
        self._bot = bot
        self._store = store
        self._leadership = leadership
        self._answered = False
        self._began = time.time()
        self._caught_up: float | None = None
        self.trouble = ""
        """What went wrong with the last call, without the token; empty: nothing did."""

    @property
    def running(self) -> bool:
        """Whether the last call was answered, or another process polls."""
        return self._answered or self._standing_by()

    @property
    def leading(self) -> bool:
        """Whether it is this process that polls."""
        return not self._standing_by()

    @property
    def listening_since(self) -> float | None:
        """Since when all that Telegram has comes in, in seconds since 1970; None: it does not."""
        return self._began if self._standing_by() else self._caught_up

    def _standing_by(self) -> bool:
        return self._leadership is not None and not self._leadership.leading

    async def run(self) -> None:
        """Poll until cancelled, whenever it is this process's turn."""
        if self._leadership:
            await self._leadership.lead(self._poll_for_ever)
        else:
            await self._poll_for_ever()

    async def _poll_for_ever(self) -> None:
        offset, failures = 0, 0
        self._note(answered=False)
        while True:
            try:
                # The first answer is wanted at once: it shows that Telegram lets us in.
                updates = await self._poll(offset, _POLL_SECONDS if self._answered else 0)
                await self._store.store(updates)
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
            except (TelegramCallError, RedisError, OSError) as error:
                self._note(answered=False)
                failures += 1
                await self._recover(error, failures)
                continue
            except Exception as error:  # nothing may end the polling in silence
                self._note(answered=False)
                failures += 1
                log.error("telegram.polling_crashed", exc_info=error)
                await asyncio.sleep(_LONGEST_PAUSE)
                continue
            self._note(answered=True, more=len(updates) >= _AT_ONCE)
            failures = 0
            if updates:
                offset = updates[-1]["update_id"] + 1

    def _note(self, *, answered: bool, more: bool = False) -> None:
        """Note how the last call went, and whether Telegram has more than it gave."""
        self._answered = answered
        if not answered:
            self._caught_up = None
            return
        self.trouble = ""
        if self._caught_up is None and not more:
            self._caught_up = time.time()

    async def _poll(self, offset: int, seconds: int) -> list[dict[str, Any]]:
        params: dict[str, str | int] = {
            "timeout": seconds,
            "limit": _AT_ONCE,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if offset:
            params["offset"] = offset
        result = await raw_call(self._bot, "getUpdates", params, seconds=seconds + 15)
        if not isinstance(result, list):
            raise TelegramCallError("getUpdates: the answer is no list of updates")
        updates = [update for update in result if _is_update(update)]
        if len(updates) < len(result):
            log.error("telegram.no_updates", count=len(result) - len(updates))
        if result and not updates:  # it would come again and again, as fast as we ask
            raise TelegramCallError("getUpdates: the answer holds no updates")
        return updates

    async def _recover(self, error: Exception, failures: int) -> None:
        pause = min(_LONGEST_PAUSE, _PAUSE * 2 ** min(failures - 1, 6))
        code = error.code if isinstance(error, TelegramCallError) else None
        hint = _HINTS.get(code or 0)
        self.trouble = f"{error} ({hint})" if hint else str(error)
        if isinstance(error, TelegramCallError) and error.retry_after:
            pause = error.retry_after
        log.error("telegram.polling_failed", error=str(error), hint=hint, seconds=pause)
        if code == 409 and "webhook" in str(error):  # noqa: PLR2004 - HTTP's number
            with suppress(TelegramCallError):
                await raw_call(self._bot, "deleteWebhook", {})
                return
        await asyncio.sleep(pause)


_HINTS = {
    401: "check telegram.token",
    404: "check telegram.token and telegram.api_url",
    409: "another program polls with the same token, or a webhook is set",
}


def _is_update(update: object) -> bool:
    return isinstance(update, dict) and type(update.get("update_id")) is int


class TelegramWebhook:
    """`POST /telegram`: takes updates that Telegram delivers by itself."""

    path: Final = TELEGRAM_PATH

    def __init__(self, bot: Bot, store: UpdateStore, public_url: str) -> None:
        self._bot = bot
        self._store = store
        self._url = public_url + self.path
        key = hmac.new(bot.token.encode(), b"telegram webhook", hashlib.sha256)
        self._secret = key.hexdigest()
        self.running = False
        """Whether Telegram knows our address."""
        self.leading = True
        """Each process takes what is delivered to it."""
        self.trouble = ""
        """Why Telegram does not know our address yet; empty: no try has failed."""
        self.listening_since: float | None = time.time()
        """Since when Telegram's deliveries are taken, in seconds since 1970."""

    def register(self, app: web.Application) -> None:
        """Add the route to `app`."""
        app.router.add_post(self.path, self.handle)

    async def run(self) -> None:
        """Tell Telegram our address, trying until it has taken it."""
        params: dict[str, str | int] = {
            "url": self._url,
            "secret_token": self._secret,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
            "max_connections": 100,
        }
        failures = 0
        while not self.running:
            try:
                await raw_call(self._bot, "setWebhook", params)
                self.running = True
                self.trouble = ""
                log.info("telegram.webhook_set", url=self._url)
            except TelegramCallError as error:
                failures += 1
                self.trouble = str(error)
                pause = min(_LONGEST_PAUSE, _PAUSE * 2 ** min(failures - 1, 6))
                pause = error.retry_after or pause
                log.error("telegram.webhook_not_set", error=str(error), seconds=pause)
                await asyncio.sleep(pause)

    async def handle(self, request: web.Request) -> web.Response:
        """Store one update: 200 when it is stored, 503 if it cannot be, 401 for a wrong secret."""
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="replace"), self._secret.encode()):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(10):
                update = json.loads(await request.read())
        except (ValueError, RecursionError, *_NO_BODY):
            return web.Response(status=400)
        if not _is_update(update):
            return web.Response(status=400)
        try:
            await self._store.store([update])
        except RecursionError:
            return web.Response(status=400)
        except (RedisError, OSError) as error:
            log.error("telegram.not_stored", error=str(error))
            return web.Response(status=503)
        return web.Response()
