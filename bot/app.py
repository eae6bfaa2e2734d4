"""The only place where things are wired together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from aiogram import Bot
from aiohttp import web
from redis.asyncio import Redis

from bot.chats.bans import BanList, Bans
from bot.chats.chats import Chats
from bot.chats.memory import Memory
from bot.customers.commands import Commands
from bot.customers.menu import Menu
from bot.customers.out_of_hours import OutOfHours
from bot.customers.phone_request import PhoneRequest
from bot.customers.replies import Replies
from bot.journal.backlog import Backlog
from bot.journal.handling import Handler, by_kind
from bot.journal.journal import Journal, Lane
from bot.journal.lanes import (
    ALARM,
    ANSWER,
    ECHO,
    ERROR,
    LANES,
    NOTICE,
    PLANFIX,
    READ,
    SENT,
    STATUS,
    TELEGRAM,
    UPDATE,
)
from bot.journal.worker import Worker
from bot.media.links import MediaLinks
from bot.media.view import MediaView
from bot.monitoring.history import History
from bot.monitoring.metrics import OWN_LIMIT, Metrics
from bot.monitoring.probes import Monitoring
from bot.monitoring.status_routes import StatusRoutes
from bot.monitoring.watch import Watch
from bot.planfix import banned as planfix_banned
from bot.planfix.alarms import Alarms
from bot.planfix.delivery import Route
from bot.planfix.file_hosts import FileHosts
from bot.planfix.files import PlanfixFiles
from bot.planfix.handlers import PlanfixHandlers
from bot.planfix.source import OperatorMessageStore
from bot.planfix.status_reports import StatusReports
from bot.settings.settings import Settings
from bot.start.links import StartLinks
from bot.store import store
from bot.store.leadership import Leadership
from bot.tasks import cancel
from bot.telegram import banned as telegram_banned
from bot.telegram.api import make_bot
from bot.telegram.contacts import ContactCards
from bot.telegram.files import TelegramFiles
from bot.telegram.forwarder import Forwarder
from bot.telegram.handlers import TelegramHandlers
from bot.telegram.limits import Limits
from bot.telegram.sender import TelegramSender
from bot.telegram.source import Poller, TelegramWebhook, UpdateStore
from bot.texts import CustomerLanguages, OperatorTexts, operator_texts
from bot.version import program_version
from bot.web.doorkeeper import Doorkeeper, warn_of_short_keys
from bot.web.probe import Probe
from bot.web.server import MAX_BODY, serving
from planfix_adapter import PlanfixClient, PlanfixWebhook

log = structlog.get_logger("bot.app")

GRACE: Final = 7.0
"""Seconds that work in hand may take after SIGTERM."""


async def run(settings: Settings) -> None:
    """Run the bridge until SIGTERM or SIGINT; a second one ends it at once.

    Raises:
        StoreError: Redis cannot be trusted with messages.
        EmbeddedError: The embedded Valkey does not start.
        OSError: The server's port cannot be had.
        CancelledError: It was told twice, and did not finish what it had in hand.
    """
    stop = _Stop()
    try:
        async with running(settings):
            stop.started = True
            await stop.wait()
            log.info("bridge.stopping")
    except asyncio.CancelledError:
        if stop.started:
            raise
    log.info("bridge.stopped")


class _Stop:
    """The signals to end: before the start is complete, and the second time, they cut it short."""

    def __init__(self) -> None:
        self.started = False
        self._told = asyncio.Event()
        self._task = asyncio.current_task()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # on Windows, Ctrl-C cancels us by itself
                asyncio.get_running_loop().add_signal_handler(number, self._tell)

    def _tell(self) -> None:
        if self._task and (self._told.is_set() or not self.started):
            self._task.cancel()
        self._told.set()

    async def wait(self) -> None:
        """Return at the first signal."""
        await self._told.wait()


@dataclass(frozen=True, slots=True)
class _Core:
    """What the walks share."""

    settings: Settings
    redis: Redis
    journal: Journal
    prefix: str
    """What every key of the bot in Redis begins with."""
    chats: Chats
    bans: Bans
    metrics: Metrics
    words: OperatorTexts
    languages: CustomerLanguages
    bot: Bot
    planfix: PlanfixClient
    links: MediaLinks


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """The whole bridge, from the store outwards; taken down in the opposite order."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(store.opened(settings))
        core = await stack.enter_async_context(_core(settings, redis))
        files = PlanfixFiles(
            settings.storage.data_dir / "files",
            FileHosts(settings.planfix.url, settings.planfix.file_hosts),
            core.words.delivery,
        )
        stack.push_async_callback(files.close)
        memory = Memory(core.chats)
        stack.push_async_callback(memory.close)
        source = _source(core)
        workers = _workers(core, source, files, memory)
        watch = Watch(redis, core.prefix, core.journal, source, workers)
        history = History(redis, core.prefix, core.metrics, watch)
        app = _web_app(core, source, watch, history)
        await stack.enter_async_context(serving(app, settings.server))
        await stack.enter_async_context(_beside(Backlog(redis, core.prefix).follow(), "backlog"))
        await stack.enter_async_context(core.bans.followed())
        await stack.enter_async_context(_working(workers))
        await stack.enter_async_context(_beside(history.keep(), "history"))
        await stack.enter_async_context(_beside(source.run(), "telegram source"))
        menu = Menu(core.bot, core.languages, shown=settings.customers.menu)
        await stack.enter_async_context(_beside(menu.run(), "menu of commands"))
        log.info(
            "bridge.started", version=program_version(), mode=settings.telegram.mode,
            bot_id=settings.telegram.bot_id,
        )  # fmt: skip
        yield


@asynccontextmanager
async def _core(settings: Settings, redis: Redis) -> AsyncIterator[_Core]:
    prefix = store.key_prefix(settings.telegram.bot_id)
    bot = make_bot(settings.telegram)
    planfix = PlanfixClient(
        settings.planfix.url,
        settings.planfix.token.get_secret_value(),
        settings.planfix.provider_id,
        channel=settings.planfix.channel,
    )
    links = MediaLinks(
        settings.telegram.token.get_secret_value(),
        settings.server.public_url,
        settings.media.link_lifetime,
    )
    journal = Journal(redis, prefix, confirm=store.is_replicated(settings.redis))
    if not settings.redis.url:
        for lane in LANES:
            await journal.reclaim(lane)
    try:
        yield _Core(
            settings,
            redis,
            journal,
            prefix,
            Chats(redis, prefix),
            Bans(BanList(redis, prefix)),
            Metrics(),
            operator_texts(settings.planfix.language),
            settings.texts.languages(),
            bot,
            planfix,
            links,
        )
    finally:
        await planfix.close()
        await bot.session.close()


def _source(core: _Core) -> Poller | TelegramWebhook:
    updates = UpdateStore(core.journal, core.chats, core.metrics)
    if core.settings.telegram.mode == "polling":
        alone = core.settings.redis.url is None
        key = f"{core.prefix}poller"
        return Poller(core.bot, updates, None if alone else Leadership(core.redis, key))
    return TelegramWebhook(core.bot, updates, core.settings.server.public_url)


def _web_app(
    core: _Core, source: Poller | TelegramWebhook, watch: Watch, history: History
) -> web.Application:
    """Everything that others can ask our server for."""
    doorkeeper = Doorkeeper(core.settings.server.trusted_proxies, core.metrics)
    app = web.Application(client_max_size=MAX_BODY, middlewares=[doorkeeper.watch])
    answers = OperatorMessageStore(core.journal, core.chats, core.words, core.metrics)
    planfix = core.settings.planfix
    keys = [key.get_secret_value() for key in planfix.webhook_token]
    warn_of_short_keys("planfix.webhook_token", keys)
    PlanfixWebhook(
        planfix.provider_id, keys, answers.store, on_refused=doorkeeper.planfix_refused
    ).register(app)
    MediaView(core.links, TelegramFiles(core.bot)).register(app)
    Monitoring(core.redis, watch, core.metrics).register(app)
    Probe(core.settings.telegram.token.get_secret_value()).register(app)
    StatusRoutes.of(core.settings, core.redis, core.prefix, watch, history).register(app)
    if isinstance(source, TelegramWebhook):
        source.register(app)
    return app


def _workers(
    core: _Core, source: Poller | TelegramWebhook, files: PlanfixFiles, memory: Memory
) -> list[Worker]:
    """A worker for each lane, with what to do for each kind of entry."""
    settings, chats, metrics, words = core.settings, core.chats, core.metrics, core.words
    cards = ContactCards(core.bot, core.links, words, updates=settings.planfix.update_contacts)
    forwarder = Forwarder(
        bot=core.bot,
        planfix=core.planfix,
        chats=chats,
        memory=memory,
        cards=cards,
        links=core.links,
        words=words,
        metrics=metrics,
    )
    asks = settings.customers.ask_phone
    start_links = StartLinks(
        settings.telegram.token.get_secret_value(),
        settings.start.fields,
        require_signature=settings.start.require_signature,
    )
    customers = TelegramHandlers(
        bot=core.bot,
        chats=chats,
        forwarder=forwarder,
        words=words,
        start_links=start_links,
        listening_since=lambda: source.listening_since,
        replies=Replies(core.languages, chats, asks, OutOfHours(settings.hours.hours())),
        commands=Commands(core.languages, chats, core.planfix, words, metrics),
    )
    limits = Limits(
        core.redis,
        core.prefix,
        per_second=settings.limits.messages_per_second,
        chat_per_second=settings.limits.chat_messages_per_second,
        on_wait=partial(metrics.limited, "telegram", OWN_LIMIT),
    )
    sender = TelegramSender(core.bot, chats, limits, metrics)
    route = Route(sender, files, chats, memory, words.delivery, core.languages)
    word = "" if asks == "off" else settings.customers.phone_word
    phone_request = PhoneRequest(core.bot, sender, chats, core.languages, word)
    operators = PlanfixHandlers(route, phone_request, signature=settings.planfix.signature)
    reports = StatusReports(core.planfix, chats, metrics)
    handlers: dict[Lane, dict[str, Handler]] = {
        PLANFIX: {
            UPDATE: telegram_banned.unless_banned(
                customers.handle_update, core.bans, core.bot, core.languages
            ),
            ECHO: forwarder.handle_echo,
        },
        TELEGRAM: {
            ANSWER: planfix_banned.unless_banned(
                operators.handle_answer, core.bans, words.delivery
            ),
            NOTICE: operators.handle_notice,
            ALARM: operators.handle_alarm,
        },
        STATUS: {
            SENT: reports.handle_sent,
            ERROR: reports.handle_error,
            READ: reports.handle_read,
        },
    }
    alarms = Alarms(core.redis, core.prefix, settings.alerts.chat_id, words)
    return [
        Worker(
            core.journal,
            lane,
            by_kind(kinds),
            metrics,
            alarm=alarms.about if lane == PLANFIX else None,
            shared=settings.redis.url is not None,
        )
        for lane, kinds in handlers.items()
    ]


@asynccontextmanager
async def _working(workers: list[Worker]) -> AsyncIterator[None]:
    """The workers; at the end what they have in hand is finished, if it does not take long."""
    grace = GRACE
    for worker in workers:
        worker.start()
    try:
        yield
    except BaseException:
        grace = 0.0  # something is wrong, or we were told a second time
        raise
    finally:
        await asyncio.gather(*(worker.stop(grace) for worker in workers))


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Do `work` in the background, until the end of the `with` block."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await cancel(task)
