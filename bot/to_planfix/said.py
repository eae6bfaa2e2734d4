"""What is remembered of a message, so that it can be named when it is edited or reacted to."""

from aiogram.types import InaccessibleMessage, Message

from bot.chats.remembered import Said
from bot.texts import ContentTexts
from bot.to_planfix.content import clean, note, quoted
from bot.to_planfix.files import FILE_KINDS, Origin, files_of
from bot.to_planfix.kinds import body_of


def said_in(message: Message, words: ContentTexts) -> Said:
    """What to remember of a customer's message."""
    files = files_of(message, Origin.of(message)) if has_file(message) else ()
    text = message.text if message.text is not None else message.caption
    if text is None:
        text = note(words.kinds.get(message.content_type, words.unknown_message))
    return Said(
        message.message_id,
        clean(text),
        details=details_of(message, words),
        file=" ".join(file.unique_id for file in files),
    )


def has_file(message: Message) -> bool:
    """Whether a message has a file of its own."""
    return not message.model_fields_set.isdisjoint(FILE_KINDS)


def details_of(message: Message, words: ContentTexts) -> str:
    """What else a message says beside its text: addresses behind words, or another content."""
    if message.text is None and message.caption is None:
        return "" if has_file(message) else body_of(message, words).text
    entities = message.entities or message.caption_entities or ()
    return " ".join(entity.url for entity in entities if entity.url)


def shown(snippet: str | None, words: ContentTexts) -> str:
    """A remembered message, as operators are reminded of it."""
    if not snippet:
        return words.unknown_message
    is_note = snippet.startswith("[") and snippet.endswith("]")
    return snippet if is_note else quoted(snippet, words)


def button_text(message: Message | InaccessibleMessage | None, data: str) -> str:
    """What stands on the button that sends `data`; the data itself if that is not known."""
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup else []
    return next((b.text for row in rows for b in row if b.callback_data == data), data)
