"""Why Telegram refuses messages: what that means for the next try, and for the operator."""

import re
from enum import Enum, auto
from typing import Final

from bot.texts import DeliveryTexts


class Scope(Enum):
    """What Telegram refuses, when it refuses a message."""

    CHAT = auto()
    """Any message to this chat."""
    FORMATTING = auto()
    """The text's formatting: without it the text passes."""
    CONTENT = auto()
    """This text or this file; in another form it may pass."""


_FORMATTING: Final = re.compile(
    r"can't parse (message)?entit|entity (beginning|begins|url)|an entity with incorrect"
    r"|entit\w*_|unsupported url protocol|wrong http url|url_invalid",
    re.IGNORECASE,
)
_FORM: Final = re.compile(
    r"to send (photo|video|animation|gif|audio|voice|document|music|file|media)\w*"
    r"|chat_send_(photo|video|gif|audio|voice|doc|media)s?_forbidden"
    r"|voice_messages_forbidden|receiving of voice",
    re.IGNORECASE,
)
"""One form of content is not welcome in the chat; another may be."""

_REASONS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (r"user is deactivated|user_deactivated|input_user_deactivated", "deactivated"),
        (r"blocked by the user|user_is_blocked|you_blocked_user", "blocked"),
        (r"kicked|user_banned_in_channel", "kicked"),
        (r"can't initiate conversation|can't send messages to bots", "never_wrote"),
        (r"not a member|channel_private|user_not_participant", "not_member"),
        (r"group chat was (deactivated|deleted)|chat was deleted|group is deactiv", "chat_gone"),
        (r"thread not found|topic_(closed|deleted)|topic (closed|deleted)", "topic_gone"),
        (r"business.connection|business_peer", "business_closed"),
        (r"chat not found|user not found|peer_id_invalid|chat_id is empty", "chat_not_found"),
        (r"no rights to send|rights to send (text )?messages|send_plain_forbidden", "no_rights"),
        (r"write_forbidden|chat_restricted|chat_admin_required|administrator rights", "no_rights"),
    )
)
"""Telegram's words about a chat, and the name of ours among `DeliveryTexts`."""


def scope_of(reason: str, *, forbidden: bool = False) -> Scope:
    """What a refusal in Telegram's words is about. `forbidden`: the error's code is 403."""
    if _FORMATTING.search(reason):
        return Scope.FORMATTING
    if _FORM.search(reason):
        return Scope.CONTENT
    if forbidden or any(pattern.search(reason) for pattern, _ in _REASONS):
        return Scope.CHAT
    return Scope.CONTENT


def explain(reason: str, words: DeliveryTexts) -> str:
    """A refusal in Telegram's words as a sentence for an operator."""
    for pattern, text in _REASONS:
        if pattern.search(reason):
            sentence: str = getattr(words, text)
            return sentence
    return words.refused.format(reason=plain_reason(reason))


def plain_reason(reason: str) -> str:
    """Telegram's words without what it begins all of them with."""
    return re.sub(r"^(Bad Request|Forbidden): ", "", reason)
