"""The sandbox's PlanFix: its chat API, the account behind it, and its operators."""

from collections.abc import Callable, Sequence
from typing import Self

from aiohttp import web

from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.listener import Listener
from sandbox.planfix.account import Account
from sandbox.planfix.chat_api import ChatApi, command_name
from sandbox.planfix.downloads import Downloads
from sandbox.planfix.files import FileStore
from sandbox.planfix.models import Call, Contact, Message, Operator, Task
from sandbox.planfix.operators import Operators
from sandbox.planfix.webhook import Reply, Webhook

API_PATH = "/webchat/api"
MAX_BODY = 1024 * 1024
DEFAULT_OPERATOR = Operator("Анна", "Иванова")


class PlanfixSandbox:
    """A PlanFix account on this machine.

    Strict: it refuses what PlanFix's help does not allow. State is kept in memory.
    `url` is the address of its chat API, once started; `faults` go by `cmd`.
    """

    def __init__(
        self,
        token: str = "planfix-key",  # noqa: S107 - made up, for this machine alone
        webhook_token: str = "bridge-key",  # noqa: S107 - made up, for this machine alone
        provider_id: str = "telegram",
    ) -> None:
        """Take PlanFix's key, the bridge's key, and the name of the chat system."""
        self.feed = Feed()
        self.faults = Faults()
        self.url = ""
        self._token = token
        self._downloads = Downloads()
        self._files = FileStore()
        self._account = Account(self.feed, self._downloads.start)
        self._operators = Operators(
            self._account, self._files, Webhook(provider_id=provider_id, token=webhook_token)
        )
        self._api = ChatApi(self._account, self.feed, token=token, provider_id=provider_id)
        self._listener = Listener(self._make_app)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on `host` and `port`; 0 takes a free port."""
        await self._listener.start(host, port)
        self._operators.base_url = f"http://{host}:{self._listener.port}"
        self.url = self._operators.base_url + API_PATH

    async def close(self) -> None:
        """Stop everything."""
        self.faults.clear()
        await self._listener.stop()
        await self._downloads.close()
        await self._operators.close()
        await self.feed.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def stop_listening(self) -> None:
        """Go away: connections are refused until `start_listening`."""
        await self._listener.stop()

    async def start_listening(self) -> None:
        """Come back on the same port."""
        await self._listener.resume()

    def connect(self, webhook_url: str, webhook_token: str | None = None) -> None:
        """Send operators' messages to `webhook_url`, the bridge's `POST /planfix`.

        With `webhook_token` the bridge's key is changed as well.
        """
        self._operators.webhook.url = webhook_url
        if webhook_token is not None:
            self._operators.webhook.token = webhook_token

    @property
    def integration(self) -> dict[str, str]:
        """What stands in the window "API ПланФикса для чатов": both addresses and keys."""
        webhook = self._operators.webhook
        return {
            "planfix_url": self.url,
            "planfix_key": self._token,
            "provider_id": webhook.provider_id,
            "chat_url": webhook.url,
            "chat_key": webhook.token,
        }

    @property
    def calls(self) -> list[Call]:
        """Every call that came, accepted or not, in order."""
        return self._api.calls

    def accepted(self, cmd: str) -> list[Call]:
        """The accepted calls of the command `cmd`, in order."""
        return [call for call in self.calls if call.cmd == cmd and not call.error]

    @property
    def contacts(self) -> dict[str, Contact]:
        """The contacts by `contactId`."""
        return self._account.contacts

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks by `chatId`, one for each chat."""
        return self._account.tasks

    def message(self, message_id: str) -> Message:
        """The message with that id.

        Raises:
            KeyError: There is none.
        """
        return self._account.messages[message_id]

    async def answer(
        self,
        chat_id: str,
        text: str,
        attachments: Sequence[tuple[str, bytes]] = (),
        *,
        operator: tuple[str, str] = DEFAULT_OPERATOR,
        message_id: str | None = None,
        phone: str | None = None,
    ) -> Reply:
        """Answer in a chat as an operator: call the bridge's webhook as PlanFix would.

        Args:
            chat_id: The chat; its task is opened if there is none.
            text: The message; may be empty when there are attachments.
            attachments: Names and bytes, served to the bridge from this server.
            operator: First and last name.
            message_id: The id to use; None makes one, "" leaves it out of the call.
            phone: `contactPhone`, if it is to be told.

        Returns:
            The bridge's status and JSON; status 0 with an `error` when it cannot be reached.
        """
        return await self._operators.answer(
            chat_id,
            text,
            attachments,
            operator=Operator(*operator),
            message_id=message_id,
            phone=phone,
        )

    async def write_first(
        self,
        phone: str,
        text: str,
        *,
        operator: tuple[str, str] = DEFAULT_OPERATOR,
        message_id: str | None = None,
    ) -> Reply:
        """Write from a contact's card, to a phone number, with no chat yet.

        Returns:
            As `answer` does. A 200 with `chatId` and `contactId` opens the task.
        """
        return await self._operators.write_first(phone, text, Operator(*operator), message_id)

    async def resend(self, message_id: str) -> Reply:
        """Make the webhook call of that message again, exactly as it was."""
        return await self._operators.resend(message_id)

    async def wait_for(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a test's bound
        """Wait until `condition` holds, looking again after everything that happens here.

        Raises:
            TimeoutError: It did not hold within `timeout` seconds.
        """
        await self.feed.wait_until(condition, timeout=timeout)

    def _make_app(self) -> web.Application:
        app = web.Application(
            client_max_size=MAX_BODY, middlewares=[self.faults.middleware(command_name)]
        )
        app.router.add_route("*", API_PATH, self._api.serve)
        app.router.add_get("/files/{key}/{name}", self._files.serve)
        return app
