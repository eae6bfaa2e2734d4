"""The account's state: what each accepted command changes, and what it answers."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from sandbox.feed import Feed
from sandbox.planfix.commands import (
    TASK_FIELD_PREFIX,
    BadParametersError,
    attachment_pairs,
    is_echo,
)
from sandbox.planfix.models import (
    Attachment,
    Contact,
    Message,
    Pairs,
    Task,
    Ticks,
)

Fields = dict[str, str]
Answer = dict[str, Any] | None
Fetch = Callable[[list[Attachment], Callable[[], None]], None]

_FIRST_NUMBER = 1_000
_TICKS: dict[str, Ticks] = {"error": "error", "sent": "sent", "read": "read"}


class Account:
    """Contacts, tasks and messages. Every change is published to `feed`."""

    def __init__(self, feed: Feed, fetch: Fetch) -> None:
        """`fetch` is called with files to download and what to do after each of them."""
        self.feed = feed
        self._fetch = fetch
        self.contacts: dict[str, Contact] = {}
        self.tasks: dict[str, Task] = {}
        self.messages: dict[str, Message] = {}
        self._last_number = _FIRST_NUMBER

    def execute(self, fields: Fields, pairs: Pairs) -> Answer:
        """Carry out a checked command and return its JSON answer, None for an empty body.

        Raises:
            BadParametersError: It speaks of a contact, task or message that is not there.
        """
        match fields["cmd"]:
            case "newMessage":
                self._new_message(fields, pairs)
            case "updateContact":
                self._update_contact(fields)
            case "messageStatus":
                self._message_status(fields)
            case "getTask":
                return self._get_task(fields)
            case "getContact":
                return self._get_contact(fields)
        return None

    def add_message(self, message: Message) -> None:
        """Put `message` into its task, which is opened if need be."""
        self.messages[message.id] = message
        if message.chat_id:
            self.open_task(message.chat_id).messages.append(message)
        self.publish_message(message)

    def open_task(self, chat_id: str, title: str = "", contact_id: str = "") -> Task:
        """The chat's task, made now if there is none yet."""
        if chat_id not in self.tasks:
            self.tasks[chat_id] = Task(chat_id, self._next_number(), title or chat_id, contact_id)
            self.publish_task(self.tasks[chat_id])
        return self.tasks[chat_id]

    def open_contact(self, contact_id: str, name: str, phone: str = "") -> Contact:
        """The contact, made now if there is none yet."""
        if contact_id not in self.contacts:
            contact = Contact(contact_id, self._next_number(), name, phone=phone)
            self.contacts[contact_id] = contact
            self.publish_contact(contact)
        return self.contacts[contact_id]

    def publish_message(self, message: Message) -> None:
        """Tell the followers of the feed that `message` is new or changed."""
        self.feed.publish({"type": "message", "message": message.to_json()})

    def publish_contact(self, contact: Contact) -> None:
        """Tell the followers of the feed that `contact` is new or changed."""
        self.feed.publish({"type": "contact", "contact": contact.to_json()})

    def publish_task(self, task: Task) -> None:
        """Tell the followers of the feed that `task` is new or changed."""
        self.feed.publish({"type": "task", "task": task.to_json()})

    def _new_message(self, fields: Fields, pairs: Pairs) -> None:
        self.open_contact(fields["contactId"], fields["contactName"])
        contact = self._update_contact(fields)
        self._open_task_for(contact, fields)
        echo = is_echo(fields)
        message = Message(
            id=new_id(),
            chat_id=fields["chatId"],
            author="our side" if echo else "contact",
            author_name=fields.get("userEmail", "") if echo else contact.full_name,
            text=fields["message"],
            time=time.time(),
            attachments=[Attachment(name, url) for name, url in attachment_pairs(pairs)],
        )
        self.add_message(message)
        self._fetch(message.attachments, partial(self.publish_message, message))

    def _open_task_for(self, contact: Contact, fields: Fields) -> None:
        chat_id = fields["chatId"]
        is_new = chat_id not in self.tasks
        title = fields.get("title") or contact.full_name
        task = self.open_task(chat_id, title)
        if not task.contact_id:  # new, or opened by an operator for a chat not heard of yet
            task.title, task.contact_id = title, contact.id
        task.channel = fields.get("channel", "")
        if is_new:
            task.data = {
                name.removeprefix(TASK_FIELD_PREFIX): value
                for name, value in fields.items()
                if name.startswith(TASK_FIELD_PREFIX)
            }
        self.publish_task(task)

    def _update_contact(self, fields: Fields) -> Contact:
        contact = self.contacts.get(fields["contactId"])
        if contact is None:
            raise BadParametersError("unknown contact")
        contact.name = fields["contactName"]
        contact.last_name = fields.get("contactLastName", contact.last_name)
        contact.email = fields.get("contactEmail", contact.email)
        contact.phone = fields.get("contactPhone", contact.phone)
        contact.data = fields.get("contactData", contact.data)
        if url := fields.get("contactIco"):
            contact.picture = Attachment("contactIco", url)
            contact.version += 1
            self._fetch([contact.picture], partial(self.publish_contact, contact))
        self.publish_contact(contact)
        return contact

    def _message_status(self, fields: Fields) -> None:
        message = self.messages.get(fields["messageId"])
        if message is None or message.author != "operator" or not message.id_told:
            raise BadParametersError("unknown message")
        message.ticks = _TICKS.get(fields["messageStatus"], "sent")
        message.ticks_text = fields.get("messageStatusText", "")
        message.ticks_history.append(message.ticks)
        self.publish_message(message)

    def _get_task(self, fields: Fields) -> Answer:
        task = self.tasks.get(fields["chatId"])
        if task is None:
            raise BadParametersError("task not found")
        return {"data": {"number": task.number}}

    def _get_contact(self, fields: Fields) -> Answer:
        contact = self.contacts.get(fields["contactId"])
        if contact is None:
            raise BadParametersError("unknown contact")
        return {"data": {"number": contact.number}}

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number


def new_id() -> str:
    """An id for a message, unlike any other."""
    return uuid4().hex
