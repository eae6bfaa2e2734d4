"""What PlanFix keeps: contacts, tasks, messages and their attachments."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Pairs = list[tuple[str, str]]
Author = Literal["contact", "operator", "our side"]
Ticks = Literal["", "error", "sent", "read"]


class Operator(NamedTuple):
    """An employee who answers."""

    first_name: str
    last_name: str = ""


@dataclass
class Call:
    """One call that came to the chat API, accepted or not."""

    cmd: str
    pairs: Pairs
    status: int
    error: str
    time: float

    def get(self, name: str, default: str = "") -> str:
        """The first value of the field `name`, or `default`."""
        return next((value for key, value in self.pairs if key == name), default)

    def get_all(self, name: str) -> list[str]:
        """All values of the field `name`, in order."""
        return [value for key, value in self.pairs if key == name]


@dataclass
class Attachment:
    """A file: fetched from the bridge, or uploaded by an operator.

    `data` is None until the download ended, and stays None if it failed; `error` then says why.
    """

    name: str
    url: str
    data: bytes | None = None
    content_type: str = ""
    error: str = ""

    @property
    def settled(self) -> bool:
        """Whether the download ended, well or badly."""
        return self.data is not None or bool(self.error)

    def to_json(self) -> dict[str, Any]:
        """What the page shows of it; the bytes are fetched separately."""
        return {
            "name": self.name,
            "size": None if self.data is None else len(self.data),
            "content_type": self.content_type,
            "error": self.error,
        }


@dataclass
class Contact:
    """A customer as PlanFix knows them. `version` grows with every change of the picture."""

    id: str
    number: int
    name: str
    last_name: str = ""
    email: str = ""
    phone: str = ""
    data: str = ""
    picture: Attachment | None = None
    version: int = 0

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.name} {self.last_name}".strip()

    def to_json(self) -> dict[str, Any]:
        """What the page's contact card shows."""
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "last_name": self.last_name,
            "email": self.email,
            "phone": self.phone,
            "data": self.data,
            "has_picture": self.picture is not None and self.picture.data is not None,
            "picture_error": self.picture.error if self.picture else "",
            "version": self.version,
        }


@dataclass
class Message:
    """One message of a task.

    `id` is the one that `messageStatus` refers to; `id_told` is false for an operator's message
    that was delivered without its id. `delivery` says what the bridge answered to the webhook.
    """

    id: str
    chat_id: str
    author: Author
    author_name: str
    text: str
    time: float
    attachments: list[Attachment] = field(default_factory=list)
    ticks: Ticks = ""
    ticks_text: str = ""
    ticks_history: list[Ticks] = field(default_factory=list)
    id_told: bool = True
    delivery: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {
            "id": self.id,
            "chat_id": self.chat_id,
            "author": self.author,
            "author_name": self.author_name,
            "text": self.text,
            "time": self.time,
            "attachments": [attachment.to_json() for attachment in self.attachments],
            "ticks": self.ticks,
            "ticks_text": self.ticks_text,
            "delivery": self.delivery,
        }


@dataclass
class Task:
    """A conversation: one per chat."""

    chat_id: str
    number: int
    title: str
    contact_id: str = ""
    channel: str = ""
    data: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """What the page's list and header show, without the messages."""
        return {
            "chat_id": self.chat_id,
            "number": self.number,
            "title": self.title,
            "contact_id": self.contact_id,
            "channel": self.channel,
            "data": self.data,
        }
