"""A text with formatting, independent of how it came and of how Telegram counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from aiogram.types import MessageEntity

MAX_ENTITIES: Final = 100
"""Telegram passes over further entities of a message."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of formatted text: characters from `start` up to `end`.

    Args:
        kind: As the Bot API calls the entity: `bold`, `text_link`, …
        start: Its first character.
        end: The character after its last one.
        detail: The address of a `text_link`, the language of a `pre`.
    """

    kind: str
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its spans, sorted by where they start."""

    text: str
    spans: tuple[Span, ...] = ()

    def __add__(self, other: "FormattedText") -> "FormattedText":
        moved = shifted(other.spans, len(self.text))
        return FormattedText(self.text + other.text, self.spans + tuple(moved))

    def part(self, start: int, end: int) -> "FormattedText":
        """The characters from `start` up to `end`, with what lies of each span in there."""
        cut = (
            replace(span, start=max(span.start, start), end=min(span.end, end))
            for span in self.spans
            if span.start < end and start < span.end
        )
        return FormattedText(self.text[start:end], tuple(shifted(cut, -start)))

    def bare(self) -> "FormattedText":
        """The same text without formatting."""
        return FormattedText(self.text)

    def fits(self, limit: int) -> bool:
        """Whether Telegram takes it as one message of at most `limit` UTF-16 units."""
        return len(self.spans) <= MAX_ENTITIES and utf16_length(self.text) <= limit

    def entities(self) -> list[MessageEntity] | None:
        """The spans as Telegram takes them, counted in UTF-16 units; None if there are none."""
        return [self._entity(span) for span in self.spans[:MAX_ENTITIES]] or None

    def _entity(self, span: Span) -> MessageEntity:
        return MessageEntity(
            type=span.kind,
            offset=utf16_length(self.text[: span.start]),
            length=utf16_length(self.text[span.start : span.end]),
            url=span.detail if span.kind == "text_link" else None,
            language=span.detail or None if span.kind == "pre" else None,
        )


def shifted(spans: Iterable[Span], by: int) -> Iterable[Span]:
    """Spans moved by so many characters."""
    return (replace(span, start=span.start + by, end=span.end + by) for span in spans)


def utf16_length(text: str) -> int:
    """The length of `text` as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
