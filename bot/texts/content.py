"""Which words stand for what PlanFix has no command for, or what is no text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentTexts:
    """Words for customers' messages; `{…}` is filled in. None of them has brackets of its own."""

    kinds: Mapping[str, str]
    """What each kind of content is called, by its Bot API name."""
    nouns: Mapping[str, tuple[str, ...]]
    """Things that are counted, in the forms that the language has."""
    plural: Callable[[int], int]
    """Which of a noun's forms goes with a number."""
    date_format: str
    """For `strftime`; dates are in UTC."""
    map_link: str
    """Shows a place: `{latitude}`, `{longitude}`."""
    quoted: str
    """Somebody's words: `{text}`."""

    unsupported: str
    """A message of a kind that cannot be carried: `{kind}`, as the Bot API calls it."""
    too_large: str
    """A file above Telegram's limit: `{name}`, `{size}` and `{limit}` in megabytes."""
    spoiler: str
    """Words that are hidden until they are tapped: `{text}`."""
    forwarded: str
    """`{who}` wrote it."""
    reply_elsewhere: str
    """The quoted message stands in another chat: `{who}` wrote it."""
    edited: str
    caption_removed: str
    unknown_message: str
    """A message of which nothing is known."""
    unavailable_message: str

    reaction: str
    reaction_removed: str
    on_message: str
    """`{reactions}` to a message with the words `{message}`."""
    custom_emoji: str
    paid_reaction: str

    button: str
    game_button: str
    buttons: str
    started_again: str
    started_by_link: str
    """The customer followed a link that fills in fields of the task, which stand behind it."""
    task_title: str
    """The title that a link gives to the task."""
    unsigned_link: str
    """A link with fields came without the signature that is required."""
    blocked: str
    unblocked: str
    membership: str
    """The bot's status in the chat became `{status}`."""

    own_contact: str
    phone: str
    organization: str
    job_title: str
    email: str
    address: str
    site: str
    birthday: str
    remark: str

    live_location: str
    live_location_ended: str
    live_for: str
    """`{time}`."""
    accuracy: str
    """`{metres}`."""
    proximity: str
    """`{traveler}`, `{watcher}`, `{metres}`."""

    quiz: str
    anonymous: str
    several_answers: str
    closed: str
    correct: str
    explanation: str
    task: str
    """A task of a checklist whose words are not known: `{number}`."""

    stars: str
    """`{count}` of Telegram's stars."""
    premium: str
    """`{months}` of Telegram Premium as a prize."""
    paid_preview: str
    """Media that nobody may see before paying."""
    until: str
    """`{date}`."""
    prize: str
    unclaimed: str
    price: str
    comment: str
    send_date: str
    encrypted: str
    off: str
    no_reason: str
    suggested_states: Mapping[str, str]
    refund_reasons: Mapping[str, str]

    def count(self, noun: str, number: int) -> str:
        """A number and its noun: `1 winner`, `5 winners`."""
        return f"{number} {self.nouns[noun][self.plural(number)]}"

    def time(self, seconds: int) -> str:
        """A span of time in the largest unit that fits: `5 minutes`, `1 day`."""
        for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if seconds >= length and seconds % length == 0:
                return self.count(unit, seconds // length)
        if seconds > 60:  # noqa: PLR2004 - a minute
            return self.count("minute", round(seconds / 60))
        return self.count("second", seconds)
