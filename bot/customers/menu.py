"""The menu of commands that Telegram shows beside the message field, in each language."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, Final

import structlog
from aiogram import Bot

from bot.telegram.api import TelegramCallError, raw_call
from bot.texts import READ_RUSSIAN, CustomerLanguages, CustomerTexts

log = structlog.get_logger("bot.customers")

_SCOPE: Final = json.dumps({"type": "all_private_chats"})
"""Private chats alone: what an administrator has set for all chats at BotFather stays."""

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_REFUSED = frozenset({400, 401, 403, 404})

Command = dict[str, str]


def commands_of(texts: CustomerTexts) -> list[Command]:
    """The menu in one language."""
    described = {
        "start": texts.command_start,
        "help": texts.command_help,
        "task": texts.command_task,
    }
    return [{"command": name, "description": words} for name, words in described.items()]


class Menu:
    """Keeps the menu as the settings have it.

    Args:
        bot: Whose menu.
        languages: What it says.
        shown: Whether there is one; if not, ours is taken away, and one of somebody else's stays.
    """

    def __init__(self, bot: Bot, languages: CustomerLanguages, *, shown: bool) -> None:
        self._bot = bot
        self._languages = languages
        self._shown = shown

    async def run(self) -> None:
        """See to it until Telegram has it; whatever happens, nothing else waits for it."""
        pause = _FIRST_PAUSE
        try:
            while not await self._seen_to():
                await asyncio.sleep(pause)
                pause = min(_LONGEST_PAUSE, pause * 2)
        except Exception as error:  # a menu is no reason to stop
            log.error("customers.menu_failed", exc_info=error)

    async def _seen_to(self) -> bool:
        """Compare each language's menu with what Telegram has; returns False to try again."""
        changed: list[str] = []
        try:
            for code, wanted in self._menus():
                if await self._see_to(code, wanted):
                    changed.append(code or "default")
        except TelegramCallError as error:
            log.warning("customers.menu_not_set", error=str(error))
            return error.code in _REFUSED
        if changed:
            log.info("customers.menu_changed", shown=self._shown, languages=changed)
        return True

    def _menus(self) -> Iterator[tuple[str, list[Command]]]:
        yield "", commands_of(self._languages.en)
        for code in READ_RUSSIAN:
            yield code, commands_of(self._languages.ru)

    async def _see_to(self, code: str, wanted: list[Command]) -> bool:
        """See to one language; returns whether there was something to do."""
        place: dict[str, str | int] = {"scope": _SCOPE, "language_code": code}
        found: Any = await raw_call(self._bot, "getMyCommands", place)
        if self._shown and found != wanted:
            text = json.dumps(wanted, ensure_ascii=False)
            await raw_call(self._bot, "setMyCommands", {**place, "commands": text})
        elif not self._shown and found == wanted:
            await raw_call(self._bot, "deleteMyCommands", place)
        else:
            return False
        return True
