"""The table of everything that a message can hold: how it is carried, or why it is not.

Every field of the Bot API's Message stands in one of the two tables; a test compares them with
aiogram's model, so that no new kind of message can come in unnoticed.
"""

from collections.abc import Sequence
from typing import Final

from aiogram.types import Message

from bot.texts import ContentTexts
from bot.to_planfix import cards, files, gifts, money, places, polls, rich, service
from bot.to_planfix.content import Content, clean, joined, note
from bot.to_planfix.entities import readable
from bot.to_planfix.origins import lines_above
from bot.to_planfix.service import Carry


def text_of(message: Message, words: ContentTexts) -> Content:
    """The text, with what its formatting means written out."""
    return Content(clean(readable(message.text or "", message.entities, words)))


def caption_of(message: Message, words: ContentTexts) -> Content:
    """The caption, in the same way."""
    return Content(clean(readable(message.caption or "", message.caption_entities, words)))


CARRIED: Final[dict[str, Carry]] = {
    "text": text_of,
    "caption": caption_of,
    **dict.fromkeys(files.FILE_KINDS, files.file_content),
    "sticker": files.sticker,
    "contact": cards.contact,
    "users_shared": cards.users_shared,
    "user_shared": cards.user_shared,
    "chat_shared": cards.chat_shared,
    "venue": places.venue,
    "location": places.location,
    "proximity_alert_triggered": places.proximity,
    "poll": polls.poll,
    "poll_option_added": polls.poll_option,
    "poll_option_deleted": polls.poll_option,
    "checklist": polls.checklist,
    "checklist_tasks_done": polls.tasks_done,
    "checklist_tasks_added": polls.tasks_added,
    "invoice": money.invoice,
    "successful_payment": money.payment,
    "refunded_payment": money.payment,
    "paid_media": money.paid_media,
    "suggested_post_info": money.suggested_post,
    "suggested_post_approved": money.suggested_post_answered,
    "suggested_post_approval_failed": money.suggested_post_answered,
    "suggested_post_declined": money.suggested_post_answered,
    "suggested_post_paid": money.suggested_post_money,
    "suggested_post_refunded": money.suggested_post_money,
    "paid_message_price_changed": money.message_price,
    "direct_message_price_changed": money.message_price,
    "gift": gifts.gift,
    "gift_upgrade_sent": gifts.gift,
    "unique_gift": gifts.unique_gift,
    "giveaway": gifts.giveaway,
    "giveaway_winners": gifts.giveaway_winners,
    "giveaway_created": gifts.giveaway_event,
    "giveaway_completed": gifts.giveaway_event,
    "rich_message": rich.rich_message,
    "game": service.game,
    "new_chat_photo": service.new_chat_photo,
    "reply_markup": service.buttons,
    **{kind: service.detailed(kind, detail) for kind, detail in service.DETAILED.items()},
    **{kind: service.happening(kind) for kind in service.HAPPENINGS},
}
"""How each field that has content is carried."""

_ABOVE = "told in the line above the words"
_PLACE = "where the message stands, not what it says"
_LOOK = "how the message looks, not what it says"
_PAID = "what it cost to send the message, not what it says"
_GUEST = "for bots that answer as guests in other chats; this one does not"
_BUSINESS = "business connections are not carried"

NOT_CARRIED: Final[dict[str, str]] = {
    "message_id": _PLACE,
    "date": _PLACE,
    "chat": _PLACE,
    "message_thread_id": _PLACE,
    "direct_messages_topic": _PLACE,
    "is_topic_message": _PLACE,
    "from_user": "goes with the message as the contact",
    "sender_chat": "a group's or a channel's own messages are not carried",
    "sender_boost_count": "about a member of a group",
    "sender_tag": "about a member of a group",
    "author_signature": "about the author of a channel's post",
    "sender_business_bot": _BUSINESS,
    "business_connection_id": _BUSINESS,
    "guest_query_id": _GUEST,
    "guest_bot_caller_user": _GUEST,
    "guest_bot_caller_chat": _GUEST,
    "receiver_user": "the bot itself",
    "ephemeral_message_id": "for messages that only one member of a group sees",
    "forward_origin": _ABOVE,
    "is_automatic_forward": "about a channel's posts in its group",
    "reply_to_message": _ABOVE,
    "external_reply": _ABOVE,
    "quote": _ABOVE,
    "reply_to_story": _ABOVE,
    "reply_to_checklist_task_id": _ABOVE,
    "reply_to_poll_option_id": _ABOVE,
    "via_bot": "which bot helped to write the message, not what it says",
    "edit_date": "an edit is told by its update",
    "has_protected_content": "forbids to forward inside Telegram",
    "is_from_offline": "when the message was written, not what it says",
    "is_paid_post": _PAID,
    "paid_star_count": _PAID,
    "media_group_id": "holds an album together",
    "entities": "written out in the text",
    "caption_entities": "written out in the caption",
    "link_preview_options": _LOOK,
    "effect_id": _LOOK,
    "show_caption_above_media": _LOOK,
    "has_media_spoiler": _LOOK,
    "forward_date": "when the original was written, not what it says",
    "forward_from": _ABOVE,
    "forward_from_chat": _ABOVE,
    "forward_from_message_id": _ABOVE,
    "forward_sender_name": _ABOVE,
    "forward_signature": _ABOVE,
}
"""Why each of the other fields becomes no content."""

_RANKS: Final = {field: rank for rank, field in enumerate(CARRIED)}


def content_of(
    messages: Sequence[Message], words: ContentTexts, unreadable: Sequence[str] = ()
) -> Content:
    """Everything in a message, or in the messages of an album, for operators; never empty.

    Args:
        messages: One message of any kind, or all of an album in their order.
        words: In which language.
        unreadable: Fields that were there, but could not be read.
    """
    said = joined([body_of(message, words) for message in messages])
    lost = [name for name in unreadable if name not in NOT_CARRIED]
    if not said and not lost:
        lost = unknown_fields(messages[0])
    missed = [Content(unsupported(name, words)) for name in dict.fromkeys(lost)]
    return joined([Content(lines_above(messages[0], words)), said, *missed])


def body_of(message: Message, words: ContentTexts) -> Content:
    """What the message itself says, without the lines above it; may be empty."""
    fields = [field for field in message.model_fields_set if field in CARRIED]
    if fields == ["text"]:
        return text_of(message, words)
    present = sorted((f for f in fields if getattr(message, f)), key=_RANKS.__getitem__)
    ways = dict.fromkeys(CARRIED[field] for field in present)
    return joined([carry(message, words) for carry in ways])


def unknown_fields(message: Message) -> list[str]:
    """The Bot API's names of what a message without content may have held."""
    extra = sorted(message.model_extra or ())
    return extra or sorted(message.model_fields_set & CARRIED.keys()) or ["message"]


def unsupported(kind: str, words: ContentTexts) -> str:
    """Says that something cannot be carried, by its Bot API name."""
    return note(words.unsupported.format(kind=clean(kind)))
