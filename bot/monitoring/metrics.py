"""What the bridge counts about itself, for `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_AGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43200)
_CALLS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The bridge's metrics in a registry of their own. No label names a chat or a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stored = Counter(
            "bridge_stored",
            "Entries stored in the journal, by lane; repeats are those that were known already.",
            ("lane", "outcome"),
            registry=self.registry,
        )
        self.handled = Counter(
            "bridge_handled",
            "Entries handled, by lane and outcome.",
            ("lane", "outcome"),
            registry=self.registry,
        )
        self.refused = Counter(
            "bridge_refused",
            "Requests of strangers to our server that were refused, by door and HTTP status.",
            ("door", "status"),
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
        self.calls = Histogram(
            "bridge_call_seconds",
            "Duration of calls to PlanFix and Telegram, by side and outcome.",
            ("side", "outcome"),
            buckets=_CALLS,
            registry=self.registry,
        )
        self.waiting_chats = Gauge(
            "bridge_waiting_chats",
            "Chats with something in their mailbox, by lane.",
            ("lane",),
            registry=self.registry,
        )
        self.dead_letters = Gauge(
            "bridge_dead_letters", "Entries put aside for good.", registry=self.registry
        )
