"""What is made of what: the only place where rooms are connected with each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from aiogram import Bot
from aiohttp import web
from redis.asyncio import Redis

from bot.chats.bans import BanList, Bans
from bot.chats.chats import Chats
from bot.chats.memory import Memory
from bot.customers.commands import Commands
from bot.customers.out_of_hours import OutOfHours
from bot.customers.phone_request import PhoneRequest
from bot.customers.replies import Replies
from bot.journal.handling import Handler, by_kind
from bot.journal.journal import Journal
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
from bot.journal.outbox import Outbox
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
from bot.planfix.files import PlanfixFiles
from bot.planfix.handlers import PlanfixHandlers
from bot.planfix.source import OperatorMessageStore
from bot.planfix.status_reports import StatusReports
from bot.settings.settings import Settings
from bot.start.links import StartLinks
from bot.store import store
from bot.store.leadership import Leadership
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
from bot.web.doorkeeper import Doorkeeper, warn_of_short_keys
from bot.web.probe import Probe
from bot.web.server import MAX_BODY
from planfix_adapter import PlanfixClient, PlanfixWebhook


@dataclass(frozen=True, slots=True)
class Core:
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
async def connected(settings: Settings, redis: Redis) -> AsyncIterator[Core]:
    """What the walks share, over an open store; both far sides are let go of at the end."""
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
    outbox = Outbox(redis)
    journal = Journal(redis, prefix, confirm=store.is_replicated(settings.redis), outbox=outbox)
    if not settings.redis.url:
        for lane in LANES:
            await journal.reclaim(lane)
    try:
        yield Core(
            settings,
            redis,
            journal,
            prefix,
            Chats(redis, prefix, outbox=outbox),
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


def source_of(core: Core) -> Poller | TelegramWebhook:
    """Where updates come in."""
    updates = UpdateStore(core.journal, core.chats, core.metrics)
    if core.settings.telegram.mode == "polling":
        alone = core.settings.redis.url is None
        key = f"{core.prefix}poller"
        return Poller(core.bot, updates, None if alone else Leadership(core.redis, key))
    return TelegramWebhook(core.bot, updates, core.settings.server.public_url)


def web_app(
    core: Core, source: Poller | TelegramWebhook, watch: Watch, history: History
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


def workers_of(
    core: Core, source: Poller | TelegramWebhook, files: PlanfixFiles, memory: Memory
) -> list[Worker]:
    """A worker for each lane, with what to do for each kind of entry."""
    lanes = {
        PLANFIX: _customers_way(core, source, memory),
        TELEGRAM: _operators_way(core, files, memory),
        STATUS: _reports_way(core),
    }
    alarms = Alarms(core.redis, core.prefix, core.settings.alerts.chat_id, core.words)
    return [
        Worker(
            core.journal,
            lane,
            by_kind(handlers),
            core.metrics,
            alarm=alarms.about if lane == PLANFIX else None,
            shared=core.settings.redis.url is not None,
        )
        for lane, handlers in lanes.items()
    ]


def _customers_way(
    core: Core, source: Poller | TelegramWebhook, memory: Memory
) -> dict[str, Handler]:
    settings, words = core.settings, core.words
    hours = OutOfHours(settings.hours.hours())
    forwarder = Forwarder(
        bot=core.bot,
        planfix=core.planfix,
        chats=core.chats,
        memory=memory,
        cards=ContactCards(core.bot, core.links, words, updates=settings.planfix.update_contacts),
        links=core.links,
        words=words,
        metrics=core.metrics,
    )
    handlers = TelegramHandlers(
        bot=core.bot,
        chats=core.chats,
        forwarder=forwarder,
        words=words,
        start_links=StartLinks(
            settings.telegram.token.get_secret_value(),
            settings.start.fields,
            require_signature=settings.start.require_signature,
        ),
        listening_since=lambda: source.listening_since,
        replies=Replies(core.languages, core.chats, settings.customers.ask_phone, hours),
        commands=Commands(core.languages, core.chats, core.planfix, words, core.metrics),
    )
    handle = telegram_banned.unless_banned(
        handlers.handle_update, core.bans, core.bot, core.languages
    )
    return {UPDATE: handle, ECHO: forwarder.handle_echo}


def _operators_way(core: Core, files: PlanfixFiles, memory: Memory) -> dict[str, Handler]:
    settings, words = core.settings, core.words.delivery
    limits = Limits(
        core.redis,
        core.prefix,
        per_second=settings.limits.messages_per_second,
        chat_per_second=settings.limits.chat_messages_per_second,
        on_wait=partial(core.metrics.limited, "telegram", OWN_LIMIT),
    )
    sender = TelegramSender(core.bot, core.chats, limits, core.metrics)
    route = Route(sender, files, core.chats, memory, words, core.languages)
    word = "" if settings.customers.ask_phone == "off" else settings.customers.phone_word
    phone_request = PhoneRequest(core.bot, sender, core.chats, core.languages, word)
    handlers = PlanfixHandlers(route, phone_request, signature=settings.planfix.signature)
    handle = planfix_banned.unless_banned(handlers.handle_answer, core.bans, words)
    return {ANSWER: handle, NOTICE: handlers.handle_notice, ALARM: handlers.handle_alarm}


def _reports_way(core: Core) -> dict[str, Handler]:
    reports = StatusReports(core.planfix, core.chats, core.metrics)
    return {SENT: reports.handle_sent, ERROR: reports.handle_error, READ: reports.handle_read}
