"""A Bot API that hands out updates and takes messages, and does nothing else."""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Iterable
from typing import Final

from .ledger import Ledger
from .traffic import ANSWER_AS_JSON, update
from .wire import Reply

_BOT: Final = {"id": 42, "is_bot": True, "first_name": "Benchmark", "username": "benchmark_bot"}
_ME: Final = json.dumps({"ok": True, "result": _BOT}).encode()
_TRUE: Final = b'{"ok":true,"result":true}'
_NO_PICTURES: Final = b'{"ok":true,"result":{"total_count":0,"photos":[]}}'
_NO_UPDATES: Final = b'{"ok":true,"result":[]}'
_SENT: Final = (
    b'{"ok":true,"result":{"message_id":%d,"from":{"id":42,"is_bot":true,"first_name":"Benchmark",'
    b'"username":"benchmark_bot"},"chat":{"id":%d,"first_name":"Anna","last_name":"Petrenko",'
    b'"username":"customer_%d","type":"private"},"date":%d,"text":"%d ' + ANSWER_AS_JSON + b'"}}'
)
_MOST_UPDATES: Final = 100
_CHAT = re.compile(rb"(?:^|&)chat_id=(\d+)")
_NUMBER = re.compile(rb"(?:^|&)text=(\d+)")


class Telegram:
    """The Bot API's server.

    Attributes:
        sent: What the bridge has sent to customers.
        delay: Seconds until a message of the bridge is answered.
    """

    def __init__(self) -> None:
        self.sent = Ledger()
        self.delay = 0.0
        self.polls: list[float] = []
        """When `getUpdates` was called."""
        self._updates: deque[tuple[int, bytes]] = deque()
        self._held: list[tuple[int, bytes]] = []
        self._poller: tuple[int, Reply, asyncio.TimerHandle] | None = None
        self._polled = asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._last_sent = 0

    def handle(self, path: str, body: bytes, reply: Reply) -> None:
        """Answer one call."""
        match path.rpartition("/")[2]:
            case "getUpdates":
                self._get_updates(body, reply)
            case "sendMessage":
                self._send_message(body, reply)
            case "getMe":
                reply(_ME)
            case "getUserProfilePhotos":
                reply(_NO_PICTURES)
            case _:
                reply(_TRUE)

    def hold(self, messages: Iterable[tuple[int, int]]) -> None:
        """Make updates, from pairs of number and chat, and keep them behind the gate."""
        self._held += [(number, update(number, chat)) for number, chat in messages]

    def release(self) -> float:
        """Open the gate: everything held can be fetched from now on. Returns the time."""
        self._updates += self._held
        self._held.clear()
        self._answer_poller()
        return time.monotonic()

    def forget(self) -> None:
        """Drop all updates and records."""
        self._updates.clear()
        self._held.clear()
        self._polled.clear()
        self.polls = []
        self.sent = Ledger()
        self.delay = 0.0

    async def polled(self) -> float:
        """Wait for the first call of `getUpdates` since records were dropped; gives its time."""
        await self._polled.wait()
        return self.polls[0]

    async def fetched(self) -> None:
        """Wait until every update that could be fetched is acknowledged."""
        while self._updates:
            self._acknowledged.clear()
            await self._acknowledged.wait()

    def _get_updates(self, body: bytes, reply: Reply) -> None:
        fields = dict(pair.split(b"=", 1) for pair in body.split(b"&") if pair)
        offset, seconds = int(fields.get(b"offset", 0)), float(fields.get(b"timeout", 0))
        limit = min(int(fields.get(b"limit", _MOST_UPDATES)), _MOST_UPDATES)
        self._answer_poller()  # a second one of the same bot ends the first
        while self._updates and self._updates[0][0] < offset:
            self._updates.popleft()
        if not self._updates:
            self._acknowledged.set()
        self.polls.append(time.monotonic())
        self._polled.set()
        if self._updates or not seconds:
            reply(self._first(limit))
            return
        timer = asyncio.get_running_loop().call_later(seconds, self._answer_poller)
        self._poller = limit, reply, timer

    def _answer_poller(self) -> None:
        if self._poller:
            limit, reply, timer = self._poller
            self._poller = None
            timer.cancel()
            reply(self._first(limit))

    def _first(self, limit: int) -> bytes:
        if not self._updates:
            return _NO_UPDATES
        count = min(limit, len(self._updates))
        return b'{"ok":true,"result":[%b]}' % b",".join(self._updates[i][1] for i in range(count))

    def _send_message(self, body: bytes, reply: Reply) -> None:
        chat, number = _int(_CHAT, body), _int(_NUMBER, body)
        self.sent.record(chat, number)
        self._last_sent += 1
        answer = _SENT % (self._last_sent, chat, chat, int(time.time()), number)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, reply, answer)
        else:
            reply(answer)


def _int(pattern: re.Pattern[bytes], body: bytes) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else 0
