"""`python -m bot chats`: which chats the bridge knows; ban them, or forget them."""

import argparse
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis

from bot.chats.bans import LOOK_EVERY, Ban, BanList
from bot.chats.chats import ChatAddress, Chats
from bot.chats.known import KnownChat, known_chats, look_at
from bot.chats.phones import to_e164
from bot.commands.errors import CommandError
from bot.commands.forget import Forget
from bot.journal.entries import ChatKey
from bot.journal.lanes import LANES
from bot.settings.settings import Settings
from bot.store import store

Say = Callable[[str], None]

_MOST: Final = 100
_CHAT_HELP = (
    "the customer's Telegram ID, which is on their card in PlanFix, or a +phone that they shared"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="for machines")
    common.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS)
    chat = argparse.ArgumentParser(add_help=False, parents=[common])
    chat.add_argument("chat", metavar="CHAT", help=_CHAT_HELP)
    shown = actions.add_parser("list", parents=[common], help="known chats, the banned ones first")
    shown.add_argument("--banned", action="store_true", help="the banned ones alone")
    shown.add_argument(
        "--limit", type=int, default=_MOST, metavar="N", help=f"default: {_MOST}; 0: all"
    )
    ban = actions.add_parser("ban", parents=[chat], help="pass over what a customer sends")
    ban.add_argument("--reason", default="", help="for those who read the list")
    actions.add_parser("unban", parents=[chat], help="lift a ban")
    forget = actions.add_parser("forget", parents=[chat], help="erase what is stored of a customer")
    forget.add_argument(
        "--undelivered",
        action="store_true",
        help="also erase messages that wait, and those that were put aside",
    )


async def run(settings: Settings, options: argparse.Namespace, say: Say) -> int:
    """Carry the command out, also while the bridge runs; returns the exit code.

    Raises:
        CommandError: No chat is meant, or it cannot be forgotten now.
        StoreError, EmbeddedError, RedisError, OSError: The store cannot be had.
    """
    prefix = store.key_prefix(settings.telegram.bot_id)
    async with store.opened(settings, beside_bridge=True) as redis:
        bans = BanList(redis, prefix, confirm=store.is_replicated(settings.redis))
        if options.action == "list":
            await _list(_Listing(redis, prefix, bans), options, say)
            return 0
        chat = await _find(Chats(redis, prefix), options.chat)
        match options.action:
            case "ban":
                return await _ban(bans, chat, options, say)
            case "unban":
                return await _lift(bans, chat, options, say)
        return await Forget(settings, redis, prefix).run(chat, options, say)


async def _find(chats: Chats, text: str) -> ChatKey:
    """The chat that an administrator means."""
    if text.startswith("@"):
        raise CommandError(
            f"{text}: the bridge stores no @usernames. Give the customer's Telegram ID: it stands "
            "on the contact's card in PlanFix"
        )
    if text.startswith("+"):
        phone = to_e164(text)
        found = await chats.find_by_phone(phone) if phone else None
        if found is None:
            raise CommandError(f"{text}: no customer has shared this number with the bot")
        return found
    try:
        return ChatAddress.parse(text).key()
    except ValueError as error:
        raise CommandError(str(error)) from None


async def _ban(bans: BanList, chat: ChatKey, options: argparse.Namespace, say: Say) -> int:
    before = await bans.ban(chat, options.reason)
    if options.json:
        say(json.dumps({"chat": chat, "banned": True, "before": before}))
    else:
        already = " (it was banned before; the reason is the new one)" if before else ""
        say(f"Banned {chat}{already}. Running bridges know it within {LOOK_EVERY} s.")
    return 0


async def _lift(bans: BanList, chat: ChatKey, options: argparse.Namespace, say: Say) -> int:
    before = await bans.lift(chat)
    if options.json:
        say(json.dumps({"chat": chat, "banned": False, "before": before}))
    else:
        say(f"Lifted the ban of {chat}." if before else f"{chat} is not banned.")
    return 0 if before else 1


@dataclass(frozen=True, slots=True)
class _Listing:
    """Where to look for chats."""

    redis: Redis
    prefix: str
    bans: BanList

    async def rows(self, *, banned_alone: bool) -> AsyncIterator[tuple[KnownChat, Ban | None]]:
        """The banned chats, the newest ban first, then all others."""
        bans = {ban.chat: ban async for ban in self.bans.all()}
        newest = sorted(bans.values(), key=lambda ban: ban.since, reverse=True)
        for ban in newest:
            [known] = await look_at(self.redis, self.prefix, LANES, [ban.chat])
            yield known, ban
        if not banned_alone:
            async for known in known_chats(self.redis, self.prefix, LANES):
                if known.chat not in bans:
                    yield known, None


async def _list(listing: _Listing, options: argparse.Namespace, say: Say) -> None:
    shown = 0
    async for known, ban in listing.rows(banned_alone=options.banned):
        if options.limit and shown == options.limit:
            if not options.json:
                say(f"… and more: --limit {2 * options.limit} shows more, --limit 0 all of them.")
            return
        if options.json:
            say(json.dumps(_as_json(known, ban), ensure_ascii=False))
        else:
            if not shown:
                say(f"{'chat':<22}{'language':<10}{'waiting':>7}  banned (UTC)")
            say(_as_line(known, ban))
        shown += 1
    if not shown and not options.json:
        say("There are no banned chats." if options.banned else "No customer has written yet.")


def _as_json(known: KnownChat, ban: Ban | None) -> dict[str, Any]:
    return {
        "chat": known.chat,
        "language": known.record.language,
        "waiting": known.waiting,
        "banned_at": ban.since if ban else None,
        "reason": ban.reason if ban else "",
    }


def _as_line(known: KnownChat, ban: Ban | None) -> str:
    line = f"{known.chat:<22}{known.record.language or '—':<10}{known.waiting:>7}"
    if ban is None:
        return line
    since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(ban.since))
    return f"{line}  {since}  {ban.reason}".rstrip()
