"""Files above Telegram's limit: offered if the server gives them, else named in words."""

from collections.abc import Sequence
from typing import Final

from aiogram import Bot

from bot.journal.entries import Tries
from bot.journal.handling import Later
from bot.telegram.api import TelegramCallError, raw_call
from bot.texts import ContentTexts
from bot.to_planfix import Content, CustomerFile
from bot.to_planfix.files import CLOUD_FILE_LIMIT, too_large

ASK_TRIES: Final = 3
"""So often Telegram is asked for a large file; after that its link has to show what is true."""

_BAD_REQUEST = 400


async def without_too_large(
    bot: Bot, content: Content, words: ContentTexts, tries: Tries
) -> tuple[Content, Sequence[CustomerFile]]:
    """Replace the files that Telegram does not give to bots by words; returns these files, too.

    A Bot API server of one's own gives files of any size, so only the server can tell.

    Raises:
        Later: Telegram does not answer.
    """
    if all(file.size <= CLOUD_FILE_LIMIT for file in content.files):
        return content, ()
    kept: list[CustomerFile] = []
    left_out: list[CustomerFile] = []
    lines = [content.text] if content.text else []
    for file in content.files:
        if file.size > CLOUD_FILE_LIMIT and not await _is_given(bot, file, tries):
            left_out.append(file)
            lines.append(too_large(file, words))
        else:
            kept.append(file)
    return Content("\n".join(lines), tuple(kept)), left_out


async def _is_given(bot: Bot, file: CustomerFile, tries: Tries) -> bool:
    try:
        await raw_call(bot, "getFile", {"file_id": file.ref.file_id}, seconds=20)
    except TelegramCallError as error:
        if error.code == _BAD_REQUEST:
            return "too big" not in str(error)
        if error.code is None and tries.count < ASK_TRIES:
            raise Later(str(error), seconds=error.retry_after) from None
    return True
