"""Rich messages: headings, lists, tables and media in one message, as readable plain text."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from aiogram.types import Message

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, joined, note
from bot.to_planfix.entities import date_of, link_beside
from bot.to_planfix.files import FILE_KINDS, Origin, customer_file
from bot.to_planfix.people import names_of
from bot.to_planfix.places import place_lines

_MEDIA: Final = {kind: kind for kind in FILE_KINDS} | {"voice_note": "voice"}
"""The types of blocks that hold a file, and the kind of file."""


def rich_message(message: Message, words: ContentTexts) -> Content:
    """A rich message, block by block."""
    if message.rich_message is None:
        return Content()
    return _Reader(words, Origin.of(message)).blocks(message.rich_message.blocks)


def rich_text(text: Any, words: ContentTexts) -> str:  # noqa: ANN401 - a string, a list, or one of thirty types
    """A rich text as plain text, its links with their addresses."""
    if text is None or isinstance(text, str):
        return clean(text or "")
    if isinstance(text, list | tuple):
        return "".join(rich_text(part, words) for part in text)
    inner = rich_text(getattr(text, "text", None), words)
    write = _TEXTS.get(text.type)
    return clean(write(text, inner, words)) if write else inner


_TEXTS: Final[dict[str, Callable[[Any, str, ContentTexts], str]]] = {
    "url": lambda text, inner, _: inner + link_beside(inner, text.url),
    "code": lambda _, inner, __: f"`{inner}`",
    "strikethrough": lambda _, inner, __: f"~~{inner}~~",
    "spoiler": lambda _, inner, words: note(words.spoiler.format(text=inner)),
    "custom_emoji": lambda text, _, __: str(text.alternative_text),
    "mathematical_expression": lambda text, _, __: f"`{text.expression}`",
    "button": lambda text, _, words: _button(text.button, words),
    "text_mention": lambda text, inner, _: (
        inner if (name := " ".join(names_of(text.user)).strip()) in inner else f"{inner} ({name})"
    ),
    "date_time": lambda text, inner, words: (
        f"{inner} ({date})" if (date := date_of(text.unix_time, words)) else inner
    ),
}


def _button(button: Any, words: ContentTexts) -> str:  # noqa: ANN401 - aiogram's RichMessageButton
    text = rich_text(button.text, words)
    return note(text + link_beside(text, button.url or ""))


class _Reader:
    """Reads blocks; numbers the files that it meets."""

    def __init__(self, words: ContentTexts, origin: Origin) -> None:
        self._words = words
        self._origin = origin
        self._files = 0
        self._readers: dict[str, Callable[[Any], Content]] = {
            "pre": self._pre,
            "divider": self._divider,
            "mathematical_expression": self._formula,
            "list": self._list,
            "blockquote": self._blockquote,
            "expandable_blockquote": self._pullquote,
            "pullquote": self._pullquote,
            "collage": self._collage,
            "slideshow": self._collage,
            "details": self._details,
            "table": self._table,
            "map": self._map,
            "buttons": self._buttons,
        }

    def blocks(self, blocks: Iterable[Any]) -> Content:
        """Several blocks, each on lines of its own."""
        return joined([self._block(block) for block in blocks])

    def _block(self, block: Any) -> Content:  # noqa: ANN401 - one of aiogram's RichBlock types
        if block.type in _MEDIA:
            return self._media(block)
        return self._readers.get(block.type, self._text_block)(block)

    def _text(self, text: Any) -> str:  # noqa: ANN401 - as rich_text
        return rich_text(text, self._words)

    def _text_block(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        """Any block that has words: a paragraph, a heading, a footer and others."""
        return Content(self._text(getattr(block, "text", None)))

    def _media(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        self._files += 1
        kind = _MEDIA[block.type]
        file = customer_file(kind, getattr(block, block.type), self._origin.part(self._files))
        return joined([Content("", (file,)), self._caption(block)])

    def _caption(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        caption = getattr(block, "caption", None)
        if caption is None:
            return Content()
        if not hasattr(caption, "credit"):
            return Content(self._text(caption))
        return Content(self._with_credit(self._text(caption.text), caption.credit))

    def _with_credit(self, text: str, credit: Any) -> str:  # noqa: ANN401 - as rich_text
        name = self._text(credit)
        return f"{text}\n— {name}" if name else text

    def _pre(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return Content(f"```{clean(block.language or '')}\n{self._text(block.text)}\n```")

    def _divider(self, _: object) -> Content:
        return Content("———")

    def _formula(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return Content(f"`{clean(block.expression)}`")

    def _list(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return joined([self._item(item) for item in block.items])

    def _item(self, item: Any) -> Content:  # noqa: ANN401 - aiogram's RichBlockListItem
        inside = self.blocks(item.blocks)
        mark = clean(item.label) or "•"
        if item.has_checkbox:
            mark = "☑" if item.is_checked else "☐"
        return Content(f"{mark} {inside.text}".replace("\n", "\n  "), inside.files)

    def _blockquote(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        inside = self.blocks(block.blocks)
        return Content(self._quote(inside.text, block.credit), inside.files)

    def _pullquote(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return Content(self._quote(self._text(block.text), block.credit))

    def _quote(self, text: str, credit: Any) -> str:  # noqa: ANN401 - as rich_text
        return "> " + self._with_credit(text, credit).replace("\n", "\n> ")

    def _collage(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return joined([self.blocks(block.blocks), self._caption(block)])

    def _details(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return joined([Content(self._text(block.summary)), self.blocks(block.blocks)])

    def _table(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        rows = [" | ".join(self._text(cell.text) for cell in row) for row in block.cells]
        return joined([self._caption(block), *map(Content, rows)])

    def _map(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        place = place_lines(self._words.kinds["location"], block.location, self._words)
        return joined([Content(place), self._caption(block)])

    def _buttons(self, block: Any) -> Content:  # noqa: ANN401 - as _block
        return Content(" ".join(_button(button, self._words) for button in block.buttons))
