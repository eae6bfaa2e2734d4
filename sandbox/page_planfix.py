"""The page's right half: what a person does as an operator in PlanFix.

POST /api/integration                    {"chat_url", "chat_key"}: where the bridge is, and its key
POST /api/tasks/answer                   multipart: "chat_id", "text", "first_name", "last_name",
                                         "file" (several)
POST /api/tasks/first                    {"phone", "text", "first_name", "last_name"}
GET  /media/planfix/{message_id}/{n}     the n-th attachment of a message
GET  /media/contact/{contact_id}         a contact's picture

The POSTs to tasks answer {"status", "error"}: what the bridge said.
"""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.bridge_process import Bridge
from sandbox.feed import Event
from sandbox.page_files import sent_file
from sandbox.page_hub import Hub
from sandbox.page_requests import text_of, uploads
from sandbox.planfix import Attachment, PlanfixSandbox


class PlanfixSide:
    """Tasks, contacts and operators as the page shows them."""

    def __init__(self, planfix: PlanfixSandbox, hub: Hub, bridge: Bridge | None) -> None:
        self._planfix = planfix
        self._hub = hub
        self._bridge = bridge

    def routes(self) -> list[web.RouteDef]:
        """The routes of this half."""
        return [
            web.post("/api/integration", self._connect),
            web.post("/api/tasks/answer", self._answer),
            web.post("/api/tasks/first", self._write_first),
            web.get("/media/planfix/{message_id}/{number}", self._attachment),
            web.get("/media/contact/{contact_id}", self._picture),
        ]

    def snapshot(self) -> dict[str, Any]:
        """The contacts, the tasks with their messages, and how the bridge is reached.

        A bridge of the sandbox's own needs no such settings.
        """
        own = self._bridge is not None and self._bridge.managed
        return {
            "integration": None if own else self._planfix.integration,
            "contacts": [contact.to_json() for contact in self._planfix.contacts.values()],
            "tasks": [
                task.to_json() | {"messages": [message.to_json() for message in task.messages]}
                for task in self._planfix.tasks.values()
            ],
        }

    def pass_on(self, event: Event) -> None:
        """Show an event of PlanFix's feed on the page, if it belongs there."""
        if event["type"] in {"message", "contact", "task"}:
            self._hub.publish(event | {"type": f"planfix.{event['type']}"})

    async def _connect(self, request: web.Request) -> web.Response:
        body = await request.json()
        url = text_of(body, "chat_url", required=True).strip()
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise web.HTTPBadRequest(text="The address begins with http:// or https://.")
        self._planfix.connect(url, text_of(body, "chat_key", required=True).strip())
        if self._bridge:
            self._bridge.url = url.removesuffix("/").removesuffix("/planfix")
        integration = self._planfix.integration
        self._hub.publish({"type": "planfix.integration", "integration": integration})
        return web.json_response(integration)

    async def _answer(self, request: web.Request) -> web.Response:
        fields, files = await uploads(request)
        chat_id = text_of(fields, "chat_id", required=True)
        if not files:
            text_of(fields, "text", required=True)
        status, answer = await self._planfix.answer(
            chat_id, fields.get("text", ""), files, operator=_operator(fields)
        )
        return _reply(status, answer)

    async def _write_first(self, request: web.Request) -> web.Response:
        body = await request.json()
        status, answer = await self._planfix.write_first(
            text_of(body, "phone", required=True),
            text_of(body, "text", required=True),
            operator=_operator(body),
        )
        return _reply(status, answer)

    async def _attachment(self, request: web.Request) -> web.Response:
        message = self._planfix.message(request.match_info["message_id"])
        return _serve(message.attachments, int(request.match_info["number"]))

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self._planfix.contacts[request.match_info["contact_id"]].picture
        return _serve([picture] if picture else [], 0)


def _operator(fields: object) -> tuple[str, str]:
    return text_of(fields, "first_name", required=True), text_of(fields, "last_name")


def _reply(status: int, answer: dict[str, Any]) -> web.Response:
    return web.json_response({"status": status, "error": str(answer.get("error", ""))})


def _serve(attachments: list[Attachment], number: int) -> web.Response:
    if number >= len(attachments) or attachments[number].data is None:
        raise web.HTTPNotFound
    return sent_file(attachments[number].data or b"", attachments[number].name)
