"""A group with the bot in it."""

from typing import Any

from sandbox.telegram.customer import Customer, membership_update
from sandbox.telegram.text import customer_text
from sandbox.telegram.world import Chat, Message, World

ANONYMOUS_ADMIN = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


class Group:
    """A group; its number changes when it becomes a supergroup."""

    def __init__(self, world: World, title: str, owner: Customer, *, supergroup: bool) -> None:
        self._world = world
        self._owner = owner
        self.chat: Chat = world.add_group(title, supergroup=supergroup)
        self._membership("left", "member")

    @property
    def chat_id(self) -> int:
        """The group's number, at present."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """The messages of the group, in order."""
        return list(self.chat.messages.values())

    def send(self, customer: Customer, content: dict[str, Any], **fields: object) -> Message:
        """Let a customer send a message of any kind."""
        message = self._world.post(self.chat, customer.user, fields | content)
        self._world.updates.offer("message", message)
        return message

    def send_text(self, customer: Customer, text: str, **fields: object) -> Message:
        """Let a customer send a text."""
        return self.send(customer, customer_text(text).content(), **fields)

    def migrate(self) -> int:
        """Become a supergroup and return the new number."""
        old = self.chat
        self.chat = self._world.add_group(old.info["title"], supergroup=True)
        leaving = self._world.post(old, self._owner.user, {"migrate_to_chat_id": self.chat_id})
        old.migrated_to = self.chat_id
        arriving = {"sender_chat": dict(self.chat.info), "migrate_from_chat_id": old.id}
        self._world.updates.offer("message", leaving)
        arrived = self._world.post(self.chat, ANONYMOUS_ADMIN, arriving)
        self._world.updates.offer("message", arrived)
        return self.chat_id

    def kick_bot(self) -> None:
        """Put the bot out."""
        self.chat.barred = f"bot was kicked from the {self.chat.info['type']} chat"
        self._membership("member", "kicked")

    def _membership(self, before: str, after: str) -> None:
        update = membership_update(self._world, self.chat, self._owner.user, before, after)
        self._world.updates.offer("my_chat_member", update)
