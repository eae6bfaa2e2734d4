"""The bridge in the model: customers' messages on their way to PlanFix, as the real one takes them.

It stores what a poll gives in one call, which also leases chats in which nothing waited; claims
others, many in one call; handles each chat in order and many chats at once. What it wants of Valkey
while a call is under way goes out with the next one. The limits are the real ones.
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
IDLE_LOOK: Final = 1.0
"""Seconds after which a process looks for what another one has stored."""


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


@dataclass(frozen=True, slots=True)
class _Wish:
    does: Callable[[], object]
    messages: int
    done: simpy.Event


class Outbox:
    """The connection to Valkey: what is wanted while a call is under way goes out with the next."""

    def __init__(self, machine: Machine, process: Process, costs: Costs, valkey: Valkey) -> None:
        self._env = machine.env
        self._process = process
        self._costs = costs
        self._valkey = valkey
        self._waiting: list[_Wish] = []
        self._running = False

    def call(self, does: Callable[[], object], *, messages: int = 0) -> Steps:
        """Have `does` done, and give what it returns; counts as so many messages for Valkey."""
        wish = _Wish(does, messages, self._env.event())
        self._waiting.append(wish)
        if not self._running:
            self._running = True
            self._env.process(self._run())
        return (yield wish.done)

    def _run(self) -> Steps:
        while self._waiting:
            wishes, self._waiting = self._waiting, []
            yield from self._process.work(self._costs.bridge_call)
            answers = yield from self._valkey.call(
                partial(_all, wishes), sum(wish.messages for wish in wishes)
            )
            for wish, answer in zip(wishes, answers, strict=True):
                wish.done.succeed(answer)
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
        self._mailboxes = mailboxes
        self._planfix = planfix
        self._process = Process(machine)
        self._outbox = Outbox(machine, self._process, costs, valkey)
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
            leased = yield from self._outbox.call(partial(self._mailboxes.put, messages, room))
            self._take(leased)
            if len(leased) < len(messages):
                self._tell()

    def _claim_for_ever(self) -> Steps:
        while True:
            while self._in_hand >= AT_ONCE:
                self._freed = self._env.event()
                yield self._freed
            room = min(CLAIM, AT_ONCE - self._in_hand)
            claimed = yield from self._outbox.call(partial(self._mailboxes.claim, room))
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
            yield from self._process.work(self._costs.bridge_handle)
            yield from self._planfix(message)
            # What is remembered of it goes out with its settlement, and costs no call of its own.
            settle = partial(self._mailboxes.settle, message, keep=keep)
            if (yield from self._outbox.call(settle, messages=1)):
                self._tell()
        self._in_hand -= 1
        if not self._freed.triggered:
            self._freed.succeed()

    def _tell(self) -> None:
        if not self._news.triggered:
            self._news.succeed()


def _all(wishes: list[_Wish]) -> list[object]:
    return [wish.does() for wish in wishes]
