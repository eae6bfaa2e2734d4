"""The bot's queue of updates, and long polling on it."""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.telegram.errors import BotApiError, conflict

Update = dict[str, Any]

FIRST_UPDATE_ID = 700_000_001
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
    "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "managed_bot",
})  # fmt: skip
ONLY_IF_LISTED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


class UpdateQueue:
    """Updates that the bot has not confirmed yet, oldest first.

    Args:
        changed: Called after every change.

    Attributes:
        pending: Updates by id.
        allowed: What `allowed_updates` admits; None: the default.
        arrived: Called with each new update.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.pending: dict[int, Update] = {}
        self.allowed: list[str] | None = None
        self._next_id = FIRST_UPDATE_ID
        self.changed = changed
        self.arrived: Callable[[Update], None] = lambda _update: None
        self._arrival = asyncio.Event()
        self._poller: asyncio.Future[BotApiError] | None = None

    def push(self, body: Update) -> int:
        """Queue an update and return its `update_id`."""
        update_id = self._next_id
        self._next_id += 1
        self.pending[update_id] = {"update_id": update_id, **body}
        self._arrival.set()
        self.arrived(self.pending[update_id])
        self.changed()
        return update_id

    def offer(self, kind: str, value: Update) -> None:
        """Queue an update if the bot's `allowed_updates` admit its kind."""
        if kind in self.allowed if self.allowed else kind not in ONLY_IF_LISTED:
            self.push({kind: value})

    def skip(self, numbers: int) -> None:
        """Leave out some update ids, as Telegram may after a quiet week."""
        self._next_id += numbers

    def remember_allowed(self, kinds: object) -> None:
        """Keep `allowed_updates` for the time to come.

        Args:
            kinds: A list of names, of which the unknown are ignored; an empty one for the
                default; anything else: as before.
        """
        if isinstance(kinds, list):
            self.allowed = [kind for kind in kinds if kind in KINDS] or None

    def confirm(self, offset: int) -> None:
        """Drop updates below `offset`, or all but the last `-offset` of them if it is negative."""
        if not offset or not self.pending:
            return
        ids = list(self.pending)
        dropped = ids[:offset] if offset < 0 else [each for each in ids if each < offset]
        for update_id in dropped:
            del self.pending[update_id]
        if dropped:
            self.changed()

    def drop(self, update_id: int) -> None:
        """Drop one update, since it has been delivered."""
        self.pending.pop(update_id, None)
        self.changed()

    def clear(self) -> None:
        """Drop everything."""
        self.pending.clear()
        self.changed()

    async def poll(self, limit: int, seconds: float) -> list[Update]:
        """Return up to `limit` updates, waiting up to `seconds` for the first.

        Raises:
            BotApiError: 409, since another request for updates came meanwhile.
        """
        self.terminate_poller(conflict(OTHER_POLLER))
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            await self._wait(poller, seconds)
        finally:
            if self._poller is poller:
                self._poller = None
        if poller.done():
            raise poller.result()
        return list(self.pending.values())[:limit]

    async def _wait(self, poller: asyncio.Future[BotApiError], seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.pending and not poller.done():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            self._arrival.clear()
            arrival = asyncio.ensure_future(self._arrival.wait())
            waited: set[asyncio.Future[Any]] = {arrival, poller}
            try:
                await asyncio.wait(waited, timeout=left, return_when="FIRST_COMPLETED")
            finally:
                arrival.cancel()

    def terminate_poller(self, error: BotApiError) -> None:
        """End the request that is waiting for updates, if there is one, with an error."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(error)
