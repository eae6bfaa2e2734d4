"""Service messages: what happened in the chat, in a line each."""

from collections.abc import Callable
from typing import Final

from aiogram.types import Message, User

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, note
from bot.to_planfix.entities import date_of
from bot.to_planfix.files import Origin, customer_file
from bot.to_planfix.origins import story_link, summary
from bot.to_planfix.people import full_name

Carry = Callable[[Message, ContentTexts], Content]
"""What one field of a message becomes; nothing, if the message does not have it."""


def happening(kind: str) -> Carry:
    """A service message whose name says everything."""

    def carry(_: Message, words: ContentTexts) -> Content:
        return Content(note(words.kinds[kind]))

    return carry


def detailed(kind: str, detail: Callable[[Message, ContentTexts], str]) -> Carry:
    """A service message with something to tell."""

    def carry(message: Message, words: ContentTexts) -> Content:
        return Content(note(words.kinds[kind], clean(detail(message, words))))

    return carry


def _names(users: list[User] | None) -> str:
    return ", ".join(full_name(user) for user in users or ())


def _new_owner(message: Message, _: ContentTexts) -> str:
    change = message.chat_owner_left or message.chat_owner_changed
    return full_name(change.new_owner) if change and change.new_owner else ""


def _left(message: Message, _: ContentTexts) -> str:
    return full_name(message.left_chat_member) if message.left_chat_member else ""


def _auto_delete(message: Message, words: ContentTexts) -> str:
    timer = message.message_auto_delete_timer_changed
    seconds = timer.message_auto_delete_time if timer else 0
    return words.time(seconds) if seconds > 0 else words.off


def _passport(message: Message, words: ContentTexts) -> str:
    count = len(message.passport_data.data) if message.passport_data else 0
    return f"{words.count('document', count)}, {words.encrypted}"


def _boosts(message: Message, words: ContentTexts) -> str:
    return words.count("boost", message.boost_added.boost_count) if message.boost_added else ""


def _topic(message: Message, _: ContentTexts) -> str:
    topic = message.forum_topic_created or message.forum_topic_edited
    return (topic.name or "") if topic else ""


def _scheduled(message: Message, words: ContentTexts) -> str:
    chat = message.video_chat_scheduled
    return date_of(chat.start_date, words) if chat else ""


def _lasted(message: Message, words: ContentTexts) -> str:
    return words.time(message.video_chat_ended.duration) if message.video_chat_ended else ""


def _invited(message: Message, _: ContentTexts) -> str:
    invited = message.video_chat_participants_invited
    return _names(invited.users) if invited else ""


def _write_access(message: Message, _: ContentTexts) -> str:
    access = message.write_access_allowed
    return (access.web_app_name or "") if access else ""


def _created_bot(message: Message, _: ContentTexts) -> str:
    return full_name(message.managed_bot_created.bot_user) if message.managed_bot_created else ""


def _community(message: Message, _: ContentTexts) -> str:
    change = message.community_chat_added or message.community_chat_joined
    return change.community.name if change else ""


def _web_app_data(message: Message, _: ContentTexts) -> str:
    sent = message.web_app_data
    return f"{sent.button_text}: {sent.data}" if sent else ""


def _dice(message: Message, _: ContentTexts) -> str:
    return f"{message.dice.emoji} {message.dice.value}" if message.dice else ""


def _story(message: Message, _: ContentTexts) -> str:
    return story_link(message.story) if message.story else ""


def _buttons(message: Message, _: ContentTexts) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    buttons = [button for row in rows for button in row]
    return ", ".join(f"{b.text} ({b.url})" if b.url else b.text for b in buttons)


def game(message: Message, words: ContentTexts) -> Content:
    """A game: its title and what it says of itself."""
    if message.game is None:
        return Content()
    lines = [note(words.kinds["game"], clean(message.game.title))]
    lines += [clean(text) for text in (message.game.description, message.game.text) if text]
    return Content("\n".join(lines))


def new_chat_photo(message: Message, words: ContentTexts) -> Content:
    """A chat's new picture."""
    if not message.new_chat_photo:
        return Content()
    file = customer_file("photo", message.new_chat_photo, Origin.of(message))
    return Content(note(words.kinds["new_chat_photo"]), (file,))


def buttons(message: Message, words: ContentTexts) -> Content:
    """The buttons under a message that came from another bot."""
    shown = _buttons(message, words)
    return Content(note(words.buttons, clean(shown))) if shown else Content()


DETAILED: Final[dict[str, Callable[[Message, ContentTexts], str]]] = {
    "dice": _dice,
    "story": _story,
    "new_chat_members": lambda message, _: _names(message.new_chat_members),
    "left_chat_member": _left,
    "chat_owner_left": _new_owner,
    "chat_owner_changed": _new_owner,
    "new_chat_title": lambda message, _: message.new_chat_title or "",
    "message_auto_delete_timer_changed": _auto_delete,
    "migrate_to_chat_id": lambda message, _: str(message.migrate_to_chat_id or ""),
    "migrate_from_chat_id": lambda message, _: str(message.migrate_from_chat_id or ""),
    "pinned_message": lambda message, words: summary(message.pinned_message, words),
    "connected_website": lambda message, _: message.connected_website or "",
    "write_access_allowed": _write_access,
    "passport_data": _passport,
    "boost_added": _boosts,
    "forum_topic_created": _topic,
    "forum_topic_edited": _topic,
    "video_chat_scheduled": _scheduled,
    "video_chat_ended": _lasted,
    "video_chat_participants_invited": _invited,
    "web_app_data": _web_app_data,
    "managed_bot_created": _created_bot,
    "community_chat_added": _community,
    "community_chat_joined": _community,
}
"""What there is to tell of a service message, by its field."""

HAPPENINGS: Final = (
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "chat_background_set",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "video_chat_started",
    "community_chat_removed",
)
"""Service messages of which the name says everything."""
