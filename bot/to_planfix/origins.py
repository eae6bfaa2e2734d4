"""Where a message comes from and what it answers: the lines above its words."""

from typing import Final

from aiogram.types import (
    Chat,
    ExternalReplyInfo,
    InaccessibleMessage,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Story,
)

from bot.texts import ContentTexts
from bot.to_planfix.content import clean, note, quoted
from bot.to_planfix.people import chat_name, clean_name, full_name

MessageOrigin = (
    MessageOriginUser | MessageOriginHiddenUser | MessageOriginChat | MessageOriginChannel
)

_SUPERGROUP: Final = "-100"
"""What Telegram puts before the number of a channel or a supergroup."""


def lines_above(message: Message, words: ContentTexts) -> str:
    """From whom a message was forwarded, and what it answers; empty if neither."""
    lines = (_forward_line(message, words), _reply_line(message, words))
    return "\n".join(line for line in lines if line)


def summary(message: Message | InaccessibleMessage | None, words: ContentTexts) -> str:
    """A message in a few words: its own, or what it is."""
    if message is None:
        return words.unknown_message
    if isinstance(message, InaccessibleMessage):
        return note(words.unavailable_message)
    if text := clean(message.text or message.caption or "").strip():
        return quoted(text, words)
    kind = message.content_type
    document = message.document
    name = document.file_name if kind == "document" and document else None
    return note(words.kinds.get(kind, words.unknown_message), clean(name or ""))


def origin_name(origin: MessageOrigin) -> str:
    """Who wrote a message first: a person, or a chat with a link if it has one."""
    match origin:
        case MessageOriginUser():
            return full_name(origin.sender_user)
        case MessageOriginHiddenUser():
            return clean_name(origin.sender_user_name) or "—"
        case MessageOriginChat():
            return _signed(chat_name(origin.sender_chat), origin.author_signature)
        case MessageOriginChannel():
            link = message_link(origin.chat, origin.message_id)
            name = clean_name(origin.chat.title) or str(origin.chat.id)
            return _signed(f"{name} ({link})" if link else name, origin.author_signature)


def _signed(name: str, signature: str | None) -> str:
    author = clean_name(signature)
    return f"{name}, {author}" if author else name


def message_link(chat: Chat, message_id: int) -> str:
    """The address of a message in a channel or a supergroup; empty for other chats."""
    if chat.username:
        return f"https://t.me/{chat.username}/{message_id}"
    number = str(chat.id)
    if number.startswith(_SUPERGROUP):
        return f"https://t.me/c/{number.removeprefix(_SUPERGROUP)}/{message_id}"
    return ""


def story_link(story: Story) -> str:
    """Whose story it is, with its address if it has one."""
    username = story.chat.username
    if not username:
        return chat_name(story.chat)
    name = clean_name(story.chat.title) or clean_name(story.chat.first_name) or f"@{username}"
    return f"{name}, https://t.me/{username}/s/{story.id}"


def _forward_line(message: Message, words: ContentTexts) -> str:
    who = origin_name(message.forward_origin) if message.forward_origin else _old_origin(message)
    return note(words.forwarded.format(who=who)) if who else ""


def _old_origin(message: Message) -> str:
    """The origin in the fields that Bot API servers before 7.0 gave."""
    if message.forward_from:
        return full_name(message.forward_from)
    if chat := message.forward_from_chat:
        link = message_link(chat, message.forward_from_message_id or 0)
        name = clean_name(chat.title) or str(chat.id)
        known = message.forward_from_message_id and link
        return _signed(f"{name} ({link})" if known else chat_name(chat), message.forward_signature)
    return clean_name(message.forward_sender_name)


def _reply_line(message: Message, words: ContentTexts) -> str:
    quote = clean(message.quote.text).strip() if message.quote else ""
    if external := message.external_reply:
        return _external_reply_line(external, quote, words)
    if story := message.reply_to_story:
        return f"↩ {note(words.kinds['story'], story_link(story))}"
    answered = message.reply_to_message
    if quote:
        return f"↩ {quoted(quote, words)}"
    if answered is None:
        return ""
    part = _answered_part(message, answered) if isinstance(answered, Message) else ""
    return f"↩ {quoted(part, words) if part else summary(answered, words)}"


def _answered_part(message: Message, answered: Message) -> str:
    """The task of a checklist or the option of a poll that a message answers."""
    task_id, option_id = message.reply_to_checklist_task_id, message.reply_to_poll_option_id
    if task_id and answered.checklist:
        return next((t.text for t in answered.checklist.tasks if t.id == task_id), "")
    if option_id and answered.poll:
        options = answered.poll.options
        return next((o.text for o in options if o.persistent_id == option_id), "")
    return ""


def _external_reply_line(external: ExternalReplyInfo, quote: str, words: ContentTexts) -> str:
    who = note(words.reply_elsewhere.format(who=origin_name(external.origin)))
    if quote:
        return f"↩ {who} {quoted(quote, words)}"
    kind = next((kind for kind in words.kinds if getattr(external, kind, None)), None)
    return f"↩ {who} {note(words.kinds[kind])}" if kind else f"↩ {who}"
