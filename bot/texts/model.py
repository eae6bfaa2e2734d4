"""Which texts there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.texts.content import ContentTexts
from bot.texts.delivery import DeliveryTexts


@dataclass(frozen=True, slots=True)
class CustomerTexts:
    """What the bot itself says to a customer, as plain text; `{…}` is filled in.

    Every text can be replaced in the settings: `overrides` has the rules that it must keep.
    """

    greeting: str
    """After /start: `{name}`."""
    outside_hours: str
    """Once while nobody is there: `{opens}`."""
    ask_phone: str
    phone_button: str
    phone_thanks: str
    phone_foreign: str
    """They sent somebody else's number."""
    cannot_take_file: str
    """Their file is too large for Telegram's bots: `{files}`, `{limit}` in megabytes."""
    blocked: str
    help: str
    task: str
    """`{number}`."""
    no_task: str
    task_unavailable: str
    """PlanFix did not tell the number."""
    file_link: str
    """In place of a file of an operator's: `{name}`, `{url}`."""
    file_sized_link: str
    """Also `{size}` in megabytes."""
    file_lost: str
    """`{name}`."""
    command_start: str
    """What stands beside /start in the menu of commands."""
    command_help: str
    command_task: str

    speech: "Speech"


@dataclass(frozen=True, slots=True)
class Speech:
    """How a language says what fills the texts; not for settings."""

    quoted: str
    """A name in quotation marks: `{text}`."""
    opens: Callable[[datetime, datetime], str]
    """Says when somebody is there again, by that time and now, both in the hours' time zone."""


@dataclass(frozen=True, slots=True)
class OperatorTexts:
    """What operators read in PlanFix beside the customers' own words; `{…}` is filled in."""

    title: str
    """Names a customer's task: `{name}`."""
    message_missing: str
    """Stands for a customer's message that PlanFix refused: `{reason}`, `{entry}`."""
    command_answered: str
    """The bot has answered a command by itself: `{command}`, `{answer}`."""
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
