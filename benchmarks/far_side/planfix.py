"""A PlanFix that takes messages and reports, and lets operators write."""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from .ledger import Ledger
from .traffic import operator_form
from .wire import Client, Reply

_TASK: Final = b'{"data":{"number":1014}}'
_COMMAND = re.compile(rb"(?:^|&)cmd=(\w+)")
_CHAT = re.compile(rb"(?:^|&)chatId=(\d+)")
_NUMBER = re.compile(rb"(?:^|&)message=(\d+)")
_ANSWERED = re.compile(rb"(?:^|&)messageId=(\d+)")

Post = tuple[int, float, float, int]
"""A call of ours: the message's number, when it began, when it was answered, and its status."""


class Planfix:
    """PlanFix's server, and its operators.

    Attributes:
        messages: Customers' messages.
        reports: What became of operators' messages.
        delay: Seconds until a call is answered.
        hung: Seconds until a message of a chat is answered, for chats that hang.
    """

    def __init__(self) -> None:
        self.messages = Ledger()
        self.reports = Ledger()
        self.delay = 0.0
        self.hung: dict[int, float] = {}

    def forget(self) -> None:
        """Drop all records, and be quick again."""
        self.messages, self.reports = Ledger(), Ledger()
        self.delay = 0.0
        self.hung = {}

    def handle(self, _: str, body: bytes, reply: Reply) -> None:
        """Answer one call."""
        found = _COMMAND.search(body)
        delay, answer = self.delay, b""
        match found[1] if found else b"":
            case b"newMessage":
                chat = _int(_CHAT, body)
                self.messages.record(chat, _int(_NUMBER, body))
                delay = self.hung.get(chat, delay)
            case b"messageStatus":
                self.reports.record(0, _int(_ANSWERED, body))
            case b"getTask" | b"getContact":
                answer = _TASK
        if delay:
            asyncio.get_running_loop().call_later(delay, reply, answer)
        else:
            reply(answer)

    async def post(self, url: str, messages: Iterable[tuple[int, int]], at_once: int) -> list[Post]:
        """Let operators write: messages by number and chat, over so many kept connections."""
        address = urlsplit(url)
        forms = iter([(number, operator_form(number, chat)) for number, chat in messages])
        posts: list[Post] = []
        clients = [await Client.connect(address.port or 80) for _ in range(at_once)]
        try:
            await asyncio.gather(*(_post_each(c, address.path, forms, posts) for c in clients))
        finally:
            for client in clients:
                client.close()
        return posts


async def _post_each(
    client: Client, path: str, forms: Iterator[tuple[int, bytes]], posts: list[Post]
) -> None:
    for number, form in forms:
        began = time.monotonic()
        status, _ = await client.post(path, form)
        posts.append((number, began, time.monotonic(), status))


def _int(pattern: re.Pattern[bytes], body: bytes) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else 0
