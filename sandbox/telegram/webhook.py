"""Delivery of updates to the bot's webhook.

Updates of one chat go one after another, the next only after a 2xx; chats go side by side. A
failed update is tried again at once, then after 2, 4, 8, … seconds, or when `Retry-After` says.
"""

import asyncio
import contextlib
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.telegram.parameters import Parameters, from_json
from sandbox.telegram.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
DELIVERY_SECONDS = 60
LONGEST_PAUSE = 60
LONGEST_RETRY_AFTER = 3600
DEFAULT_CONNECTIONS = 40
UNANSWERED = ("get", "deletewebhook", "setwebhook", "close", "logout")

Answer = Callable[[str, Parameters], Awaitable[object]]


@dataclass(frozen=True)
class WebhookSettings:
    """What setWebhook set."""

    url: str
    secret: str = ""
    connections: int = DEFAULT_CONNECTIONS
    ip_address: str = ""


class Webhook:
    """The bot's webhook, if it has one.

    Args:
        updates: The queue to deliver from.
        answer: Runs a method that the webhook's answer names.
        pause_scale: Multiplies every pause; below 1 in tests.
    """

    def __init__(self, updates: UpdateQueue, answer: Answer, pause_scale: float = 1.0) -> None:
        self._updates = updates
        self._answer = answer
        self._pause_scale = pause_scale
        self._session: aiohttp.ClientSession | None = None
        self._queues: dict[object, deque[Update]] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(DEFAULT_CONNECTIONS)
        self.settings: WebhookSettings | None = None
        self.last_error: tuple[int, str] | None = None

    async def set(self, settings: WebhookSettings) -> None:
        """Deliver to another address from now on."""
        await self.delete()
        self.settings = settings
        self._places = asyncio.Semaphore(settings.connections)
        timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS)
        connector = aiohttp.TCPConnector(limit=settings.connections)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        for update in self._updates.pending.values():
            self.enqueue(update)

    async def delete(self) -> None:
        """Stop delivering; what is not delivered stays in the queue."""
        self.settings = None
        self.last_error = None
        running = list(self._deliveries)
        self._queues.clear()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> dict[str, Any]:
        """Return a WebhookInfo."""
        info: dict[str, Any] = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.settings is not None:
            info |= {"url": self.settings.url, "max_connections": self.settings.connections}
            if self.settings.ip_address:
                info["ip_address"] = self.settings.ip_address
        if self.last_error is not None:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info | ({"allowed_updates": self._updates.allowed} if self._updates.allowed else {})

    def enqueue(self, update: Update) -> None:
        """Deliver an update once those before it in its chat are delivered."""
        if self.settings is None:
            return
        key = chat_key(update)
        if key in self._queues:
            self._queues[key].append(update)
            return
        self._queues[key] = deque([update])
        task = asyncio.create_task(self._serve(key, self._queues[key]))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _serve(self, key: object, queue: deque[Update]) -> None:
        while queue:
            update = queue.popleft()
            if update["update_id"] in self._updates.pending:
                await self._deliver(update)
                self._updates.drop(update["update_id"])
        del self._queues[key]

    async def _deliver(self, update: Update) -> None:
        fails = 0
        while True:
            async with self._places:
                retry_after = await self._post(update)
            if retry_after is None:
                return
            pause = retry_after or _pause(fails)
            fails += 1
            await asyncio.sleep(pause * self._pause_scale)

    async def _post(self, update: Update) -> int | None:
        """Send an update once; return None if it was taken, else the answer's Retry-After or 0."""
        if self.settings is None or self._session is None:
            raise asyncio.CancelledError  # the webhook has just been deleted
        headers = {"Content-Type": "application/json"}
        if self.settings.secret:
            headers[SECRET_HEADER] = self.settings.secret
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with self._session.post(
                self.settings.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                taken = await response.read()
        except TimeoutError:
            return self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed("Connection refused")
        except aiohttp.ClientError:
            return self._failed("Connection reset by peer")
        if response.ok and response.status < 300:  # noqa: PLR2004 - redirects are no success
            await self._act_on(taken)
            return None
        self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
        return _retry_after(response.headers.get("Retry-After", ""))

    def _failed(self, reason: str) -> int:
        """Remember why a delivery failed, and tell whoever waits for it."""
        self.last_error = int(time.time()), reason
        self._updates.changed()
        return 0

    async def _act_on(self, answer: bytes) -> None:
        """Run the method that the webhook's answer names, if it names one."""
        with contextlib.suppress(Exception):  # whatever the bot answers is its own affair
            parameters = Parameters(from_json(answer))
            method = parameters.text("method").lower()
            if method and not method.startswith(UNANSWERED):
                await self._answer(method, parameters)


def chat_key(update: Update) -> object:
    """Return what orders an update among others: its chat, else its user, else itself."""
    value = next((value for name, value in update.items() if name != "update_id"), None)
    if not isinstance(value, dict):
        return ("update", update["update_id"])
    message = value.get("message")
    chat = value.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
    owner = chat or value.get("from") or value.get("user")
    number = owner.get("id") if isinstance(owner, dict) else None
    return ("update", update["update_id"]) if number is None else ("chat", str(number))


def _pause(fails: int) -> float:
    if not fails:
        return 0
    return min(2.0**fails, random.uniform(LONGEST_PAUSE, 2 * LONGEST_PAUSE))  # noqa: S311 - spreads load


def _retry_after(header: str) -> int:
    return min(int(header), LONGEST_RETRY_AFTER) if header.isdecimal() else 0
