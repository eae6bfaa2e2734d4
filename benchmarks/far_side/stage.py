"""What the far side can be told to do, and asked."""

import asyncio
import time
from itertools import count, islice
from typing import Literal

from .ledger import Ledger
from .planfix import Planfix, Post
from .telegram import Telegram
from .traffic import chat_of

What = Literal["messages", "sent", "reports"]


class FarSide:
    """The commands, each an `async` method with plain arguments and a result that is JSON.

    Numbers of messages are never used twice while the process lives: a bridge would take the
    second one for a repeat.
    """

    def __init__(self, telegram: Telegram, planfix: Planfix) -> None:
        self._telegram = telegram
        self._planfix = planfix
        self._numbers = count(1)

    async def reset(self) -> None:
        """Forget everything but the numbers that were used."""
        self._telegram.forget()
        self._planfix.forget()

    async def polled(self, seconds: float = 60) -> float:
        """Wait until somebody has asked for updates since the reset; gives the time of the call."""
        async with asyncio.timeout(seconds):
            return await self._telegram.polled()

    async def polls(self) -> list[float]:
        """When updates were asked for."""
        return self._telegram.polls

    async def hold(self, messages: int, chats: int) -> None:
        """Let customers write while nobody can fetch it yet."""
        self._telegram.hold(self._take(messages, chats))

    async def release(self) -> float:
        """Let what customers wrote be fetched; gives the time."""
        return self._telegram.release()

    async def fetched(self, seconds: float) -> None:
        """Wait until all that customers wrote was fetched and acknowledged."""
        async with asyncio.timeout(seconds):
            await self._telegram.fetched()

    async def write(self, rate: float, seconds: float, chats: int) -> list[tuple[int, float]]:
        """Let customers write at a steady rate, per second; gives each number and its time."""
        written: list[tuple[int, float]] = []
        begin = time.monotonic()
        for n, (number, chat) in enumerate(self._take(round(rate * seconds), chats)):
            await asyncio.sleep(max(0.0, begin + n / rate - time.monotonic()))
            self._telegram.hold([(number, chat)])
            written.append((number, self._telegram.release()))
        return written

    async def post(self, url: str, messages: int, chats: int, at_once: int) -> list[Post]:
        """Let operators write, over so many connections; gives what became of each call."""
        return await self._planfix.post(url, self._take(messages, chats), at_once)

    async def slow(
        self, delay: float = 0, hung_chat: int | None = None, hung_seconds: float = 0
    ) -> None:
        """Answer late: every call by `delay` seconds; customers' messages of one chat by more."""
        self._telegram.delay = self._planfix.delay = delay
        self._planfix.hung = {} if hung_chat is None else {hung_chat: hung_seconds}

    async def reach(self, what: What, messages: int, seconds: float) -> bool:
        """Wait until so many different ones have arrived; tells whether they did in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._ledger(what).reach(messages)
        except TimeoutError:
            return False
        return True

    async def arrivals(self, what: What) -> list[tuple[float, int, int]]:
        """What has arrived since the last reset, in its order: time, chat, number."""
        return self._ledger(what).arrivals

    def _ledger(self, what: What) -> Ledger:
        return {
            "messages": self._planfix.messages,
            "sent": self._telegram.sent,
            "reports": self._planfix.reports,
        }[what]

    def _take(self, messages: int, chats: int) -> list[tuple[int, int]]:
        return [(number, chat_of(number, chats)) for number in islice(self._numbers, messages)]
