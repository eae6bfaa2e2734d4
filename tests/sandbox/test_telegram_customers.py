"""Customers: each thing that a person does becomes the update that Telegram would send."""

import pytest
from aiogram.types import Message, TelegramObject, Update
from bot_api import GIF, JPEG, MP3, MP4, OGG, WEBP, BotApiClient, png

from sandbox.telegram import Customer, TelegramSandbox

ALL_KINDS = ["message", "edited_message", "message_reaction", "my_chat_member", "callback_query"]


def unknown_fields(value: object) -> list[str]:
    """Return the fields that the Bot API's types do not have, however deep."""
    if isinstance(value, list):
        return [name for item in value for name in unknown_fields(item)]
    if not isinstance(value, TelegramObject):
        return []
    extra = [f"{type(value).__name__}.{name}" for name in value.model_extra or {}]
    return extra + unknown_fields([getattr(value, name) for name in type(value).model_fields])


async def test_updates_are_what_the_bot_api_says(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """An independent model of the Bot API reads every update, and finds no field too many."""
    await api.updates(allowed_updates=ALL_KINDS)
    buttons = {"inline_keyboard": [[{"text": "ok", "callback_data": "1"}]]}
    own = await api.result("sendMessage", chat_id=customer.chat_id, text="?", reply_markup=buttons)
    text = customer.send_text("see https://a.ru", reply_to=own["message_id"])
    customer.send_photo(JPEG, "a photo")
    customer.send_document(b"x", "Договор.docx", "read")
    customer.send_video(MP4)
    customer.send_animation(GIF)
    customer.send_audio(MP3, title="Song", performer="Choir")
    customer.send_voice(OGG)
    customer.send_video_note(MP4)
    customer.send_sticker(WEBP, "🔥")
    customer.send_album([("photo", png()), ("video", MP4, "a.mp4")], "two")
    customer.send_album([("document", b"1", "1.txt"), ("document", b"2")])
    customer.send_contact("79991234567")
    customer.send_contact("+79991234567", own=False)
    customer.send({"location": {"latitude": 55.7, "longitude": 37.6}})
    customer.send({"dice": {"emoji": "🎲", "value": 3}})
    customer.edit_text(text["message_id"], "see nothing")
    customer.react(own["message_id"], "👍")
    customer.react(own["message_id"], None)
    customer.click(own["message_id"], "1")
    customer.block()
    customer.unblock()
    group = telegram.add_group("Г", customer)
    group.send_text(customer, "hi")
    group.migrate()
    group.kick_bot()

    updates = await api.updates()
    assert len(updates) == 28
    for raw in updates:
        update = Update.model_validate(raw)
        assert unknown_fields(update) == []
        assert update.event_type in ALL_KINDS


async def test_sent_messages_are_what_the_bot_api_says(
    api: BotApiClient, customer: Customer
) -> None:
    """The same model reads what sending methods return."""
    chat = str(customer.chat_id)
    sent = [
        (await api.upload(f"send{kind}", {field: (data, "f")}, chat_id=chat))["result"]
        for kind, field, data in [
            ("Photo", "photo", JPEG),
            ("Document", "document", b"x"),
            ("Video", "video", MP4),
            ("Animation", "animation", GIF),
            ("Audio", "audio", MP3),
            ("Voice", "voice", OGG),
            ("VideoNote", "video_note", MP4),
            ("Sticker", "sticker", WEBP),
        ]
    ]
    for raw in sent:
        assert unknown_fields(Message.model_validate(raw)) == []


async def test_message_ids_rise_in_all_private_chats_together(
    telegram: TelegramSandbox, customer: Customer
) -> None:
    """The account counts, not the chat; a supergroup counts for itself."""
    other = telegram.add_customer("Other")
    ids = [person.send_text("x")["message_id"] for person in (customer, other, customer)]
    assert ids == [2, 3, 4]
    group = telegram.add_group("S", customer, supergroup=True)
    assert group.send_text(customer, "x")["message_id"] == 1


async def test_start_with_a_payload(api: BotApiClient, telegram: TelegramSandbox) -> None:
    """A deep link arrives as a command with its payload."""
    telegram.add_customer("A", language_code="").start("utm_ad")
    (update,) = await api.updates()
    message = update["message"]
    assert message["text"] == "/start utm_ad"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert "language_code" not in message["from"]


async def test_blocking(api: BotApiClient, customer: Customer) -> None:
    """A customer who blocked the bot cannot write; Start unblocks first."""
    customer.block()
    with pytest.raises(RuntimeError):
        customer.send_text("hello?")
    customer.start()
    blocked, unblocked, started = await api.updates()
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert started["message"]["text"] == "/start"


async def test_renaming(api: BotApiClient, customer: Customer) -> None:
    """New names come with the next message; an empty one goes away."""
    customer.rename(first_name="Ваня", last_name="")
    customer.send_text("x")
    (update,) = await api.updates()
    for place in ("from", "chat"):
        assert update["message"][place]["first_name"] == "Ваня"
        assert "last_name" not in update["message"][place]
        assert update["message"][place]["username"] == "ivan_petrov"


async def test_albums_come_as_separate_updates(api: BotApiClient, customer: Customer) -> None:
    """One group id, the caption on the first; the album can go on later."""
    first, second = customer.send_album([("photo", png()), ("photo", png())], "words")
    (third,) = customer.send_album([("photo", png())], group_id=first["media_group_id"])
    updates = await api.updates()
    assert len({update["message"]["media_group_id"] for update in updates}) == 1
    assert first["caption"] == "words"
    assert "caption" not in second | third


async def test_editing_a_caption(api: BotApiClient, customer: Customer) -> None:
    """edit_text changes what the message has: text or caption."""
    sent = customer.send_photo(JPEG, "one @user_name")
    await api.updates(offset=-1)
    customer.edit_text(sent["message_id"], "two")
    (_, update) = await api.updates()
    assert update["edited_message"]["caption"] == "two"
    assert "caption_entities" not in update["edited_message"]


async def test_any_field_of_a_message(api: BotApiClient, customer: Customer) -> None:
    """Forwards and the like are given as the Bot API has them."""
    origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1}
    customer.send_text("fwd", forward_origin=origin)
    (update,) = await api.updates()
    assert update["message"]["forward_origin"] == origin
