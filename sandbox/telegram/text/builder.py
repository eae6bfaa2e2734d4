"""Collects the text and the entities that a parse mode yields."""

from typing import Any

from sandbox.telegram.errors import BotApiError, bad_request
from sandbox.telegram.text.links import checked_link, mentioned_user
from sandbox.telegram.text.utf16 import part, units

Entity = dict[str, Any]


class TextBuilder:
    """Text so far, its length in UTF-16 units, and the entities closed so far."""

    def __init__(self) -> None:
        self.offset = 0
        self.entities: list[Entity] = []
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        """Append plain text."""
        self._pieces.append(piece)
        self.offset += units(piece)

    def close(self, kind: str, begin: int, **details: object) -> None:
        """Add an entity from `begin` to here; an empty one is left out."""
        if self.offset > begin:
            length = self.offset - begin
            self.entities.append({"offset": begin, "length": length, "type": kind, **details})

    def close_link(self, begin: int, url: str) -> None:
        """Add a link or a mention; without `url` the text is the link. A bad link is left out."""
        url = url or part(self.text, begin, self.offset - begin)
        user_id = mentioned_user(url)
        if user_id is not None:
            self.close("text_mention", begin, user={"id": user_id})
        elif link := checked_link(url):
            self.close("text_link", begin, url=link)

    def close_custom_emoji(self, begin: int, emoji_id: str) -> None:
        """Add a custom emoji.

        Raises:
            BotApiError: The id is no number.
        """
        if not emoji_id.isdecimal() or not int(emoji_id):
            raise unparsable("Invalid custom emoji identifier specified")
        self.close("custom_emoji", begin, custom_emoji_id=emoji_id)


def unparsable(reason: str) -> BotApiError:
    """Return the error of a text that its parse mode does not admit."""
    return bad_request(f"can't parse entities: {reason}")


def byte_offset(text: str, index: int) -> int:
    """Return the place of a character as Telegram names it, in bytes."""
    return len(text[:index].encode("utf-8", "surrogatepass"))
