"""Which texts there are."""

from dataclasses import dataclass

from bot.texts.content import ContentTexts
from bot.texts.delivery import DeliveryTexts, FileTexts


@dataclass(frozen=True, slots=True)
class CustomerTexts:
    """What the bot itself says to a customer."""

    greeting: str
    blocked: str
    """For a customer who writes although an administrator has banned them; said once."""
    files: FileTexts
    """For files that an operator sent and that did not get through."""


@dataclass(frozen=True, slots=True)
class OperatorTexts:
    """What operators read in PlanFix beside the customers' own words; `{…}` is filled in."""

    title: str
    """Names a customer's task: `{name}`."""
    message_missing: str
    """Stands for a customer's message that PlanFix refused: `{reason}`, `{entry}`."""
    alarm: str
    """For an administrator: a customer's message is refused: `{chat}`, `{reason}`, `{entry}`."""
    alarms_held_back: str
    """How many more there were since the last alarm: `{count}`."""
    telegram_id: str
    """A line of the contact card, by which administrators find the chat: `{id}`."""
    language: str
    """A line of the contact card: `{code}`."""
    content: ContentTexts
    """For what customers send beside plain text."""
    delivery: DeliveryTexts
    """For what operators send."""
    impossible_chat: str
    unknown_phone: str
