"""Methods that send, change and remove messages of text, and copy any message."""

import time
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup import read_markup, shown_in_message
from sandbox.telegram.reactions import check_reactions
from sandbox.telegram.registry import Call, method
from sandbox.telegram.sending import (
    find_chat,
    read_caption,
    read_link_preview,
    read_text,
    send,
    sender_id,
    writable_chat,
)
from sandbox.telegram.world import Chat, Message

ENVELOPE = frozenset({
    "message_id", "from", "chat", "date", "edit_date", "reply_to_message", "quote",
    "forward_origin", "media_group_id", "reply_markup", "has_protected_content", "effect_id",
})  # fmt: skip


@method("sendMessage")
def send_message(call: Call) -> object:
    """Send a text."""
    text = read_text(call.parameters)
    return send(call, text.content() | read_link_preview(call.parameters))


@method("editMessageText")
def edit_message_text(call: Call) -> object:
    """Change the text of one of the bot's own messages."""
    text = read_text(call.parameters)
    preview = read_link_preview(call.parameters)
    chat, message = _own_message(call, "text")
    markup = shown_in_message(read_markup(call.parameters)).get("reply_markup")
    content = {"entities": None} | text.content() | preview | {"reply_markup": markup}
    return _edited(call, chat, message, content)


@method("editMessageCaption")
def edit_message_caption(call: Call) -> object:
    """Change the caption of one of the bot's own messages."""
    caption = read_caption(call.parameters)
    chat, message = _own_message(call, "")
    markup = shown_in_message(read_markup(call.parameters)).get("reply_markup")
    content = {"caption": None, "caption_entities": None} | caption | {"reply_markup": markup}
    return _edited(call, chat, message, content)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> object:
    """Change or remove the buttons of one of the bot's own messages."""
    chat, message = _own_message(call, "")
    markup = shown_in_message(read_markup(call.parameters)).get("reply_markup")
    return _edited(call, chat, message, {"reply_markup": markup})


def _own_message(call: Call, kind: str) -> tuple[Chat, Message]:
    if not call.parameters.text("chat_id"):
        raise bad_request("message identifier is not specified")
    chat = writable_chat(call)
    message = _message(call, chat, "message to edit not found")
    if sender_id(message) != call.world.bot["id"]:
        raise bad_request("message can't be edited")
    if kind and kind not in message:
        raise bad_request(f"there is no {kind} in the message to edit")
    return chat, message


def _edited(call: Call, chat: Chat, message: Message, content: dict[str, Any]) -> Message:
    if all(message.get(name) == value for name, value in content.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    return call.world.edit(chat, message["message_id"], content)


@method("deleteMessage")
def delete_message(call: Call) -> object:
    """Remove a message."""
    if not call.parameters.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not call.parameters.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = writable_chat(call)
    message = _message(call, chat, "message to delete not found")
    call.world.delete(chat, message["message_id"])
    return True


@method("copyMessage")
def copy_message(call: Call) -> object:
    """Send the content of another message, and return the new id alone."""
    source = _source(call, "copy")
    content = {name: value for name, value in source.items() if name not in ENVELOPE}
    if "caption" in call.parameters.values:
        content = {n: v for n, v in content.items() if not n.startswith("caption")}
        content |= read_caption(call.parameters)
    return {"message_id": send(call, content)["message_id"]}


@method("forwardMessage")
def forward_message(call: Call) -> object:
    """Send another message with its origin."""
    source = _source(call, "forward")
    content = {name: value for name, value in source.items() if name not in ENVELOPE}
    origin = {"type": "user", "sender_user": source.get("from"), "date": source["date"]}
    return send(call, {"forward_origin": origin} | content)


def _source(call: Call, purpose: str) -> Message:
    chat = find_chat(call.world, call.parameters.required("from_chat_id"))
    return _message(call, chat, f"message to {purpose} not found")


def _message(call: Call, chat: Chat, missing: str) -> Message:
    message = chat.messages.get(call.parameters.integer("message_id"))
    if message is None:
        raise bad_request(missing)
    return message


@method("setMessageReaction")
def set_message_reaction(call: Call) -> object:
    """Put the bot's reaction on a message, or take it away."""
    chat = writable_chat(call)
    message = _message(call, chat, "message to react not found")
    reactions = check_reactions(call.parameters.json("reaction", "reaction types"))
    call.world.feed.publish(
        {
            "type": "reaction",
            "chat_id": chat.id,
            "message_id": message["message_id"],
            "from_bot": True,
            "reaction": reactions,
            "time": int(time.time()),
        }
    )
    return True
