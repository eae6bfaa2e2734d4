"""Formatted text as readable plain text.

Telegram gives the text and, beside it, entities: spans counted in UTF-16 units. What only looks
different (bold, italic) or shows itself (hashtags, addresses) stays as it is; the rest is written
out. No character of the text is ever lost.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Final

from aiogram.enums import MessageEntityType as Kind
from aiogram.types import MessageEntity

from bot.texts import ContentTexts
from bot.to_planfix.people import names_of

_BLOCKS: Final = {Kind.PRE, Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE}
_WRITTEN_OUT: Final = _BLOCKS | {
    Kind.CODE,
    Kind.SPOILER,
    Kind.STRIKETHROUGH,
    Kind.TEXT_LINK,
    Kind.TEXT_MENTION,
    Kind.DATE_TIME,
}
_AROUND: Final = {Kind.CODE: ("`", "`"), Kind.STRIKETHROUGH: ("~~", "~~")}
_LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999, after which Python has no dates."""


@dataclass(frozen=True, slots=True)
class _Span:
    """An entity, its place counted in characters."""

    start: int
    end: int
    entity: MessageEntity


def readable(text: str, entities: Sequence[MessageEntity] | None, words: ContentTexts) -> str:
    """`text` with its structure written out: links with addresses, code, quotes, hidden text."""
    spans = _spans(text, entities or ())
    if not spans:
        return text
    writer = _Writer(words)
    _write(writer, text, spans)
    return "".join(writer.parts)


def _spans(text: str, entities: Iterable[MessageEntity]) -> list[_Span]:
    """What is written out: within the text, the outer spans before the inner ones."""
    wanted = [entity for entity in entities if entity.type in _WRITTEN_OUT]
    if not wanted:
        return []
    ends = list(accumulate((1 if char <= "\uffff" else 2 for char in text), initial=0))
    spans = [
        _Span(
            bisect_left(ends, max(0, entity.offset), hi=len(text)),
            bisect_left(ends, entity.offset + entity.length, hi=len(text)),
            entity,
        )
        for entity in wanted
    ]
    found = [span for span in spans if span.start < span.end]
    return sorted(found, key=lambda span: (span.start, -span.end, span.entity.type not in _BLOCKS))


def _write(writer: "_Writer", text: str, spans: Sequence[_Span]) -> None:
    stack: list[_Span] = []
    place = 0
    for span in spans:
        while stack and stack[-1].end <= span.start:
            place = writer.finish(stack.pop(), text, place)
        end = min(span.end, stack[-1].end) if stack else span.end
        writer.write(text[place : span.start])
        place = span.start
        stack.append(_Span(span.start, end, span.entity))
        writer.open(span.entity)
    while stack:
        place = writer.finish(stack.pop(), text, place)
    writer.write(text[place:])


class _Writer:
    """Writes plain text, with the quotation marks of mail (`> `) at the lines inside a quote."""

    def __init__(self, words: ContentTexts) -> None:
        self.parts: list[str] = []
        self._words = words
        self._quotes = 0
        self._at_line_start = True
        self._break_due = False

    def write(self, text: str) -> None:
        """Write `text`, after the line break that a block before it left to be written."""
        if not text:
            return
        if self._break_due and not text.startswith("\n"):
            text = f"\n{text}"
        self._break_due = False
        for line in text.splitlines(keepends=True) if self._quotes else (text,):
            if self._quotes and self._at_line_start:
                self.parts.append("> " * self._quotes)
            self.parts.append(line)
            self._at_line_start = line.endswith("\n")

    def open(self, entity: MessageEntity) -> None:
        """Begin what an entity says of the text that follows."""
        kind = entity.type
        if kind in _BLOCKS:
            self._begin_line()
        if kind == Kind.PRE:
            self.write(f"```{entity.language or ''}\n")
        elif kind in _BLOCKS:
            self._quotes += 1
        elif kind == Kind.SPOILER:
            self.write(self._spoiler()[0])
        elif kind in _AROUND:
            self.write(_AROUND[Kind(kind)][0])

    def finish(self, span: _Span, text: str, place: int) -> int:
        """Write the rest of a span's text and end it; returns how far the text is written."""
        self.write(text[place : span.end])
        kind = span.entity.type
        if kind == Kind.PRE:
            self._begin_line()
            self.write("```")
        elif kind in _BLOCKS:
            self._quotes -= 1
        elif kind == Kind.SPOILER:
            self.write(self._spoiler()[1])
        elif kind in _AROUND:
            self.write(_AROUND[Kind(kind)][1])
        else:
            self.write(_beside(span.entity, text[span.start : span.end], self._words))
        if kind in _BLOCKS:
            self._break_due = not self._at_line_start
        return max(place, span.end)

    def _begin_line(self) -> None:
        if self._break_due or not self._at_line_start:
            self._break_due = False
            self.write("\n")

    def _spoiler(self) -> tuple[str, str]:
        before, _, after = f"[{self._words.spoiler}]".partition("{text}")
        return before, after


def _beside(entity: MessageEntity, text: str, words: ContentTexts) -> str:
    """What stands in brackets after the words of an entity."""
    if entity.type == Kind.TEXT_LINK:
        return link_beside(text, entity.url or "")
    if entity.type == Kind.TEXT_MENTION and entity.user:
        name = " ".join(names_of(entity.user)).strip()
        return "" if name in text else f" ({name})"
    if entity.type == Kind.DATE_TIME:
        date = date_of(entity.unix_time, words)
        return f" ({date})" if date else ""
    return ""


def link_beside(text: str, url: str) -> str:
    """A link's address in brackets, unless the text is the address."""
    return "" if not url or _bare(url) == _bare(text) else f" ({url})"


def _bare(address: str) -> str:
    text = address.strip().lower()
    for prefix in ("http://", "https://", "mailto:", "tel:"):
        text = text.removeprefix(prefix)
    return text.rstrip("/")


def date_of(moment: int | datetime | None, words: ContentTexts) -> str:
    """A date of Telegram's for operators; empty if there is none."""
    if isinstance(moment, int):
        if not 0 < moment <= _LAST_SECOND:
            return ""
        moment = datetime.fromtimestamp(moment, UTC)
    return moment.astimezone(UTC).strftime(words.date_format) if moment else ""
