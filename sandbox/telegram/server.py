"""The Telegram of the sandbox, as Python sees it."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.listener import Listener
from sandbox.telegram.customer import Customer
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.group import Group
from sandbox.telegram.http import BotApi, BotCall, Failure
from sandbox.telegram.multipart import Upload
from sandbox.telegram.parameters import Parameters
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import World

KEPT_CALLS = 20_000


class TelegramSandbox:
    """A Telegram on this machine, with one bot.

    Args:
        token: The bot's token, `digits:text`.
        username: The bot's.
        enforce_limits: Whether a bot that sends too fast gets 429.
        local: A folder makes it a server with `--local`: larger files, read from there.
        webhook_pause_scale: Multiplies the pauses before a webhook is tried again.

    Attributes:
        feed: Everything that happens.
        faults: What goes wrong on demand, by method.
        calls: The Bot API calls that came, oldest first; the last 20,000.
        customers: The people who can write to the bot, by chat.
        world: Users, chats, messages and files.
        updates: The bot's queue.
    """

    def __init__(
        self,
        token: str = "42:SANDBOX",  # noqa: S107 - opens the sandbox and nothing else
        *,
        username: str = "sandbox_bot",
        enforce_limits: bool = False,
        local: Path | None = None,
        webhook_pause_scale: float = 1.0,
    ) -> None:
        self.token = token
        self.feed = Feed()
        self.faults = Faults()
        self.calls: list[BotCall] = []
        self.customers: dict[int, Customer] = {}
        self.updates = UpdateQueue(self._updates_changed)
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Sandbox",
            "username": username,
        }
        self.world = World(bot, self.feed, self.updates, local, enforce_limits=enforce_limits)
        self.webhook = Webhook(self.updates, self._answer_of_webhook, webhook_pause_scale)
        self.updates.arrived = self.webhook.enqueue
        self._api = BotApi(token, self.world, self.webhook, self._record)
        self._listener = Listener(lambda: self._api.application(self.faults))

    @property
    def url(self) -> str:
        """The address to give as `api_url`."""
        return f"http://{self._listener.host}:{self._listener.port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        await self._listener.start(host, port)

    async def start_listening(self) -> None:
        """Listen again, at the same port."""
        await self._listener.resume()

    async def stop_listening(self) -> None:
        """Refuse connections, and end those that are open, until `start_listening`."""
        self.updates.terminate_poller(BotApiError(502, "Bad Gateway"))
        self.faults.release()
        await self._listener.stop()

    async def close(self) -> None:
        """Stop for good."""
        await self.webhook.delete()
        await self.stop_listening()
        await self.feed.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def add_customer(  # noqa: PLR0917 - each is a part of a person
        self,
        first_name: str,
        last_name: str = "",
        username: str = "",
        language_code: str = "ru",
        picture: bytes | None = None,
        user_id: int | None = None,
    ) -> Customer:
        """Add a person who can write to the bot."""
        user = self.world.add_user(
            user_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
        )
        customer = self.customers[user["id"]] = Customer(self.world, user)
        self.feed.publish({"type": "customer", "customer": dict(user), "blocked": False})
        if picture is not None:
            customer.set_picture(picture)
        return customer

    def add_group(
        self, title: str, owner: Customer | None = None, *, supergroup: bool = False
    ) -> Group:
        """Add a group with the bot in it; `owner` is who put the bot there."""
        by = owner or self.add_customer("Хозяйка группы")
        return Group(self.world, title, by, supergroup=supergroup)

    def add_file(self, data: bytes, name: str = "file.bin", kind: str = "document") -> str:
        """Keep a file and return its `file_id`."""
        return self.world.files.add(data, kind=kind, name=name).file_id

    def file_bytes(self, file_id: str) -> bytes:
        """Return the content of a file, such as one that the bot uploaded.

        Raises:
            KeyError: There is no such file.
        """
        stored = self.world.files.get(file_id)
        if stored is None:
            raise KeyError(file_id)
        return stored.data

    def push_update(self, body: dict[str, Any]) -> int:
        """Queue a raw update, whatever it is, and return its `update_id`.

        The bot can answer in the chat that it names, as in any chat.
        """
        self.world.meet(body)
        return self.updates.push(body)

    def fail_next(
        self,
        method: str,
        error_code: int,
        description: str,
        *,
        chat_id: int | None = None,
        times: int | None = 1,
        **parameters: int,
    ) -> None:
        """Let the next calls fail with an error of Telegram's.

        Args:
            method: Which method; empty: any.
            error_code: `error_code` and HTTP status.
            description: The whole text, `Forbidden: …`.
            chat_id: Only calls for this chat; None: any.
            times: How many calls; None: all from now on.
            parameters: `retry_after` or `migrate_to_chat_id`.
        """
        error = BotApiError(error_code, description, dict(parameters))
        self._api.failures.append(Failure(error, method, chat_id, times))

    def too_many_requests(
        self, method: str = "", retry_after: int = 1, chat_id: int | None = None
    ) -> None:
        """Let the next call fail with 429."""
        text = f"Too Many Requests: retry after {retry_after}"
        self.fail_next(method, 429, text, chat_id=chat_id, retry_after=retry_after)

    async def wait_for(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a test's bound
        """Wait until `condition` holds; it is looked at after every event.

        Raises:
            TimeoutError: It did not hold in time.
        """
        await self.feed.wait_until(condition, timeout=timeout)

    def _updates_changed(self) -> None:
        self.feed.publish({"type": "updates", "pending": len(self.updates.pending)})

    async def _answer_of_webhook(self, method: str, parameters: Parameters) -> object:
        return await self._api.run(method, parameters)

    def _record(self, call: BotCall, description: str) -> None:
        self.calls.append(call)
        del self.calls[:-KEPT_CALLS]
        params = {name: _shown(value) for name, value in call.params.items()}
        self.feed.publish(
            {
                "type": "bot_call",
                "method": call.method,
                "params": params,
                "ok": call.ok,
                "description": description,
            }
        )


def _shown(value: object) -> object:
    """Return a parameter fit for JSON."""
    if isinstance(value, Upload):
        return {"file_name": value.name, "file_size": len(value.data)}
    return value
