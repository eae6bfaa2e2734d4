"""What lies in the mailboxes, and how it is held."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType
from urllib.parse import quote

ChatKey = NewType("ChatKey", str)
"""Names a chat in the journal and in the mapping; PlanFix's `chatId`. Made in `chats.py` alone."""

Lane = NewType("Lane", str)
"""Where a mailbox's entries go. Each lane has a worker of its own."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Something to store: `body` for the handler of `kind`, in the mailbox of `chat` in `lane`.

    `id` tells a repeat: a second posting of the same id is not stored. Empty: a fresh one is made.
    """

    lane: Lane
    chat: ChatKey
    kind: str
    body: bytes
    id: str = ""

    def entry(self) -> tuple[str, bytes]:
        """Its id and the bytes that lie in the mailbox: one line about it, then the body."""
        entry_id = quote(self.id, safe=":") if self.id else secrets.token_urlsafe(12)
        at_ms = time.time_ns() // 1_000_000
        return entry_id, f"{entry_id} {self.kind} {at_ms}\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored posting."""

    id: str
    kind: str
    stored_at: float
    """When it was stored, in seconds since 1970."""
    body: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Entry":
        """Read what `Posting.entry` wrote."""
        line, _, body = raw.partition(b"\n")
        entry_id, kind, at_ms = line.decode().split(" ")
        return cls(entry_id, kind, int(at_ms) / 1000, body)

    def age(self) -> float:
        """Seconds since it was stored."""
        return max(0.0, time.time() - self.stored_at)


@dataclass(frozen=True, slots=True)
class Tries:
    """What was noted when the head of a mailbox could not be settled."""

    count: int = 0
    unknown: int = 0
    """How many of them had an unknown outcome: the head may have been done already."""
    reason: str = ""

    def dump(self) -> str:
        """Its form in Redis."""
        return f"{self.count} {self.unknown} {self.reason}"

    @classmethod
    def parse(cls, raw: bytes) -> "Tries":
        """Read what `dump` wrote, or nothing."""
        if not raw:
            return cls()
        count, unknown, reason = raw.decode().split(" ", 2)
        return cls(int(count), int(unknown), reason)


@dataclass(slots=True)
class Lease:
    """A chat's mailbox in one lane, held by a worker until it settles or postpones it."""

    lane: Lane
    chat: ChatKey
    fence: str
    """Tells this lease from any later one of the same mailbox."""
    interrupted: bool
    """The one who had it before never gave it back: what it did with the head is not known."""
    tries: Tries
    progress: bytes
    """What was last recorded about the head."""
    entries: list[Entry]
    """The first entries of the mailbox, the head first; never empty."""
    record: Sequence[bytes] | None = None
    """What the mapping has of the chat, as Redis gives a hash; None: it may have changed since."""

    @property
    def head(self) -> Entry:
        """The entry to handle now."""
        return self.entries[0]

    def advance(self, done: int) -> None:
        """Go on to the next entry, after a settlement that kept the lease."""
        del self.entries[:done]
        self.interrupted, self.tries, self.progress = False, Tries(), b""
        self.record = None
