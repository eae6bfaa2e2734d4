"""Long texts, cut into messages at the places where a reader would pause."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bot.to_telegram.characters import is_blank, may_cut
from bot.to_telegram.formatted import MAX_ENTITIES, FormattedText, utf16_length

MAX_TEXT: Final = 4096
"""UTF-16 units of a message's text."""
MAX_CAPTION: Final = 1024
"""UTF-16 units of a caption."""

_PAUSES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\n[^\S\n]*\n",  # a paragraph
        r"\n",  # a line
        r"(?<=[.!?…])\s|(?<=[.!?…][»”\")])\s",  # a sentence
        r"\s",  # a word
    )
)
_SPACE_AT_CUT: Final = re.compile(r"(?:[^\S\n]*\n)+|\s+")
"""What is left out at a cut: line ends, but not the indent of the line after them."""

_LOOK_AHEAD: Final = 8
"""Characters beyond a piece that tell whether it ends where a paragraph does."""


def chunks_of(whole: FormattedText, limit: int = MAX_TEXT) -> list[FormattedText]:
    """Cut `whole` into pieces of at most `limit` UTF-16 units and `MAX_ENTITIES` entities.

    Cut at the end of a paragraph if there is one, else of a line, a sentence, a word, else between
    characters; and not inside an entity, unless that is longer than a message: then it goes on in
    the next piece. The pieces give the whole, but for space at the cuts. Blank pieces are left out.
    """
    return [piece for piece in _pieces(whole, limit) if not is_blank(piece.text)]


def _pieces(whole: FormattedText, limit: int) -> Iterator[FormattedText]:
    start, length = 0, len(whole.text)
    while start < length:
        most = _window(whole, start, limit)
        end = most if most == length else _Window(whole, start, most, limit).cut()
        yield whole.part(start, end)
        space = _SPACE_AT_CUT.match(whole.text, end)
        start = space.end() if space else end


def _window(whole: FormattedText, start: int, limit: int) -> int:
    """The farthest end of a piece that begins at `start`; always beyond it."""
    most = whole.text[start : start + limit]
    if utf16_length(most) > limit:
        units = most.encode("utf-16-le", "surrogatepass")[: limit * 2]
        most = units.decode("utf-16-le", "ignore")
    end = start + len(most)
    inside = (span for span in whole.spans if span.start < end and start < span.end)
    one_too_many = next(islice(inside, MAX_ENTITIES, None), None)
    if one_too_many and one_too_many.start > start:
        return min(end, one_too_many.start)
    return max(end, start + 1)


class _Window:
    """Looks for the best end of a piece from `start` to at most `most`."""

    def __init__(self, whole: FormattedText, start: int, most: int, limit: int) -> None:
        self._text = whole.text
        self._start = start
        self._most = most
        self._within = bytearray(most - start + 1)
        """Tells the places inside entities that fit into a message, and so need not be cut."""
        for span in whole.spans:
            first, last = max(span.start, start - 1) + 1, min(span.end, most + 1)
            if first < last and utf16_length(self._text[span.start : span.end]) <= limit:
                self._within[first - start : last - start] = b"\1" * (last - first)

    def cut(self) -> int:
        """The end of the piece."""
        return (
            self._pause(avoid_entities=True)
            or self._between_characters(avoid_entities=True)
            or self._pause(avoid_entities=False)
            or self._between_characters(avoid_entities=False)
            or self._most
        )

    def _pause(self, *, avoid_entities: bool) -> int:
        """The last place of the best kind; 0 if there is none."""
        for pattern in _PAUSES:
            found = pattern.finditer(self._text, self._start, self._most + _LOOK_AHEAD)
            for place in reversed([match.start() for match in found]):
                if self._allowed(place, avoid_entities=avoid_entities):
                    return place
        return 0

    def _between_characters(self, *, avoid_entities: bool) -> int:
        for place in range(self._most, self._start, -1):
            allowed = self._allowed(place, avoid_entities=avoid_entities)
            if allowed and may_cut(self._text, place):
                return place
        return 0

    def _allowed(self, place: int, *, avoid_entities: bool) -> bool:
        if not self._start < place <= self._most:
            return False
        return not (avoid_entities and self._within[place - self._start])
