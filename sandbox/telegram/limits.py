"""How many messages a bot may send: 30/s in all, 1/s in a chat with bursts, 20/min in a group."""

import math
import time
from collections import defaultdict

from sandbox.telegram.errors import too_many_requests

IN_ALL = 30.0
PER_CHAT = 1.0
PER_GROUP = 20 / 60
BURST = 5.0
GROUP_BURST = 20.0


class Bucket:
    """A token bucket: `rate` tokens a second, at most `size` of them."""

    def __init__(self, rate: float, size: float) -> None:
        self._rate = rate
        self._size = size
        self._tokens = size
        self._time = time.monotonic()

    def wait(self, tokens: int) -> float:
        """Return the seconds until `tokens` can be taken; a full bucket pays for any number."""
        now = time.monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._time) * self._rate)
        self._time = now
        return max(0.0, min(tokens, self._size) - self._tokens) / self._rate

    def take(self, tokens: int) -> None:
        """Take `tokens`."""
        self._tokens -= tokens


class Limits:
    """The bot's buckets."""

    def __init__(self) -> None:
        self._all = Bucket(IN_ALL, IN_ALL)
        self._chats: dict[int, Bucket] = defaultdict(lambda: Bucket(PER_CHAT, BURST))
        self._groups: dict[int, Bucket] = defaultdict(lambda: Bucket(PER_GROUP, GROUP_BURST))

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Count messages to a chat.

        Raises:
            BotApiError: 429, one of the limits is reached; then nothing is counted.
        """
        chat = self._groups[chat_id] if chat_id < 0 else self._chats[chat_id]
        wait = max(self._all.wait(messages), chat.wait(messages))
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        self._all.take(messages)
        chat.take(messages)
