"""The bridge in the model: customers' messages on their way to PlanFix, as the real one takes them.

It stores what a poll gives in one call, which also leases chats in which nothing waited; claims
others, many in one call; handles each chat in order and many chats at once; and shares the calls
that load, remember and settle. The limits are the real ones.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import simpy

from benchmarks.simulation.machine import Costs, Machine, Process, Steps, Valkey

AT_ONCE: Final = 100
"""Chats that a process has in hand at most."""
CLAIM: Final = 32
"""Chats that one claim takes at most."""
ENTRIES: Final = 11
"""Messages of a chat that come with a claim."""
POLL: Final = 100
"""Updates that one poll gives at most."""
SHARE: Final = 200
"""Settlements that share a call at most."""
IDLE_LOOK: Final = 1.0
"""Seconds after which a process looks for what another one has stored."""


Batch = list[Callable[[], object]]
"""What a shared call does."""


@dataclass(slots=True)
class Message:
    """A customer's message: when it came to Telegram, and when it arrived at PlanFix."""

    chat: int
    number: int
    at: float
    arrived: float = -1.0


@dataclass(slots=True)
class Telegram:
    """Keeps messages until they are polled."""

    env: simpy.Environment
    waiting: deque[Message] = field(default_factory=deque)
    _news: simpy.Event | None = None

    def write(self, message: Message) -> None:
        """A customer writes."""
        self.waiting.append(message)
        if self._news:
            self._news.succeed()
            self._news = None

    def poll(self) -> Steps:
        """Up to `POLL` messages, as soon as there is one."""
        if not self.waiting:
            self._news = self.env.event()
            yield self._news
        return [self.waiting.popleft() for _ in range(min(POLL, len(self.waiting)))]


class Mailboxes:
    """The journal: a mailbox per chat, and the chats that are due, first in, first out."""

    def __init__(self) -> None:
        self._boxes: dict[int, deque[Message]] = {}
        self._due: dict[int, None] = {}
        self._leased: set[int] = set()

    def put(self, messages: list[Message], room: int) -> list[list[Message]]:
        """Append, and lease up to `room` chats in which nothing waited; gives their messages."""
        leased: list[list[Message]] = []
        for message in messages:
            box = self._boxes.setdefault(message.chat, deque())
            box.append(message)
            if len(box) == 1 and len(leased) < room:
                self._leased.add(message.chat)
                leased.append([message])
            elif message.chat not in self._leased:
                self._due.setdefault(message.chat)
        return leased

    def claim(self, most: int) -> list[list[Message]]:
        """Lease chats; gives the first messages of each."""
        chats = list(self._due)[:most] if len(self._due) <= most else _first(self._due, most)
        for chat in chats:
            del self._due[chat]
        self._leased.update(chats)
        return [list(self._boxes[chat])[:ENTRIES] for chat in chats]

    def settle(self, message: Message, *, keep: bool) -> bool:
        """Drop the head of a mailbox; without `keep` the chat is given back, if it is not empty.

        Tells whether it was given back.
        """
        box = self._boxes[message.chat]
        box.popleft()
        if keep:
            return False
        self._leased.discard(message.chat)
        if box:
            self._due[message.chat] = None
            return True
        del self._boxes[message.chat]
        return False


def _first(chats: dict[int, None], most: int) -> list[int]:
    found = iter(chats)
    return [next(found) for _ in range(most)]


class Shared:
    """Calls that share a round trip: what comes while one is under way goes out with the next."""

    def __init__(self, machine: Machine, call: Callable[[Batch], Steps]) -> None:
        self._machine = machine
        self._call = call
        self._waiting: list[tuple[Callable[[], object], simpy.Event]] = []
        self._running = False

    def __call__(self, does: Callable[[], object]) -> Steps:
        """Have `does` done with the next call, and give what it returns."""
        done = self._machine.env.event()
        self._waiting.append((does, done))
        if not self._running:
            self._running = True
            self._machine.env.process(self._run())
        return (yield done)

    def _run(self) -> Steps:
        while self._waiting:
            batch, self._waiting = self._waiting[:SHARE], self._waiting[SHARE:]
            answers = yield from self._call([does for does, _ in batch])
            for (_, done), answer in zip(batch, answers, strict=True):
                done.succeed(answer)
        self._running = False


class Bridge:
    """One process of the bridge.

    Args:
        machine: Where it runs.
        costs: What its work takes.
        valkey: Where it keeps its mailboxes, perhaps with other bridges.
        mailboxes: The mailboxes.
        planfix: Takes a message; done when it has answered.
    """

    def __init__(
        self,
        machine: Machine,
        costs: Costs,
        valkey: Valkey,
        mailboxes: Mailboxes,
        planfix: Callable[[Message], Steps],
    ) -> None:
        self._env = machine.env
        self._costs = costs
        self._valkey = valkey
        self._mailboxes = mailboxes
        self._planfix = planfix
        self._process = Process(machine)
        self._load = Shared(machine, self._load_many)
        self._remember = Shared(machine, self._remember_many)
        self._settle = Shared(machine, self._settle_many)
        self._in_hand = 0
        self._news = self._env.event()
        self._freed = self._env.event()
        self._env.process(self._claim_for_ever())

    def poll_for_ever(self, telegram: Telegram) -> Steps:
        """Take in what customers write; one process of several does."""
        while True:
            messages = yield from telegram.poll()
            yield from self._process.work(
                self._costs.bridge_call + len(messages) * self._costs.bridge_store
            )
            room = AT_ONCE - self._in_hand
            leased = yield from self._call(partial(self._mailboxes.put, messages, room))
            self._take(leased)
            if len(leased) < len(messages):
                self._tell()

    def _claim_for_ever(self) -> Steps:
        while True:
            while self._in_hand >= AT_ONCE:
                self._freed = self._env.event()
                yield self._freed
            room = min(CLAIM, AT_ONCE - self._in_hand)
            claimed = yield from self._call(partial(self._mailboxes.claim, room))
            self._take(claimed)
            if not claimed:
                yield self._news | self._env.timeout(IDLE_LOOK)
                self._news = self._env.event()

    def _take(self, leased: list[list[Message]]) -> None:
        self._in_hand += len(leased)
        for messages in leased:
            self._env.process(self._work(messages))

    def _work(self, messages: list[Message]) -> Steps:
        for place, message in enumerate(messages, 1):
            keep = place < len(messages)
            yield from self._load(_nothing)
            yield from self._process.work(self._costs.bridge_handle)
            yield from self._planfix(message)
            self._env.process(self._remember(_nothing))  # nobody waits for it
            if (yield from self._settle(partial(self._mailboxes.settle, message, keep=keep))):
                self._tell()
        self._in_hand -= 1
        if not self._freed.triggered:
            self._freed.succeed()

    def _tell(self) -> None:
        if not self._news.triggered:
            self._news.succeed()

    def _load_many(self, batch: Batch) -> Steps:
        return (yield from self._call(partial(_all, batch), writes=False))

    def _remember_many(self, batch: Batch) -> Steps:
        return (yield from self._call(partial(_all, batch)))

    def _settle_many(self, batch: Batch) -> Steps:
        return (yield from self._call(partial(_all, batch), messages=len(batch)))

    def _call(self, does: Callable[[], object], *, messages: int = 0, writes: bool = True) -> Steps:
        """Call Valkey. What it does for a message is counted where the message is settled."""
        yield from self._process.work(self._costs.bridge_call)
        return (yield from self._valkey.call(does, messages, writes=writes))


def _nothing() -> None:
    """What is loaded or remembered matters to nobody here."""


def _all(batch: Batch) -> list[object]:
    return [does() for does in batch]
