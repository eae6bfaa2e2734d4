"""/help and /task: what the bot answers by itself, without troubling an operator."""

import re
from typing import Final

import structlog
from aiogram.types import Message, User

from bot.chats.chats import Chats
from bot.customers.notices import notice
from bot.journal.entries import ChatKey, Posting
from bot.journal.handling import Later, Mail, Refused
from bot.monitoring.metrics import Metrics
from bot.planfix.calls import planfix_call
from bot.texts import CustomerLanguages, CustomerTexts, OperatorTexts
from bot.to_planfix.content import shortened
from planfix_adapter import ChatId, PlanfixClient

log = structlog.get_logger("bot.customers")

_COMMAND: Final = re.compile(r"/(help|task)(?:@\w+)?\s*")


def command_in(message: Message) -> str:
    """`help` or `task` if the message is nothing but that command, else empty."""
    found = _COMMAND.fullmatch(message.text or "")
    return found[1] if found else ""


class Commands:
    """Answers commands. Operators see one line of it, if PlanFix knows the customer.

    An unknown customer's command must not make a task, so then it is only logged.
    """

    def __init__(
        self,
        languages: CustomerLanguages,
        chats: Chats,
        planfix: PlanfixClient,
        words: OperatorTexts,
        metrics: Metrics,
    ) -> None:
        self._languages = languages
        self._chats = chats
        self._planfix = planfix
        self._words = words
        self._metrics = metrics

    async def answer(self, command: str, customer: User, mail: Mail) -> Posting:
        """What the customer is told."""
        known = await self._chats.load(mail.chat)
        texts = self._languages.texts(customer.language_code or known.language)
        text = texts.help if command == "help" else await self._task(mail.chat, texts)
        mirror = self._words.command_answered.format(command=f"/{command}", answer=shortened(text))
        log.info("customers.command", chat=mail.chat, command=command)
        return notice(mail.chat, customer, text, mirror=mirror if known.card else "")

    async def _task(self, chat: ChatKey, texts: CustomerTexts) -> str:
        """The number of the task, or that it cannot be had now: it is not asked for again."""
        try:
            with planfix_call(self._metrics, "getTask", chat):
                number = await self._planfix.get_task(ChatId(chat))
        except Refused:
            return texts.no_task
        except Later:
            return texts.task_unavailable
        return texts.task.format(number=number)
