"""Shows a customer that files are on their way: “sending a photo…”."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from mimetypes import guess_type
from typing import Final

from aiogram import Bot
from aiogram.methods import SendChatAction

from bot.chats.chats import ChatAddress
from bot.tasks import cancel
from bot.telegram.errors import CALL_ERRORS

FIRST_AFTER: Final = 1.0
"""Seconds; what is there sooner needs no announcement."""
AGAIN_EVERY: Final = 4.5
"""Seconds; Telegram shows an action for five."""

_TIMEOUT = 5
_ACTIONS: Final = {"image": "upload_photo", "video": "upload_video", "audio": "upload_voice"}


def action_for(names: Iterable[str]) -> str:
    """What to show for files with these names: that of their common kind."""
    kinds = {(guess_type(name)[0] or "").partition("/")[0] for name in names}
    return _ACTIONS.get(kinds.pop(), "upload_document") if len(kinds) == 1 else "upload_document"


@asynccontextmanager
async def showing(bot: Bot, address: ChatAddress, action: str) -> AsyncIterator[None]:
    """Show the action for as long as the `with` block takes.

    It is a courtesy: nothing waits for it, and where it fails, it ends.
    """
    task = asyncio.create_task(_show_for_ever(bot, address, action), name="chat action")
    try:
        yield
    finally:
        await cancel(task)


async def _show_for_ever(bot: Bot, address: ChatAddress, action: str) -> None:
    method = SendChatAction(
        chat_id=address.chat_id,
        action=action,
        message_thread_id=address.topic_id,
        business_connection_id=address.business_connection_id,
    )
    await asyncio.sleep(FIRST_AFTER)
    with suppress(*CALL_ERRORS):
        while True:
            await bot(method, request_timeout=_TIMEOUT)
            await asyncio.sleep(AGAIN_EVERY)
