"""What the bridge counts about itself, for `/metrics`."""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from bot.journal.handling import BANNED
from bot.journal.lanes import LANES, PLANFIX, TELEGRAM
from bot.version import program_version

_AGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43200)
_CALLS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

OWN_LIMIT: Final = "own"
"""A label: the limit is one of `limits.…`, which keeps us below Telegram's."""
THEIR_LIMIT: Final = "theirs"
"""A label: the far side said that we are too fast (HTTP 429)."""


class Metrics:
    """The bridge's metrics in a registry of their own. No label names a chat or a person.

    Counters and histograms are kept where things happen. Gauges are set when somebody asks.
    """

    def __init__(self) -> None:
        # When each counter began is of no use to anybody. The function ships without types.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Info("bridge_build", "The program's version.", registry=self.registry)
        build.info({"version": program_version()})
        self._count_work()
        self._count_the_far_sides()
        self._show_the_queue()
        self._show_redis()
        self._begin_at_zero()

    def _count_work(self) -> None:
        self.stored = Counter(
            "bridge_stored",
            "Entries stored in the journal, by lane; repeats are those that were known already.",
            ("lane", "outcome"),
            registry=self.registry,
        )
        self.handled = Counter(
            "bridge_handled",
            "Entries by lane and outcome: done, retried (the try failed), refused, banned.",
            ("lane", "outcome"),
            registry=self.registry,
        )
        self.age = Histogram(
            "bridge_age_seconds",
            "Time from storing an entry to finishing it, by lane.",
            ("lane",),
            buckets=_AGES,
            registry=self.registry,
        )
        self.possible_repeats = Counter(
            "bridge_possible_repeats",
            "Entries tried again though the outcome of the last try is not known, by lane.",
            ("lane",),
            registry=self.registry,
        )
        self.refused = Counter(
            "bridge_refused",
            "Requests of strangers to our server that were refused, by door and HTTP status.",
            ("door", "status"),
            registry=self.registry,
        )

    def _count_the_far_sides(self) -> None:
        self.calls = Histogram(
            "bridge_call_seconds",
            "Duration of calls to PlanFix and Telegram, by side, method and outcome.",
            ("side", "method", "outcome"),
            buckets=_CALLS,
            registry=self.registry,
        )
        self._limit_hits = Counter(
            "bridge_limit_hits",
            "Times that sending had to wait, by side and whose limit it was: own or theirs (429).",
            ("side", "limit"),
            registry=self.registry,
        )
        self._limit_wait = Counter(
            "bridge_limit_wait_seconds",
            "Seconds for which sending had to wait, summed over chats, by side and limit.",
            ("side", "limit"),
            registry=self.registry,
        )
        self.away = Gauge(
            "bridge_away_seconds",
            "For how long the far side of a lane has not answered; 0: it answers.",
            ("lane",),
            registry=self.registry,
        )
        self.receiving = Gauge(
            "bridge_receiving",
            "1 if Telegram's updates come in, here or in the process that polls.",
            registry=self.registry,
        )
        self.leading = Gauge(
            "bridge_leading",
            "1 if this process takes Telegram's updates in, 0 if it stands by.",
            registry=self.registry,
        )

    def _show_the_queue(self) -> None:
        self.waiting_chats = Gauge(
            "bridge_waiting_chats",
            "Chats with something in their mailbox, by lane.",
            ("lane",),
            registry=self.registry,
        )
        self.waiting_entries = Gauge(
            "bridge_waiting_entries",
            "Entries in mailboxes, by lane; estimated when very many chats wait.",
            ("lane",),
            registry=self.registry,
        )
        self.oldest = Gauge(
            "bridge_oldest_waiting_seconds",
            "Age of the entry that has waited for longest, by lane; 0: none waits.",
            ("lane",),
            registry=self.registry,
        )
        self.dead_letters = Gauge(
            "bridge_dead_letters", "Entries put aside for good.", registry=self.registry
        )

    def _show_redis(self) -> None:
        self.redis_up = Gauge(
            "bridge_redis_up", "1 if Redis answered when it was asked.", registry=self.registry
        )
        self.redis_ping = Gauge(
            "bridge_redis_ping_seconds",
            "How long Redis took to answer the last time it was asked.",
            registry=self.registry,
        )
        self.redis_memory = Gauge(
            "bridge_redis_memory_bytes", "Memory that Redis uses.", registry=self.registry
        )
        self.redis_memory_limit = Gauge(
            "bridge_redis_memory_limit_bytes",
            "Memory that Redis may use; 0: no limit is set.",
            registry=self.registry,
        )
        self.redis_saved = Gauge(
            "bridge_redis_saved",
            "1 if what Redis last wrote to disk went well.",
            registry=self.registry,
        )

    def _begin_at_zero(self) -> None:
        """Show counters before their first event: what appears at 1 has no increase."""
        for lane in LANES:
            for outcome in ("done", "retried", "refused"):
                self.handled.labels(lane, outcome)
            self.age.labels(lane)
            self.possible_repeats.labels(lane)
        for lane in (PLANFIX, TELEGRAM):
            for outcome in ("new", "repeat"):
                self.stored.labels(lane, outcome)
            self.handled.labels(lane, BANNED)
        for side, limit in (
            ("telegram", OWN_LIMIT), ("telegram", THEIR_LIMIT), ("planfix", THEIR_LIMIT),
        ):  # fmt: skip
            self._limit_hits.labels(side, limit)
            self._limit_wait.labels(side, limit)

    def limited(self, side: str, limit: str, seconds: float) -> None:
        """Count that a limit makes something wait for `seconds`."""
        self._limit_hits.labels(side, limit).inc()
        self._limit_wait.labels(side, limit).inc(seconds)
