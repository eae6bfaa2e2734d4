"""Which texts the page `/status` has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerdictTexts:
    """How the bridge is, in one sentence, and what to do about it."""

    levels: Mapping[str, str]
    """The state in a word or two: `good`, `warn`, `bad`."""
    works: str
    busy: tuple[str, ...]
    """`{count}` messages are on their way."""
    redis_away: str
    redis_not_saving: str
    redis_full: str
    """`{used}` of `{limit}`."""
    no_updates: str
    away: Mapping[str, str]
    """By lane: its far side has not answered since `{since}`."""
    failing: Mapping[str, str]
    """By lane: single tries fail."""
    late: str
    """The oldest message has waited for `{duration}`."""
    dead: tuple[str, ...]
    """`{count}` messages were put aside."""
    because: str
    """`{reason}`, in the words of whoever gave it."""


@dataclass(frozen=True, slots=True)
class ChartTexts:
    """The graphs."""

    last_hour: str
    last_day: str
    messages: str
    to_planfix: str
    to_telegram: str
    messages_summary: str
    """`{planfix}` and `{telegram}` in all, `{most}` a minute at most."""
    waiting: str
    average: str
    oldest: str
    waiting_summary: str
    """`{average}` and `{oldest}`, as times."""
    failures: str
    failed: str
    refused: str
    failures_summary: str
    """`{failed}` and `{refused}` in all."""
    none_yet: str
    unavailable: str
    by_hour: str
    hour: str
    gaps: str


@dataclass(frozen=True, slots=True)
class FactTexts:
    """What there is to know about the process and its store."""

    version: str
    bot: str
    mode: str
    modes: Mapping[str, str]
    role: str
    leading: str
    standing_by: str
    processes: str
    redis: str
    redis_answers: str
    """`{version}`, `{ms}`."""
    redis_away: str
    memory: str
    memory_of: str
    """`{used}` of `{limit}`."""
    disk: str
    disk_at_once: str
    disk_later: str
    disk_fails: str
    replicas: str
    uptime: str


@dataclass(frozen=True, slots=True)
class StatusTexts:
    """Everything else on the page."""

    language: str
    plural: Callable[[int], int]
    """The form of a noun, or a sentence, for a number."""
    time_format: str
    day_format: str
    decimal_point: str
    units: Mapping[str, str]
    """`s`, `min`, `h`, `d`, `MB`, `ms`."""
    title: str
    switch_language: str
    log_out: str
    skip: str
    """Leads over the page's head, for who cannot see it."""
    verdict: VerdictTexts
    waiting_title: str
    nothing_waits: str
    direction: str
    messages: str
    chats: str
    oldest: str
    lanes: Mapping[str, str]
    stuck_title: str
    stuck_chat: str
    """`{chat}`, `{messages}`, `{duration}`, `{tries}`."""
    chat: str
    reason: str
    estimated: str
    dead_title: str
    dead_help: str
    no_dead: str
    kinds: Mapping[str, str]
    put_aside: str
    details: str
    retry: str
    retry_all: str
    retried: tuple[str, ...]
    """`{count}` messages were put back."""
    not_retried: str
    further: tuple[str, ...]
    """`{count}` more letters than are shown."""
    no_letter: str
    raw_message: str
    back: str
    charts: ChartTexts
    about_title: str
    facts: FactTexts
    as_of: str
    """`{time}`."""
    lost: str
    """Said by the page itself when the bridge does not answer it."""
    login_title: str
    login_label: str
    login_help: str
    login_button: str
    wrong_key: str
    no_cookie: str
    closed_title: str
    closed: str
    foreign_form: str
