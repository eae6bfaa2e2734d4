"""Calls PlanFix over HTTPS."""

from dataclasses import replace
from typing import NamedTuple, Self, cast

import aiohttp

from .checks import check_provider_id, check_token, check_url
from .exceptions import PlanfixError, PlanfixOutcomeUnknown, PlanfixUnavailable
from .models import (
    ChatId,
    Command,
    Contact,
    ContactId,
    GetContact,
    GetTask,
    MessageStatus,
    NewMessage,
    UpdateContact,
)
from .protocol import FORM_TYPE, SUCCESS, encode, encode_form, read_answer

MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are looked at. PlanFix's own answers have less than a hundred."""
KEEP_ALIVE = 15.0
"""Seconds for which an idle connection is kept: servers keep theirs longer, as a rule."""

_HEADERS = {"Content-Type": FORM_TYPE, "Accept": "application/json", "Accept-Encoding": "identity"}


class _Answer(NamedTuple):
    status: int
    body: bytes
    content_type: str
    retry_after: str | None


class PlanfixClient:
    """PlanFix's chat API, as one chat system sees it.

    Use it as an async context manager, or `close` it. One client serves any number of tasks at
    once. Each method raises a `PlanfixError` if PlanFix did not carry out the call or may not have.

    Args:
        url: where PlanFix takes calls, `https://<account>.planfix.com/webchat/api`; plain HTTP only
            on loopback.
        token: PlanFix's key.
        provider_id: names the chat system; without `~`.
        channel: goes with each message that has no channel of its own.
        timeout: seconds for a whole call.
        connect_timeout: seconds to get a connection; at most half of `timeout` counts, so that a
            call which never went out can be told from one that did.
        max_connections: how many calls go out at the same time; further ones wait.
        session: used in place of an own one, with its cookies and limits, and not closed here.

    Raises:
        ValueError: the url, the token or the provider_id cannot be right.
    """

    def __init__(
        self,
        url: str,
        token: str,
        provider_id: str,
        *,
        channel: str = "",
        timeout: float = 30.0,
        connect_timeout: float = 10.0,
        max_connections: int = 100,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self._url = check_url(url)
        self._token = check_token(token)
        self._provider_id = check_provider_id(provider_id)
        self._channel = channel
        connect = min(connect_timeout, timeout / 2)
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=connect)
        self._max_connections = max_connections
        self._session = session
        self._owns_session = session is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections. The client cannot be used afterwards."""
        if self._owns_session and self._session is not None:
            await self._session.close()

    async def new_message(self, message: NewMessage) -> None:
        """Sends a message to the operators. A repeat becomes a second one: PlanFix cannot tell."""
        if self._channel and not message.channel:
            message = replace(message, channel=self._channel)
        await self._call(message)

    async def get_task(self, chat_id: ChatId) -> int:
        """Gives the number of the chat's task; `PlanfixRefused` if there is none."""
        return await self._ask(GetTask(chat_id))

    async def get_contact(self, contact_id: ContactId) -> int:
        """Gives a contact's number in PlanFix; `PlanfixRefused` if PlanFix does not know it."""
        return await self._ask(GetContact(contact_id))

    async def update_contact(self, contact: Contact) -> None:
        """Tells PlanFix what is now known about a customer."""
        await self._call(UpdateContact(contact))

    async def message_status(self, status: MessageStatus) -> None:
        """Tells PlanFix what became of an operator's message."""
        await self._call(status)

    async def _ask(self, command: GetTask | GetContact) -> int:
        return cast("int", await self._call(command))  # these two commands are answered so

    async def _call(self, command: Command) -> int | None:
        return read_answer(command, *await self._post(command))

    async def _post(self, command: Command) -> _Answer:
        """Does all that this package does on the network as a client.

        What failed below becomes neither the cause nor the context of what is raised: it may hold
        bytes of the call or of the answer, and with them the key.
        """
        try:
            return await self._exchange(command)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            failure = _explain(error)
        raise failure

    async def _exchange(self, command: Command) -> _Answer:
        body = encode_form(encode(command, self._provider_id, self._token))
        async with self._open_session().post(
            self._url,
            data=body,
            headers=_HEADERS,
            allow_redirects=False,
            raise_for_status=False,
            timeout=self._timeout,
        ) as response:
            answer = await _read(response)
            if response.status not in SUCCESS or b"error" in answer:  # its words may quote the key
                answer = answer.replace(self._token.encode(), b"***")
            retry_after = response.headers.get("Retry-After")
            return _Answer(response.status, answer, response.content_type, retry_after)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._max_connections, keepalive_timeout=KEEP_ALIVE
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Gives the answer's body, or the first `MAX_ANSWER` bytes of it or a little more."""
    body = bytearray()
    try:
        while len(body) < MAX_ANSWER and (chunk := await response.content.readany()):
            body += chunk
    except (aiohttp.ClientError, OSError):
        if response.status in SUCCESS:
            raise  # a 200 may have been a page for people; any other status has said enough
    return bytes(body)


def _explain(error: aiohttp.ClientError | OSError) -> PlanfixError:
    """Says whether the call may have gone out: without a connection it surely did not."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return PlanfixUnavailable(
                "The host name in PlanFix's address (planfix.url) was not found."
            )
        case aiohttp.ClientConnectorError():  # also TLS
            return PlanfixUnavailable(f"PlanFix could not be reached: {error}")
        case aiohttp.ConnectionTimeoutError():
            return PlanfixUnavailable("PlanFix could not be reached in time.")
        case TimeoutError():
            return PlanfixOutcomeUnknown("PlanFix did not answer in time.")
        case aiohttp.ClientResponseError():
            return PlanfixOutcomeUnknown("PlanFix's answer is not HTTP.")
        case _:
            return PlanfixOutcomeUnknown("The connection broke before PlanFix's answer came.")
