"""What to do with operators' messages to banned chats: say in PlanFix that they do not go out."""

import structlog

from bot.chats.bans import Bans
from bot.journal.handling import BANNED, Done, Handler, Mail
from bot.journal.lanes import ERROR
from bot.planfix.handlers import message_in, report
from bot.texts import DeliveryTexts

log = structlog.get_logger("bot.planfix")


def unless_banned(handler: Handler, bans: Bans, words: DeliveryTexts) -> Handler:
    """A handler of operators' messages that leaves to `handler` those that may go out."""

    async def handle(mail: Mail) -> Done:
        if mail.chat not in bans:
            return await handler(mail)
        log.info("planfix.banned", chat=mail.chat, entry=mail.entries[0].id)
        message = message_in(mail)
        told = report(message, mail, ERROR, text=words.banned)
        return Done(follow_ups=told, outcome=BANNED, reached=False)

    return handle
