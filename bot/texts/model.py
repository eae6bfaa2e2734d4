"""Which texts there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomerTexts:
    """What the bot itself says to a customer."""

    greeting: str


@dataclass(frozen=True, slots=True)
class OperatorTexts:
    """What operators read in PlanFix beside the customers' own words; `{…}` is filled in."""

    title: str
    """Names a customer's task: `{name}`."""
    language: str
    """A line of the contact card: `{code}`."""
    unsupported: str
    """Stands for a message of a kind that cannot be carried: `{kind}`, as the Bot API calls it."""
    too_large: str
    """Stands for a file above Telegram's limit: `{name}`, `{size}` and `{limit}` in megabytes."""
    blocked: str
    deactivated: str
    chat_not_found: str
    impossible_chat: str
    unknown_phone: str
    refused: str
    """Telegram refused a message for another reason: `{reason}`, in Telegram's words."""
    file_not_fetched: str
    """An operator's file could not be downloaded: `{name}`, `{reason}`."""
