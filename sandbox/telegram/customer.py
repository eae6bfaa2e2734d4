"""A customer: a person in Telegram who writes to the bot."""

import itertools
import time
from typing import Any

from sandbox.telegram import media
from sandbox.telegram.text import customer_text
from sandbox.telegram.world import Chat, Message, User, World, as_reply, private_chat_info

Content = dict[str, Any]

_albums = itertools.count(13_400_000_000_000_001)
_queries = itertools.count(21_474_836_480_000_000_001)


class Customer:
    """One person and the private chat with the bot.

    Each method does what the person would do in Telegram, and queues the update that Telegram
    would send to the bot. Methods that send return the message.
    """

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self._reactions: dict[int, list[Content]] = {}
        self.user = user
        self.chat: Chat = world.add_private_chat(user)

    @property
    def chat_id(self) -> int:
        """The number of the chat, and of the person."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """The chat as the customer sees it, both sides, in order."""
        return list(self.chat.messages.values())

    @property
    def keyboard(self) -> Content | None:
        """The reply keyboard that the customer sees, if the bot has sent one."""
        return self.chat.keyboard

    @property
    def menu(self) -> list[Content]:
        """The bot's commands as the customer sees them beside the message field."""
        return self._world.menu(self.user)

    @property
    def blocked(self) -> bool:
        """Whether the customer has blocked the bot."""
        return self.chat.barred == "bot was blocked by the user"

    def send(self, content: Content, **fields: object) -> Message:
        """Send a message of any kind.

        Args:
            content: The Bot API's content, such as `{"location": {…}}`.
            fields: Further fields of the message, such as `forward_origin`; `reply_to` is the id
                of the message that this one answers. All sending methods take them.

        Raises:
            RuntimeError: The customer has blocked the bot, and cannot write before `unblock`.
        """
        return self._send(content, fields)

    def _send(self, content: Content, fields: Content) -> Message:
        if self.blocked:
            raise RuntimeError("a customer who blocked the bot cannot write to it")
        self.chat.open = True
        extra = {name: value for name, value in fields.items() if name != "reply_to"}
        reply_to = fields.get("reply_to")
        if reply_to is not None:
            extra["reply_to_message"] = as_reply(self.chat.messages[reply_to])
        message = self._world.post(self.chat, self.user, extra | content)
        self._world.updates.offer("message", message)
        return message

    def send_text(
        self,
        text: str,
        entities: list[Content] | None = None,
        reply_to: int | None = None,
        **fields: object,
    ) -> Message:
        """Send a text; Telegram adds the entities that it finds by itself.

        Raises:
            ValueError: There is nothing but blanks in it, which no client would send.
        """
        content = customer_text(text, entities).content()
        if not content:
            raise ValueError("a text needs words")
        fields |= {} if reply_to is None else {"reply_to": reply_to}
        return self._send(content, fields)

    def start(self, payload: str = "") -> Message:
        """Press Start, or follow a link with a payload; this unblocks the bot first."""
        if self.blocked:
            self.unblock()
        return self.send_text(f"/start {payload}".strip())

    def send_photo(self, data: bytes, caption: str = "", **fields: object) -> Message:
        """Send a photo."""
        return self._send_file(
            {"photo": media.photo_sizes(self._world.files, data)}, caption, fields
        )

    def send_document(
        self,
        data: bytes,
        name: str,
        caption: str = "",
        mime_type: str | None = None,
        **fields: object,
    ) -> Message:
        """Send a file."""
        stored = self._world.files.add(data, kind="document", name=name, mime_type=mime_type or "")
        return self._send_file({"document": media.document(stored)}, caption, fields)

    def send_video(
        self, data: bytes, caption: str = "", name: str = "video.mp4", **fields: object
    ) -> Message:
        """Send a video."""
        stored = self._world.files.add(data, kind="video", name=name)
        return self._send_file({"video": media.video(stored, 1280, 720, 5)}, caption, fields)

    def send_animation(
        self, data: bytes, caption: str = "", name: str = "animation.mp4", **fields: object
    ) -> Message:
        """Send a moving picture without sound."""
        stored = self._world.files.add(data, kind="animation", name=name)
        return self._send_file(media.animation(stored, 320, 240, 3), caption, fields)

    def send_audio(
        self,
        data: bytes,
        caption: str = "",
        name: str = "song.mp3",
        title: str = "",
        performer: str = "",
        **fields: object,
    ) -> Message:
        """Send music."""
        stored = self._world.files.add(data, kind="audio", name=name)
        content = {"audio": media.audio(stored, 180, title, performer)}
        return self._send_file(content, caption, fields)

    def send_voice(self, data: bytes, caption: str = "", **fields: object) -> Message:
        """Send a voice message."""
        stored = self._world.files.add(data, kind="voice", mime_type="audio/ogg")
        return self._send_file({"voice": media.voice(stored, 4)}, caption, fields)

    def send_video_note(self, data: bytes, **fields: object) -> Message:
        """Send a round video."""
        stored = self._world.files.add(data, kind="video_note", mime_type="video/mp4")
        return self._send({"video_note": media.video_note(stored, 384, 6)}, fields)

    def send_sticker(self, data: bytes, emoji: str = "👍", **fields: object) -> Message:
        """Send a sticker: WebP, TGS or WebM, as the bytes tell."""
        stored = self._world.files.add(data, kind="sticker")
        return self._send({"sticker": media.sticker(stored, emoji)}, fields)

    def _send_file(self, content: Content, caption: str, fields: Content) -> Message:
        return self._send(content | customer_text(caption).content(caption=True), fields)

    def send_album(
        self,
        items: list[tuple[str, bytes] | tuple[str, bytes, str]],
        caption: str = "",
        group_id: str | None = None,
    ) -> list[Message]:
        """Send an album: one message and one update per item, the caption on the first.

        Args:
            items: Kind (`photo`, `video`, `document`, `audio`), content and, if it has one, name.
            caption: The album's.
            group_id: To go on with an album, its `media_group_id`.
        """
        group = group_id or str(next(_albums))
        sent: list[Message] = []
        for kind, data, *name in items:
            words = caption if not sent else ""
            named = {"name": name[0]} if name else {}
            if kind == "document":
                named.setdefault("name", "file.bin")
            send = getattr(self, f"send_{kind}")
            sent.append(send(data, caption=words, media_group_id=group, **named))
        return sent

    def send_contact(self, phone: str, *, own: bool = True, first_name: str = "Пётр") -> Message:
        """Send a phone number: the customer's own, or that of somebody who is not in Telegram."""
        contact: Content = {"phone_number": phone, "first_name": first_name}
        if own:
            names = {n: self.user[n] for n in ("first_name", "last_name") if n in self.user}
            contact |= names | {"user_id": self.user["id"]}
        return self.send({"contact": contact})

    def edit_text(self, message_id: int, text: str) -> Message:
        """Change the words of an own message."""
        before = self.chat.messages[message_id]
        caption = "text" not in before
        cleared: Content = {"caption_entities": None} if caption else {"entities": None}
        content = cleared | customer_text(text).content(caption=caption)
        message = self._world.edit(self.chat, message_id, content)
        self._world.updates.offer("edited_message", message)
        return message

    def react(self, message_id: int, emoji: str | None) -> None:
        """React to a message, or take the reaction away with None."""
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        update = {
            "chat": dict(self.chat.info),
            "message_id": message_id,
            "user": dict(self.user),
            "date": int(time.time()),
            "old_reaction": self._reactions.get(message_id, []),
            "new_reaction": new,
        }
        self._reactions[message_id] = new
        self._world.feed.publish(
            {
                "type": "reaction",
                "chat_id": self.chat_id,
                "message_id": message_id,
                "from_bot": False,
                "reaction": new,
            }
        )
        self._world.updates.offer("message_reaction", update)

    def click(self, message_id: int, callback_data: str) -> str:
        """Press a button under a message and return the id of the callback query."""
        query_id = str(next(_queries))
        self._world.callback_queries[query_id] = self.chat_id
        query = {
            "id": query_id,
            "from": dict(self.user),
            "message": self.chat.messages[message_id],
            "chat_instance": str(-self.chat_id * 7_919),
            "data": callback_data,
        }
        self._world.updates.offer("callback_query", query)
        return query_id

    def block(self) -> None:
        """Block the bot."""
        self._change_membership("bot was blocked by the user", "member", "kicked")

    def unblock(self) -> None:
        """Unblock the bot."""
        self._change_membership(None, "kicked", "member")

    def deactivate(self) -> None:
        """Delete the account; Telegram tells the bot nothing."""
        self.chat.barred = "user is deactivated"

    def _change_membership(self, barred: str | None, before: str, after: str) -> None:
        self.chat.barred = barred
        update = membership_update(self._world, self.chat, self.user, before, after)
        self._publish()
        self._world.updates.offer("my_chat_member", update)

    def rename(
        self,
        first_name: str | None = None,
        last_name: str | None = None,
        username: str | None = None,
    ) -> None:
        """Change names; an empty one goes away. The bot sees it at the next message."""
        names = {"first_name": first_name, "last_name": last_name, "username": username}
        self.user |= {name: value for name, value in names.items() if value is not None}
        for name, value in names.items():
            if value == "":
                self.user.pop(name)
        self.chat.info = private_chat_info(self.user)
        self._publish()

    def set_picture(self, data: bytes) -> None:
        """Set a new profile picture; the bot sees it when it asks."""
        sizes = media.photo_sizes(self._world.files, data, "profile")
        self._world.pictures.setdefault(self.user["id"], []).insert(0, sizes)
        self._publish()

    def _publish(self) -> None:
        event = {"type": "customer", "customer": dict(self.user), "blocked": self.blocked}
        self._world.feed.publish(event)


def membership_update(
    world: World, chat: Chat, by: User, before: str, after: str
) -> dict[str, Any]:
    """Return a ChatMemberUpdated about the bot."""
    return {
        "chat": dict(chat.info),
        "from": dict(by),
        "date": int(time.time()),
        "old_chat_member": _member(world.bot, before),
        "new_chat_member": _member(world.bot, after),
    }


def _member(user: User, status: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": dict(user), "status": status}
    return member | ({"until_date": 0} if status == "kicked" else {})
