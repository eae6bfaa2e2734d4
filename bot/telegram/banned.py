"""What to do with the updates of banned chats: count them, log them, and pass them over."""

import structlog
from aiogram import Bot

from bot.chats.bans import Bans
from bot.customers.notices import notice
from bot.journal.handling import BANNED, Done, Handler, Mail
from bot.telegram.updates import StoredUpdate, customer_in, read_update
from bot.texts import CustomerLanguages

log = structlog.get_logger("bot.telegram")

_WRITTEN = "message"


def unless_banned(handler: Handler, bans: Bans, bot: Bot, languages: CustomerLanguages) -> Handler:
    """A handler of updates that leaves to `handler` only those of chats that are not banned.

    A customer who writes all the same is told so, once.
    """

    async def handle(mail: Mail) -> Done:
        if mail.chat not in bans:
            return await handler(mail)
        stored = _read(mail, bot)
        kind = stored.kind if stored else "unreadable"
        log.info("telegram.banned", chat=mail.chat, entry=mail.entries[0].id, kind=kind)
        customer = customer_in(stored) if stored and stored.kind == _WRITTEN else None
        if customer is None or not await bans.stored.tell_once(mail.chat):
            return Done(outcome=BANNED, reached=False)
        text = languages.texts(customer.language_code).blocked
        told = notice(mail.chat, customer, text)
        return Done(follow_ups=[told], outcome=BANNED, reached=False)

    return handle


def _read(mail: Mail, bot: Bot) -> StoredUpdate | None:
    try:
        return read_update(mail.entries[0].body, bot)
    except ValueError:
        return None
