"""aiogram as a client: an independent reader of everything the sandbox says."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
)
from bot_api import JPEG, MP4, OGG, png

from sandbox.telegram import Customer, TelegramSandbox


@pytest.fixture
async def bot(telegram: TelegramSandbox) -> AsyncIterator[Bot]:
    """An aiogram bot at the sandbox."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.token, session=session) as client:
        yield client


async def test_sending(bot: Bot, customer: Customer) -> None:
    """Text with options, photos, voices and albums pass through aiogram both ways."""
    sent = await bot.send_message(
        customer.chat_id,
        "<b>Да</b>, <a href='https://a.ru'>тут</a>",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(message_id=1),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="ok", callback_data="1")]]
        ),
    )
    assert sent.html_text == '<b>Да</b>, <a href="https://a.ru/">тут</a>'
    assert sent.reply_to_message is not None
    photo = BufferedInputFile(png(640, 480), "Снимок.png")
    sent = await bot.send_photo(customer.chat_id, photo, caption="вот")
    assert sent.photo is not None
    assert sent.photo[-1].width == 640
    voice = BufferedInputFile(OGG, "voice.ogg")
    assert (await bot.send_voice(customer.chat_id, voice)).voice is not None
    document = BufferedInputFile(b"x", 'Акт "сверки".txt')
    sent = await bot.send_document(customer.chat_id, document)
    assert sent.document is not None
    album = await bot.send_media_group(
        customer.chat_id,
        [
            InputMediaPhoto(media=BufferedInputFile(JPEG, "1.jpg"), caption="x"),
            InputMediaVideo(media=BufferedInputFile(MP4, "2.mp4")),
        ],
    )
    assert [message.content_type for message in album] == ["photo", "video"]
    await bot.set_message_reaction(customer.chat_id, 1, [ReactionTypeEmoji(emoji="👍")])
    await bot.set_my_commands([BotCommand(command="start", description="Начать")])
    assert (await bot.get_chat(customer.chat_id)).first_name == "Иван"


async def test_receiving(bot: Bot, customer: Customer) -> None:
    """Updates are polled, and files downloaded."""
    customer.send_document(b"content", "a.txt")
    (update,) = await bot(GetUpdates(timeout=1))
    assert update.message is not None
    assert update.message.document is not None
    data = await bot.download(update.message.document)
    assert data is not None
    assert data.read() == b"content"


async def test_errors(bot: Bot, telegram: TelegramSandbox, customer: Customer) -> None:
    """Aiogram takes the sandbox's errors for what they are."""
    group = telegram.add_group("G", customer)
    old, new = group.chat_id, group.migrate()
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(old, "x")
    assert moved.value.migrate_to_chat_id == new
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "x")
    telegram.too_many_requests("sendMessage", 5)
    with pytest.raises(TelegramRetryAfter) as retry:
        await bot.send_message(customer.chat_id, "x")
    assert retry.value.retry_after == 5
    telegram.fail_next("sendDocument", 413, "Request Entity Too Large")
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(customer.chat_id, BufferedInputFile(b"x", "a"))
    customer.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(customer.chat_id, "x")
    await bot.set_webhook("https://example.org/x")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    wrong = Bot("42:WRONG", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await wrong.get_me()
