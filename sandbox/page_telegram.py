"""The page's left half: what a person does as a customer in Telegram.

POST /api/customers                      {"first_name", "last_name", "username", "language_code"}
POST /api/customers/{chat_id}/start      presses Start
POST /api/customers/{chat_id}/text       {"text", "reply_to": a message_id or null}
POST /api/customers/{chat_id}/edit       {"message_id", "text"}: changes an own message
POST /api/customers/{chat_id}/react      {"message_id", "emoji"}: "" takes the reaction away
POST /api/customers/{chat_id}/files      multipart: "file" (several), "caption", "as_files" = "1"
POST /api/customers/{chat_id}/phone      {"phone"}: shares the own phone number
POST /api/customers/{chat_id}/click      {"message_id", "data"}: presses an inline button
POST /api/customers/{chat_id}/block      {"blocked": true or false}
GET  /media/telegram/{file_id}?name=…    a file of a message
GET  /media/customer/{chat_id}           the customer's picture
"""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.feed import Event
from sandbox.page_albums import send_files
from sandbox.page_files import sent_file
from sandbox.page_hub import Hub
from sandbox.page_requests import number_of, text_of, uploads
from sandbox.pictures import avatar
from sandbox.telegram import Customer, TelegramSandbox


@dataclass
class _Person:
    customer: Customer
    picture: bytes
    reactions: dict[int, dict[str, str]] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What the page shows of them, without the messages."""
        user = self.customer.user
        return {
            "chat_id": self.customer.chat_id,
            "first_name": user["first_name"],
            "last_name": user.get("last_name", ""),
            "username": user.get("username", ""),
            "language_code": user.get("language_code", ""),
            "blocked": self.customer.blocked,
            "keyboard": self.customer.keyboard,
            "menu": self.customer.menu,
            "reactions": {number: dict(marks) for number, marks in self.reactions.items()},
        }

    def note_reaction(self, event: Event) -> None:
        """Keep a reaction of either side, or that it was taken away."""
        marks = self.reactions.setdefault(event["message_id"], {})
        side = "bot" if event["from_bot"] else "customer"
        marks[side] = "".join(reaction.get("emoji", "★") for reaction in event["reaction"])


class TelegramSide:
    """The customers that this page plays."""

    def __init__(self, telegram: TelegramSandbox, hub: Hub) -> None:
        self._telegram = telegram
        self._hub = hub
        self._people: dict[int, _Person] = {}

    def routes(self) -> list[web.RouteDef]:
        """The routes of this half."""
        customer = "/api/customers/{chat_id}"
        return [
            web.post("/api/customers", self._add),
            web.post(f"{customer}/start", self._start),
            web.post(f"{customer}/text", self._text),
            web.post(f"{customer}/edit", self._edit),
            web.post(f"{customer}/react", self._react),
            web.post(f"{customer}/files", self._files),
            web.post(f"{customer}/phone", self._phone),
            web.post(f"{customer}/click", self._click),
            web.post(f"{customer}/block", self._block),
            web.get("/media/telegram/{file_id}", self._file),
            web.get("/media/customer/{chat_id}", self._picture),
        ]

    def add_customer(
        self, first_name: str, last_name: str = "", username: str = "", language_code: str = "ru"
    ) -> Customer:
        """Add a customer with a drawn picture and show them on the page."""
        picture = avatar(f"{first_name} {last_name}")
        customer = self._telegram.add_customer(
            first_name, last_name, username, language_code, picture=picture
        )
        person = self._people[customer.chat_id] = _Person(customer, picture)
        self._refresh(person)
        return customer

    def snapshot(self) -> list[dict[str, Any]]:
        """The customers with their messages."""
        return [
            person.to_json() | {"messages": person.customer.messages}
            for person in self._people.values()
        ]

    def pass_on(self, event: Event) -> None:
        """Show an event of Telegram's feed on the page, if it belongs there."""
        if event["type"] in {"message", "edited_message", "deleted_message"}:
            self._hub.publish(event | {"type": f"telegram.{event['type']}"})
        if event["type"] == "commands":
            for each in self._people.values():
                self._refresh(each)
        chat_id = event.get("chat_id") or event.get("customer", {}).get("id")
        if person := self._people.get(chat_id):
            if event["type"] == "reaction":
                person.note_reaction(event)
            self._refresh(person)

    async def _add(self, request: web.Request) -> web.Response:
        body = await request.json()
        customer = self.add_customer(
            text_of(body, "first_name", required=True),
            text_of(body, "last_name"),
            text_of(body, "username").lstrip("@"),
            text_of(body, "language_code") or "ru",
        )
        return web.json_response({"chat_id": customer.chat_id})

    async def _start(self, request: web.Request) -> web.Response:
        self._unblocked(request).start()
        return web.json_response({})

    async def _text(self, request: web.Request) -> web.Response:
        body = await request.json()
        text = text_of(body, "text", required=True)
        self._unblocked(request).send_text(text, reply_to=body.get("reply_to"))
        return web.json_response({})

    async def _edit(self, request: web.Request) -> web.Response:
        body = await request.json()
        text = text_of(body, "text", required=True)
        self._unblocked(request).edit_text(number_of(body, "message_id"), text)
        return web.json_response({})

    async def _react(self, request: web.Request) -> web.Response:
        body = await request.json()
        emoji = text_of(body, "emoji") or None
        self._unblocked(request).react(number_of(body, "message_id"), emoji)
        return web.json_response({})

    async def _files(self, request: web.Request) -> web.Response:
        customer = self._unblocked(request)
        fields, files = await uploads(request)
        as_documents = bool(fields.get("as_files"))
        send_files(customer, files, fields.get("caption", ""), as_documents=as_documents)
        return web.json_response({})

    async def _phone(self, request: web.Request) -> web.Response:
        phone = text_of(await request.json(), "phone", required=True)
        self._unblocked(request).send_contact(phone, own=True)
        return web.json_response({})

    async def _click(self, request: web.Request) -> web.Response:
        body = await request.json()
        data = text_of(body, "data")
        self._person(request).customer.click(number_of(body, "message_id"), data)
        return web.json_response({})

    async def _block(self, request: web.Request) -> web.Response:
        person = self._person(request)
        blocked = (await request.json()).get("blocked") is True
        if blocked != person.customer.blocked:
            (person.customer.block if blocked else person.customer.unblock)()
        self._refresh(person)
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.Response:
        try:
            data = self._telegram.file_bytes(request.match_info["file_id"])
        except KeyError:
            raise web.HTTPNotFound from None
        return sent_file(data, request.query.get("name", "file"))

    async def _picture(self, request: web.Request) -> web.Response:
        return sent_file(self._person(request).picture, "picture.png")

    def _person(self, request: web.Request) -> _Person:
        chat_id = request.match_info["chat_id"]
        person = self._people.get(int(chat_id)) if chat_id.isdecimal() else None
        if person is None:
            raise web.HTTPNotFound
        return person

    def _unblocked(self, request: web.Request) -> Customer:
        customer = self._person(request).customer
        if customer.blocked:
            raise web.HTTPConflict(text="the customer has blocked the bot")
        return customer

    def _refresh(self, person: _Person) -> None:
        now = person.to_json()
        if now != person.shown:
            person.shown = now
            self._hub.publish({"type": "telegram.customer", "customer": now})
