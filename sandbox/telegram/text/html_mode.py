"""`parse_mode=HTML`."""

import re
from dataclasses import dataclass

from sandbox.telegram.text.builder import Entity, TextBuilder, byte_offset, unparsable

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
}  # fmt: skip
TAGS = frozenset({*KINDS, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"})
ARGUMENTS = {
    ("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix"), ("code", "class"),
    ("span", "class"), ("blockquote", "expandable"),
}  # fmt: skip
REFERENCE = re.compile(r"&(?:#x([0-9a-f]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?", re.IGNORECASE)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LAST_CHARACTER = 0x10FFFF
PLAIN = re.compile(r"[^<&]+")
NAME = re.compile(r"[^\s>]*")
SPACES = re.compile(r"\s*")
ATTRIBUTE_NAME = re.compile(r"""[^\s=>/"']*""")
ATTRIBUTE_VALUE = re.compile(r"""'([^']*)'?|"([^"]*)"?|([A-Za-z0-9.-]*)""")


@dataclass(frozen=True)
class OpenTag:
    """A tag that waits for its end: its name, its one telling attribute, where its text begins."""

    name: str
    argument: str
    begin: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return text and entities.

    Raises:
        BotApiError: The markup is wrong.
    """
    return HtmlParser(source).parse()


class HtmlParser:
    """Walks over the source once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._built = TextBuilder()
        self._open: list[OpenTag] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return text and entities."""
        while self._position < len(self._source):
            if plain := self._take(PLAIN):
                self._built.add(plain)
            elif self._source[self._position] == "&":
                self._reference()
            elif self._source.startswith("</", self._position):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            name = self._open[-1].name
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
        for entity in self._built.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return self._built.text, self._built.entities

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._source, self._position)
        if found is None:
            return ""
        self._position = found.end()
        return found[0]

    @property
    def _next(self) -> str:
        return self._source[self._position : self._position + 1]

    def _reference(self) -> None:
        found = REFERENCE.match(self._source, self._position)
        decoded = _decoded(found) if found else ""
        self._built.add(decoded or "&")
        self._position = found.end() if found and decoded else self._position + 1

    def _start_tag(self) -> None:
        begin = byte_offset(self._source, self._position)
        self._position += 1
        name = self._take(NAME).lower()
        if not self._next:
            raise unparsable(f"Unclosed start tag at byte offset {begin}")
        if name not in TAGS:
            raise unparsable(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument = self._attributes(name, begin)
        if name == "span" and argument != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(OpenTag(name, argument, self._built.offset))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._take(SPACES)
            if self._next == ">":
                self._position += 1
                return argument
            name = self._take(ATTRIBUTE_NAME)
            if not name:
                raise unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            value = self._attribute_value(begin)
            if (tag, name) in ARGUMENTS:
                argument = value or name

    def _attribute_value(self, begin: int) -> str:
        self._take(SPACES)
        if self._next != "=":
            if not self._next:
                raise unparsable(f"Unclosed start tag at byte offset {begin}")
            return ""
        self._position += 1
        self._take(SPACES)
        here = byte_offset(self._source, self._position)
        quoted = self._next in {"'", '"'}
        value = self._take(ATTRIBUTE_VALUE)
        if not self._next:
            raise unparsable(f"Unclosed start tag at byte offset {begin}")
        if quoted:
            return REFERENCE.sub(lambda found: _decoded(found) or found[0], value[1:-1])
        if not self._next.isspace() and self._next != ">":
            raise unparsable(f"Unexpected end of name token at byte offset {here}")
        return value.lower()

    def _end_tag(self) -> None:
        begin = byte_offset(self._source, self._position)
        if not self._open:
            raise unparsable(f"Unexpected end tag at byte offset {begin}")
        self._position += 2
        name = self._take(NAME).lower()
        self._take(SPACES)
        if self._next != ">":
            raise unparsable(f"Unclosed end tag at byte offset {begin}")
        self._position += 1
        tag = self._open.pop()
        if name not in {"", tag.name}:
            raise unparsable(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        built, begin, argument = self._built, tag.begin, tag.argument
        match tag.name:
            case "a":
                built.close_link(begin, "" if argument == "href" else argument)
            case "tg-emoji":
                built.close_custom_emoji(begin, argument)
            case "tg-time":
                built.close(
                    "date_time", begin, unix_time=int(argument) if argument.isdecimal() else 0
                )
            case "blockquote":
                built.close("expandable_blockquote" if argument else "blockquote", begin)
            case "pre" | "code":
                self._close_code(tag)
            case name:
                built.close(KINDS[name], begin)

    def _close_code(self, tag: OpenTag) -> None:
        entities, begin = self._built.entities, tag.begin
        whole = {"offset": begin, "length": self._built.offset - begin}
        same = bool(entities) and whole.items() <= entities[-1].items()
        language = tag.argument.removeprefix("language-") if tag.name == "code" else ""
        if tag.name == "pre" and same and entities[-1].get("type") == "code":
            entities[-1]["type"] = "pre"
        elif language and language != "class" and self._open and self._open[-1].name == "pre":
            self._built.close("code", begin, language=language)
        else:
            self._built.close(tag.name, begin)


def _decoded(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED[name.lower()]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= LAST_CHARACTER and not 0xD800 <= code <= 0xDFFF else ""  # noqa: PLR2004 - the surrogates
