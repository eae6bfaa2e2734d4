"""What all sending methods share: where a message goes, what it answers, what it says."""

from typing import Any

from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.markup import check_place, keyboard_after, read_markup, shown_in_message
from sandbox.telegram.parameters import Parameters
from sandbox.telegram.registry import Call
from sandbox.telegram.text import Formatted, check_length, formatted
from sandbox.telegram.text.utf16 import boundaries
from sandbox.telegram.world import Chat, Message, World, as_reply

Content = dict[str, Any]


def find_chat(world: World, chat_id: str) -> Chat:
    """Return the chat that `chat_id` names, by number or as `@username`.

    Raises:
        BotApiError: The bot knows no such chat.
    """
    if not chat_id:
        raise bad_request("chat_id is empty")
    if chat_id.startswith("@"):
        return _by_username(world, chat_id[1:].lower())
    try:
        chat = world.chats.get(int(chat_id))
    except ValueError:
        chat = None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def _by_username(world: World, username: str) -> Chat:
    """Return a public group or channel; people cannot be addressed by name."""
    for chat in world.chats.values():
        if chat.id < 0 and str(chat.info.get("username", "")).lower() == username:
            return chat
    raise bad_request("chat not found")


def writable_chat(call: Call) -> Chat:
    """Return the chat of `chat_id`, if the bot may write there.

    Raises:
        BotApiError: There is no such chat, it has moved, or the bot may not write there.
    """
    chat = find_chat(call.world, call.parameters.text("chat_id"))
    if chat.migrated_to is not None:
        reason = "group chat was upgraded to a supergroup chat"
        raise bad_request(reason, {"migrate_to_chat_id": chat.migrated_to})
    if not chat.open and not _met_in_a_group(call.world, chat):
        raise bad_request("chat not found")
    if not chat.open:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.barred:
        raise forbidden(chat.barred)
    return chat


def _met_in_a_group(world: World, chat: Chat) -> bool:
    return any(
        sender_id(message) == chat.id
        for other in world.chats.values()
        if other.id < 0
        for message in other.messages.values()
    )


def sender_id(message: Message) -> int | None:
    """Return who wrote a message; None in channels, and in updates made by hand without a name."""
    sender = message.get("from")
    return sender.get("id") if isinstance(sender, dict) else None


def read_caption(parameters: Parameters) -> Content:
    """Return the caption's fields of a message.

    Raises:
        BotApiError: Its markup is wrong, or it is too long.
    """
    entities = parameters.json("caption_entities")
    text = formatted(parameters.text("caption"), parameters.text("parse_mode"), entities)
    check_length(text, caption=True)
    above = parameters.flag("show_caption_above_media") and bool(text.text)
    return text.content(caption=True) | ({"show_caption_above_media": True} if above else {})


def send(call: Call, content: Content) -> Message:
    """Send one message and return it.

    Raises:
        BotApiError: The markup, the chat or the message replied to is not as it must be.
    """
    markup = read_markup(call.parameters)
    chat = writable_chat(call)
    check_place(markup, private=chat.info.get("type") == "private")
    envelope = envelope_of(call, chat)
    if call.world.limits is not None:
        call.world.limits.spend(chat.id)
    message = call.world.post(chat, call.world.bot, envelope | content | shown_in_message(markup))
    chat.keyboard = keyboard_after(markup, chat.keyboard)
    if markup is not None:
        call.world.feed.publish({"type": "keyboard", "chat_id": chat.id, "keyboard": chat.keyboard})
    return message


def envelope_of(call: Call, chat: Chat) -> Content:
    """Return the fields that the options common to all sending methods give a message."""
    parameters = call.parameters
    if parameters.text("business_connection_id"):
        raise bad_request("business connection not found")
    if parameters.integer("message_thread_id") and not chat.info.get("is_forum"):
        raise bad_request("message thread not found")
    envelope = _reply(parameters, chat)
    if thread := parameters.integer("message_thread_id"):
        envelope |= {"message_thread_id": thread, "is_topic_message": True}
    if parameters.flag("protect_content"):
        envelope["has_protected_content"] = True
    if effect := parameters.text("message_effect_id"):
        envelope["effect_id"] = effect
    return envelope


def _reply(parameters: Parameters, chat: Chat) -> Content:
    reply = _reply_parameters(parameters)
    if not reply:
        return {}
    message_id, other = reply.get("message_id"), reply.get("chat_id")
    if not isinstance(message_id, int):
        raise bad_request("message identifier is not specified")
    here = other is None or str(other) == str(chat.id)
    message = chat.messages.get(message_id) if here else None
    if message is None:
        if reply.get("allow_sending_without_reply") is True:
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": as_reply(message)} | _quote(reply, message)


def _reply_parameters(parameters: Parameters) -> Content | None:
    """Return `reply_parameters`, or what the parameters before Bot API 7.0 say."""
    reply = parameters.json("reply_parameters", "reply parameters")
    if reply is not None and not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    if reply or not parameters.integer("reply_to_message_id"):
        return reply
    return {
        "message_id": parameters.integer("reply_to_message_id"),
        "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
    }


def _quote(reply: Content, message: Message) -> Content:
    if not reply.get("quote"):
        return {}
    mode, entities = str(reply.get("quote_parse_mode", "")), reply.get("quote_entities")
    quote = formatted(str(reply["quote"]), mode, entities)
    whole = message.get("text") or message.get("caption") or ""
    place = whole.find(quote.text)
    if place < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"quote": quote.content() | {"position": boundaries(whole)[place], "is_manual": True}}


def read_text(parameters: Parameters) -> Formatted:
    """Return the text of sendMessage and editMessageText.

    Raises:
        BotApiError: It is empty or too long, or its markup is wrong.
    """
    if not parameters.text("text"):
        raise bad_request("message text is empty")
    entities = parameters.json("entities")
    text = formatted(parameters.text("text"), parameters.text("parse_mode"), entities)
    if not text.text:
        raise bad_request("text must be non-empty")
    check_length(text)
    return text


def read_link_preview(parameters: Parameters) -> Content:
    """Return the link preview's field of a message.

    Raises:
        BotApiError: `link_preview_options` has a wrong shape.
    """
    options = parameters.json("link_preview_options", "link preview options")
    if options is not None and not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    if parameters.flag("disable_web_page_preview"):
        options = {"is_disabled": True}
    return {"link_preview_options": options} if options else {}
