"""What travels between PlanFix and a chat, as plain values.

The names are PlanFix's: a chat is one conversation, a contact is the customer in it, an operator is
the employee who answers in PlanFix. Empty text stands for "not given".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

ChatId = NewType("ChatId", str)
"""Names a conversation: our id, which PlanFix repeats in its answers."""
ContactId = NewType("ContactId", str)
"""Names a customer: our id."""
MessageId = NewType("MessageId", str)
"""Names an operator's message: PlanFix's id, to be given back in a `MessageStatus`."""
ProviderId = NewType("ProviderId", str)
"""Names the chat system as a whole, so that ids of several systems cannot clash; holds no `~`."""


def _require(value: str, name: str) -> None:
    if not value.strip():
        raise ValueError(f"PlanFix requires {name}: it must not be empty.")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the other side downloads from `url`; `name` is its file name."""

    name: str
    url: str

    def __post_init__(self) -> None:
        _require(self.url, "an attachment's url")


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer.

    PlanFix takes no contact without a name, but people do have blank names, and what they write
    must arrive all the same. So a blank `name` is no error: `names` finds a stand-in for it.

    Raises:
        ValueError: `contact_id` is blank.
    """

    contact_id: ContactId
    name: str
    last_name: str = ""
    picture_url: str = ""
    email: str = ""
    phone: str = ""
    data: str = ""
    """Free text about the customer."""

    def __post_init__(self) -> None:
        _require(self.contact_id, "contactId")

    @property
    def names(self) -> tuple[str, str]:
        """The name, never blank, and the last name, as PlanFix is told them."""
        if self.name.strip():
            return self.name, self.last_name
        stand_ins = (self.last_name, self.phone, self.email, self.contact_id)
        stand_in = next(text for text in stand_ins if text.strip())
        return stand_in, ""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message for the operators, or (`is_echo`) one that our side wrote to the customer.

    Raises:
        ValueError: `chat_id` is blank, or there is neither a text nor an attachment.
    """

    chat_id: ChatId
    message: str
    """May be blank beside attachments: PlanFix requires a text, so it then gets their names."""
    contact: Contact
    attachments: tuple[Attachment, ...] = ()
    channel: str = ""
    title: str = ""
    """Names the task that PlanFix may open for this message."""
    is_echo: bool = False
    user_email: str = ""
    """The author of an outgoing message: an employee's e-mail address."""
    task_fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Fields of a new task, by their exact names in PlanFix: `{"utm_source": "site"}`."""

    def __post_init__(self) -> None:
        _require(self.chat_id, "chatId")
        if not self.message.strip() and not self.attachments:
            raise ValueError("A message must have a text or an attachment.")


@dataclass(frozen=True, slots=True)
class GetTask:
    """Asks for the number of the task in which a chat goes on.

    Raises:
        ValueError: `chat_id` is blank.
    """

    chat_id: ChatId

    def __post_init__(self) -> None:
        _require(self.chat_id, "chatId")


@dataclass(frozen=True, slots=True)
class GetContact:
    """Asks for the number of a contact in PlanFix.

    Raises:
        ValueError: `contact_id` is blank.
    """

    contact_id: ContactId

    def __post_init__(self) -> None:
        _require(self.contact_id, "contactId")


@dataclass(frozen=True, slots=True)
class UpdateContact:
    """Tells PlanFix what is now known about a customer."""

    contact: Contact


class DeliveryStatus(StrEnum):
    """What became of an operator's message."""

    ERROR = "error"
    SENT = "sent"
    READ = "read"


@dataclass(frozen=True, slots=True)
class MessageStatus:
    """Tells PlanFix what became of an operator's message; `text` says why, in words.

    Raises:
        ValueError: `message_id` is blank.
    """

    message_id: MessageId
    status: DeliveryStatus
    text: str = ""

    def __post_init__(self) -> None:
        _require(self.message_id, "messageId")


Command = NewMessage | GetTask | GetContact | UpdateContact | MessageStatus
"""Everything that can be asked of PlanFix."""


@dataclass(frozen=True, slots=True)
class OperatorMessage:
    """A message that an operator wrote in PlanFix.

    It has a text or attachments (or both), and a `chat_id` or a `contact_phone` (or both).
    """

    message_id: MessageId | None
    """For the `MessageStatus`, and to tell a repeat. PlanFix may leave it out."""
    chat_id: ChatId | None
    """None when the operator writes first: then `contact_phone` is the only address."""
    contact_phone: str = ""
    channel: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    user_name: str = ""
    user_last_name: str = ""
    user_picture_url: str = ""
    task_email: str = ""
    raw: str = field(default="", repr=False)
    """The call as it came, urlencoded, without the key: to store, and to parse again later."""


@dataclass(frozen=True, slots=True)
class ChatRef:
    """Where an operator's message belongs. PlanFix learns it from the webhook's answer."""

    chat_id: ChatId
    contact_id: ContactId
