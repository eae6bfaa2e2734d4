"""From the text of a request to the text of a message."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.telegram.errors import bad_request
from sandbox.telegram.text.builder import Entity
from sandbox.telegram.text.detection import found_entities
from sandbox.telegram.text.entities import arranged, check_bounds, given_entities
from sandbox.telegram.text.html_mode import parse_html
from sandbox.telegram.text.legacy_markdown import parse_legacy_markdown
from sandbox.telegram.text.markdown_mode import parse_markdown_v2
from sandbox.telegram.text.utf16 import boundaries, units

Parser = Callable[[str], tuple[str, list[Entity]]]

PARSERS: dict[str, Parser] = {
    "html": parse_html,
    "markdown": parse_legacy_markdown,
    "markdownv2": parse_markdown_v2,
}
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
REMOVED = re.compile("[\r\u2028-\u202e]")
BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Formatted:
    """A text and its entities, as a message shows them."""

    text: str
    entities: list[Entity] = field(default_factory=list)

    def content(self, *, caption: bool = False) -> dict[str, object]:
        """Return the fields of a message that hold this text; none for an empty text."""
        if not self.text:
            return {}
        text, entities = ("caption", "caption_entities") if caption else ("text", "entities")
        return {text: self.text} | ({entities: self.entities} if self.entities else {})


def formatted(text: str, parse_mode: str, entities: object) -> Formatted:
    """Return a request's text as Telegram would send it: parsed, cleaned, trimmed.

    Args:
        text: As it came.
        parse_mode: Any letter case; empty: none, then `entities` count.
        entities: The JSON value of `entities` or `caption_entities`.

    Raises:
        BotApiError: Markup or entities are wrong.
    """
    mode = parse_mode.lower()
    if text and mode not in {"", "none"}:
        if mode not in PARSERS:
            raise bad_request("unsupported parse_mode")
        text, given = PARSERS[mode](text)
    else:
        given = given_entities(entities)
        check_bounds(text, given)
    return _finished(*_cleaned(text, given))


def customer_text(text: str, entities: list[Entity] | None = None) -> Formatted:
    """Return a customer's text with the entities that Telegram finds in it."""
    return formatted(text, "", entities)


def check_length(text: Formatted, *, caption: bool = False) -> None:
    """Check a text against Telegram's limit, in UTF-16 units after parsing.

    Raises:
        BotApiError: It is too long.
    """
    if units(text.text) > (CAPTION_LIMIT if caption else TEXT_LIMIT):
        raise bad_request(f"message {'caption ' if caption else ''}is too long")


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop and blank the characters that Telegram does not keep."""
    text = BLANKED.sub(" ", text)
    if not REMOVED.search(text):
        return text, entities
    moved, offset = [], 0
    for character in text:
        moved.extend([offset] * units(character))
        offset += 0 if REMOVED.match(character) else units(character)
    moved.append(offset)
    placed = [_between(each, moved[each["offset"]], moved[_end(each)]) for each in entities]
    return REMOVED.sub("", text), placed


def _finished(text: str, entities: list[Entity]) -> Formatted:
    """Trim, arrange, and add what Telegram finds by itself."""
    right = units(text.rstrip())
    cut = [_between(each, each["offset"], min(_end(each), right)) for each in entities]
    kept = [each for each in cut if each["length"] > 0]
    text = text.rstrip()
    first = min((each["offset"] for each in kept), default=right)
    blank = len(text) - len(text.lstrip(" \n"))
    left = min(blank, boundaries(text).index(first) if first in boundaries(text) else blank)
    kept = [_between(each, each["offset"] - left, _end(each) - left) for each in kept]
    text = text[left:]
    if not text.strip():
        return Formatted("")
    given = arranged(kept)
    return Formatted(text, arranged([*given, *found_entities(text, given)]))


def _end(entity: Entity) -> int:
    end: int = entity["offset"] + entity["length"]
    return end


def _between(entity: Entity, begin: int, end: int) -> Entity:
    return entity | {"offset": begin, "length": end - begin}
