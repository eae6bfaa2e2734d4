"""`parse_mode=MarkdownV2`."""

import re
from dataclasses import dataclass

from sandbox.telegram.errors import BotApiError
from sandbox.telegram.text.builder import Entity, TextBuilder, byte_offset, unparsable

RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
MARKS = {"__": "underline", "||": "spoiler", "![": "custom_emoji", "```": "pre", "*": "bold",
         "_": "italic", "~": "strikethrough", "`": "code", "[": "text_link"}  # fmt: skip
ENDS = {kind: mark for mark, kind in MARKS.items()} | {"custom_emoji": "]", "text_link": "]"}
NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "code": "Code",
         "strikethrough": "Strikethrough", "spoiler": "Spoiler", "pre": "Pre",
         "text_link": "TextUrl", "custom_emoji": "CustomEmoji"}  # fmt: skip
LANGUAGE = re.compile(r"([^\s`]*)(?=\s)")
URL = re.compile(r"\(((?:\\.|[^)\\])*)\)", re.DOTALL)
EMOJI_URL = re.compile(r"tg://emoji/?\?(?:.*&)?id=(\d+).*", re.IGNORECASE)
LAST_ASCII = 126


@dataclass(frozen=True)
class OpenMark:
    """A mark that waits for its end."""

    kind: str
    begin: int
    index: int
    language: str = ""


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """Return text and entities.

    Raises:
        BotApiError: The markup is wrong.
    """
    return MarkdownParser(source).parse()


class MarkdownParser:
    """Walks over the source once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._index = 0
        self._built = TextBuilder()
        self._open: list[OpenMark] = []
        self._quote: int | None = None

    def parse(self) -> tuple[str, list[Entity]]:
        """Return text and entities."""
        while self._index < len(self._source):
            character = self._source[self._index]
            if character == "\\" and self._escaped():
                continue
            if character in self._reserved():
                self._mark(character)
            else:
                self._built.add(character)
                self._index += 1
        self._end_of_quote("blockquote")
        if self._open:
            raise self._endless()
        return self._built.text, self._built.entities

    def _ahead(self, mark: str) -> bool:
        return self._source.startswith(mark, self._index)

    def _escaped(self) -> bool:
        following = self._source[self._index + 1 : self._index + 2]
        if not following or ord(following) > LAST_ASCII:
            return False
        self._built.add(following)
        self._index += 2
        return True

    def _reserved(self) -> frozenset[str]:
        verbatim = self._open and self._open[-1].kind in {"code", "pre"}
        return frozenset("`") if verbatim else RESERVED

    def _mark(self, character: str) -> None:
        if character == "\n":
            self._new_line()
        elif self._open and self._ends(self._open[-1].kind):
            self._end(self._open.pop())
        elif character == ">" and self._at_line_start():
            self._quote = self._built.offset
            self._index += 1
        elif self._quote is not None and self._ahead("||") and self._at_line_end(2):
            self._index += 2
            self._end_of_quote("expandable_blockquote")
        else:
            self._begin(character)

    def _ends(self, kind: str) -> bool:
        if kind == "italic" and self._ahead("__"):
            return False
        return self._ahead(ENDS[kind])

    def _at_line_start(self) -> bool:
        before = self._source[: self._index]
        line = before[before.rfind("\n") + 1 :]
        return self._quote is None and line in {"", "**"}

    def _at_line_end(self, skipped: int) -> bool:
        return self._source[self._index + skipped : self._index + skipped + 1] in {"", "\n"}

    def _new_line(self) -> None:
        goes_on = self._source[self._index + 1 : self._index + 2] == ">"
        if self._quote is not None and not goes_on:
            if self._open:
                raise self._endless()
            self._built.add("\n")
            self._end_of_quote("blockquote")
            self._index += 1
            return
        self._built.add("\n")
        self._index += 2 if self._quote is not None else 1

    def _end_of_quote(self, kind: str) -> None:
        if self._quote is not None and not self._open:
            self._built.close(kind, self._quote)
            self._quote = None

    def _begin(self, character: str) -> None:
        mark = next((mark for mark in MARKS if self._ahead(mark)), None)
        if mark is None:
            raise unparsable(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        index, language = self._index, ""
        self._index += len(mark)
        if mark == "```":
            language = self._language()
        self._open.append(OpenMark(MARKS[mark], self._built.offset, index, language))

    def _language(self) -> str:
        found = LANGUAGE.match(self._source, self._index)
        language = found[1] if found else ""
        self._index += len(language)
        if self._ahead("\r\n"):
            self._index += 2
        elif self._ahead("\n"):
            self._index += 1
        return language

    def _end(self, mark: OpenMark) -> None:
        self._index += len(ENDS[mark.kind])
        match mark.kind:
            case "text_link":
                url = self._url("a URL") if self._ahead("(") else ""
                self._built.close_link(mark.begin, url)
            case "custom_emoji":
                self._end_of_custom_emoji(mark)
            case "pre" if mark.language:
                self._built.close("pre", mark.begin, language=mark.language)
            case kind:
                self._built.close(kind, mark.begin)

    def _end_of_custom_emoji(self, mark: OpenMark) -> None:
        if not self._ahead("("):
            raise unparsable("Custom emoji entity must contain a tg://emoji URL")
        found = EMOJI_URL.fullmatch(self._url("a custom emoji URL"))
        if found is None:
            raise unparsable("Custom emoji URL must have an emoji identifier")
        self._built.close_custom_emoji(mark.begin, found[1])

    def _url(self, what: str) -> str:
        found = URL.match(self._source, self._index)
        if found is None:
            place = byte_offset(self._source, self._index + 1)
            raise unparsable(f"Can't find end of {what} at byte offset {place}")
        self._index = found.end()
        return re.sub(r"\\(.)", r"\1", found[1])

    def _endless(self) -> BotApiError:
        mark = self._open[-1]
        name = "PreCode" if mark.kind == "pre" and mark.language else NAMES[mark.kind]
        place = byte_offset(self._source, mark.index)
        return unparsable(f"Can't find end of {name} entity at byte offset {place}")
