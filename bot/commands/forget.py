"""`python -m bot chats forget`: erases a customer, and says what was erased and what was not."""

import argparse
import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.chats.forgetting import Forgetting, NotForgottenError, Stored
from bot.commands.errors import CommandError
from bot.journal.entries import ChatKey
from bot.journal.lanes import LANES
from bot.settings.settings import Settings
from bot.store import store

Say = Callable[[str], None]

REWRITE_SECONDS: Final = 120
"""So long the embedded Valkey may take to write its file anew."""

_LOOK_EVERY = 0.1

_ITEMS: Final = {
    "record": "record of the contact",
    "phones": "phone numbers",
    "messages": "beginnings of messages",
    "unread": "ids of unread answers",
    "waiting": "messages on their way",
    "dead_letters": "messages put aside",
}

_DISK: Final = {
    "rewritten": "the embedded Valkey has written its file anew, without what was erased.",
    "rewriting": "the embedded Valkey is still writing its file anew, without what was erased.",
    "failed": "the embedded Valkey could not write its file anew (see valkey.log): try again.",
    "not ours": "your Redis keeps what was erased in its append-only file until BGREWRITEAOF.",
}

_ELSEWHERE: Final = (
    "PlanFix: the contact, the task and its messages. Delete them there.",
    "Telegram: the conversation, until the customer or Telegram deletes it.",
    "logs of the bridge: the chat's id, until your system drops old logs.",
    "the bare numbers of updates and answers, for up to six days, so that nothing comes twice.",
    "backups that you have made of the store.",
)


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases chats in the store of `settings`."""

    settings: Settings
    redis: Redis
    prefix: str

    async def run(self, chat: ChatKey, options: argparse.Namespace, say: Say) -> int:
        """Erase a chat and say what there was; returns the exit code.

        Raises:
            CommandError: Nothing was erased.
        """
        confirm = store.is_replicated(self.settings.redis)
        forgetting = Forgetting(self.redis, self.prefix, LANES, confirm=confirm)
        try:
            stored = await forgetting.forget(chat, undelivered=options.undelivered)
        except NotForgottenError as error:
            raise CommandError(_why_not(chat, error)) from None
        disk = await self._clear_disk()
        if options.json:
            erased = {name: count for name, count in asdict(stored).items() if name in _ITEMS}
            told = {"chat": chat, "erased": erased, "ban_kept": bool(stored.banned), "disk": disk}
            say(json.dumps(told))
        else:
            _print(chat, stored, disk, say)
        return 0

    async def _clear_disk(self) -> str:
        """Erase from disk what is erased in Redis; returns one of `_DISK`."""
        if self.settings.redis.url:
            return "not ours"
        try:
            async with asyncio.timeout(REWRITE_SECONDS):
                while not await self._begin_rewrite():  # noqa: ASYNC110 - only Valkey knows
                    await asyncio.sleep(_LOOK_EVERY)
                while await self._rewriting():  # noqa: ASYNC110 - as above
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            return "rewriting"
        info = await self.redis.info("persistence")
        return "rewritten" if info.get("aof_last_bgrewrite_status") == "ok" else "failed"

    async def _begin_rewrite(self) -> bool:
        """Begin to write the file anew; False while that is done already, perhaps with the chat."""
        try:
            await self.redis.bgrewriteaof()
        except ResponseError:
            return False
        return True

    async def _rewriting(self) -> bool:
        info = await self.redis.info("persistence")
        return bool(info.get("aof_rewrite_in_progress") or info.get("aof_rewrite_scheduled"))


def _why_not(chat: ChatKey, error: NotForgottenError) -> str:
    if error.in_hand:
        return f"a bridge is at work on {chat} all the time; nothing was erased, try again later"
    stored = error.stored
    return (
        f"{chat} has undelivered messages: {stored.waiting} on their way, {stored.dead_letters} "
        "put aside. Nothing was erased. Wait until they are delivered (see `queue`), or erase "
        "them too with --undelivered"
    )


def _print(chat: ChatKey, stored: Stored, disk: str, say: Say) -> None:
    counts = asdict(stored)
    if any(counts[name] for name in _ITEMS):
        say(f"Erased of {chat}:")
    else:
        say(f"Nothing is stored of {chat}. Looked for:")
    for name, words in _ITEMS.items():
        say(f"  {words:<25}{counts[name]:>5}")
    if stored.banned:
        say(f"The ban stays, without its reason: the id {chat} and the time. `unban` erases them.")
    say(f"On disk: {_DISK[disk]}")
    say("Not erased:")
    for place in _ELSEWHERE:
        say(f"  {place}")
