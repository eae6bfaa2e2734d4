"""PlanFix's calls to the bridge: an operator's message as a form, and the answer to it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.planfix.commands import ATTACHMENT_NAME, ATTACHMENT_URL
from sandbox.planfix.forms import FORM_TYPE
from sandbox.planfix.models import Operator, Pairs

Reply = tuple[int, dict[str, Any]]

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
NO_ANSWER = 0


@dataclass(frozen=True)
class OperatorCall:
    """What one call of the bridge's webhook carries, before the keys are added."""

    text: str
    operator: Operator
    chat_id: str = ""
    phone: str = ""
    channel: str = ""
    message_id: str = ""
    picture_url: str = ""
    task_email: str = ""
    attachments: tuple[tuple[str, str], ...] = ()

    def pairs(self) -> Pairs:
        """The form's fields in PlanFix's order; what is empty and optional is left out."""
        optional = [
            ("chatId", self.chat_id),
            ("contactPhone", self.phone),
            ("channel", self.channel),
            ("messageId", self.message_id),
            ("userName", self.operator.first_name),
            ("userLastName", self.operator.last_name),
            ("userIco", self.picture_url),
            ("taskEmail", self.task_email),
        ]
        pairs = [("message", self.text), *((name, value) for name, value in optional if value)]
        for name, url in self.attachments:
            pairs += [(ATTACHMENT_NAME, name), (ATTACHMENT_URL, url)]
        return pairs


class Webhook:
    """Calls the bridge at `url`, once that is known, with the provider id and the bridge's key.

    Both `url` and `token`, the key, may change while it works.
    """

    def __init__(self, *, provider_id: str, token: str) -> None:
        self.url = ""
        self.provider_id = provider_id
        self.token = token
        self._session: aiohttp.ClientSession | None = None

    async def post(self, pairs: Pairs) -> Reply:
        """Send `pairs` with the keys and return the status and the JSON of the answer.

        A bridge that cannot be reached gives status 0 and an `error` in words.
        """
        if not self.url:
            return NO_ANSWER, {"error": "no address of the chat is set"}
        common = [("cmd", "newMessage"), ("providerId", self.provider_id), ("token", self.token)]
        self._session = self._session or aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with self._session.post(
                self.url,
                data=urlencode(common + pairs).encode(),
                headers={"Content-Type": FORM_TYPE},
                allow_redirects=False,
            ) as response:
                return response.status, _json(await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return NO_ANSWER, {"error": str(error) or type(error).__name__}

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


def _json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {"error": "the answer is no JSON object"}
