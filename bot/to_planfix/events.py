"""What a customer does to messages and to the bot: edits, reactions, buttons, blocking."""

from collections.abc import Sequence
from typing import Final

from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeCustomEmoji,
    ReactionTypeEmoji,
    ReactionTypePaid,
)

from bot.chats.remembered import Remembered, Said
from bot.start.links import Started
from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, joined, note
from bot.to_planfix.kinds import body_of, content_of
from bot.to_planfix.places import coordinates, map_link
from bot.to_planfix.said import button_text, shown

Reaction = ReactionTypeEmoji | ReactionTypeCustomEmoji | ReactionTypePaid

_BLOCKED: Final = {"kicked", "left"}


def edit_of(
    message: Message,
    said: Said,
    before: Remembered | None,
    words: ContentTexts,
    unreadable: Sequence[str] = (),
) -> Content:
    """Which message was edited, and what is new in it; nothing if only its looks are.

    Args:
        message: As it is now.
        said: What will be remembered of it.
        before: What was remembered; None if it is too long ago.
        words: In which language.
        unreadable: Fields that were there, but could not be read.
    """
    same_text = before is not None and before.has_text(said)
    same_file = before is not None and before.has_file(said)
    if same_text and same_file:
        return Content()
    body = body_of(message, words)
    new = Content("" if same_text else body.text, () if same_file else body.files)
    if not new and not same_text and (same_file or not said.file):
        new = Content(note(words.caption_removed))
    if unreadable or not new:
        new = content_of([message], words, unreadable)
    former = f": {shown(before.snippet, words)}" if before else ":"
    return joined([Content(f"✎ {words.edited}{former}"), new])


def link_of(started: Started, words: ContentTexts) -> Content:
    """What the link that a customer followed fills in; nothing, if it fills in nothing."""
    if started.unsigned:
        return Content(note(words.unsigned_link))
    said = [f"{name} = {value}" for name, value in started.said.fields.items()]
    if started.said.title:
        said.append(f"{words.task_title} = {started.said.title}")
    return Content(note(words.started_by_link, *said)) if said else Content()


def live_location_end(message: Message, words: ContentTexts) -> Content:
    """A live location's last place; nothing while it goes on."""
    place = message.location
    if place is None or place.live_period:
        return Content()
    line = note(words.live_location_ended, coordinates(place))
    return Content(f"{line}\n{map_link(place, words)}")


def reaction_of(
    event: MessageReactionUpdated, before: Remembered | None, words: ContentTexts
) -> Content:
    """Which reactions came and went, and at which message; nothing if none did."""
    old, new = _emojis(event.old_reaction, words), _emojis(event.new_reaction, words)
    about = shown(before.snippet if before else None, words)
    added = " ".join(emoji for emoji in new if emoji not in old)
    removed = " ".join(emoji for emoji in old if emoji not in new)
    lines = []
    for form, emojis in ((words.reaction, added), (words.reaction_removed, removed)):
        if emojis:
            text = form.format(reactions=emojis)
            lines.append(note(words.on_message.format(reactions=text, message=about)))
    return Content("\n".join(lines))


def _emojis(reactions: Sequence[Reaction], words: ContentTexts) -> list[str]:
    return [_emoji(reaction, words) for reaction in reactions]


def _emoji(reaction: Reaction, words: ContentTexts) -> str:
    match reaction:
        case ReactionTypeEmoji():
            return clean(reaction.emoji)
        case ReactionTypeCustomEmoji():
            return words.custom_emoji
        case ReactionTypePaid():
            return words.paid_reaction


def button_of(query: CallbackQuery, words: ContentTexts) -> Content:
    """Which button was pressed under a message."""
    if query.data is not None:
        return Content(note(words.button, clean(button_text(query.message, query.data))))
    return Content(note(words.game_button, clean(query.game_short_name or "")))


def membership_of(event: ChatMemberUpdated, words: ContentTexts) -> Content:
    """The customer has blocked the bot, or unblocked it."""
    status = event.new_chat_member.status
    if status in _BLOCKED:
        return Content(note(words.blocked))
    if status == "member":
        return Content(note(words.unblocked))
    return Content(note(words.membership.format(status=status)))
