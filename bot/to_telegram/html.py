"""PlanFix's HTML fragments as text with formatting.

Ours, because libraries for it raise at tags that they do not know, and HTML parsers, the standard
one too, take `a<b` for markup and swallow it. Nothing visible is lost here, whatever comes.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from bot.to_telegram.formatted import FormattedText, Span
from bot.to_telegram.layout import Layout
from bot.to_telegram.links import safe_link, shown_address
from bot.to_telegram.markup import (
    BLOCKS,
    CELLS,
    LISTS,
    PARAGRAPHS,
    STYLES,
    Tag,
    decoded,
    has_tags,
    tokens_of,
)

MAX_SPANS: Final = 2000
MAX_DEPTH: Final = 100
"""Further formatting is passed over, so that no text can keep the bridge busy."""

_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col", "link", "meta", "base", "source"})
_BULLETED = frozenset({"li", *CELLS})
_CODE = frozenset({"code", "pre"})
_PICTURE = "🖼"
_LINE = "——————————"


def formatted(text: str) -> FormattedText:
    """What an operator wrote, HTML or not; `markup` has the rule. Never raises."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not has_tags(text):
        return FormattedText(decoded(text))
    reader = _Reader()
    for token in tokens_of(text):
        reader.read(token)
    return reader.finish()


@dataclass(slots=True)
class _Open:
    """An element that has begun."""

    name: str
    kind: str = ""
    """Of entity; empty: none."""
    start: int = -1
    """Its first character, once there is one."""
    piece: int = 0
    """The layout's piece at `start`."""
    address: str = ""
    number: int | None = None
    """Of the next item of an `ol`."""
    language: str = ""


class _Reader:
    """Writes text and spans while it reads one token after the other."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._spans: list[Span] = []
        self._stack: list[_Open] = []
        self._open: Counter[str] = Counter()
        self._started = 0
        """So many elements at the bottom of the stack have their `start`."""
        self._marked = 0
        """So many of them are around the waiting bullet."""

    def read(self, token: Tag | str) -> None:
        """Read the next token."""
        if isinstance(token, str):
            self._text(token)
        elif token.is_end:
            self._end(token.name)
        elif token.name in _VOID:
            self._void(token)
        else:
            self._begin(token)

    def finish(self) -> FormattedText:
        """The whole; what is still open ends here."""
        while self._stack:
            self._close()
        spans = sorted(self._spans, key=lambda span: (span.start, -span.end))
        return FormattedText(self._layout.text, tuple(spans[:MAX_SPANS]))

    def _text(self, text: str) -> None:
        if self._open["pre"]:
            self._write(text)
        elif text.strip() or self._in_cell() or not self._open["tr"]:
            *whole, last = text.split("\n")
            for line in whole:
                self._write(self._layout.line_of(line.rstrip(" \t\f")))
                self._layout.source_break()
            self._write(self._layout.line_of(last))

    def _write(self, text: str) -> None:
        if not text:
            return
        place = self._layout.write(text)
        for depth in range(self._started, len(self._stack)):
            element = self._stack[depth]
            element.start = place.mark if depth < self._marked else place.text
            element.piece = place.piece
        self._started, self._marked = len(self._stack), 0

    def _bullet(self, text: str) -> None:
        self._layout.bullet, self._marked = text, len(self._stack)

    def _block(self, name: str) -> None:
        """Begin or end a block; in a cell, whose row is one line, a space stands for that."""
        if not self._in_cell():
            self._layout.block(2 if name in PARAGRAPHS and not self._open["li"] else 1)
        elif not self._layout.bullet:
            self._bullet(" ")

    def _in_cell(self) -> bool:
        return any(self._open[cell] for cell in CELLS)

    def _void(self, tag: Tag) -> None:
        match tag.name:
            case "br" if self._open["pre"]:
                self._write("\n")
            case "br" if not self._in_cell():
                self._layout.line_break()
            case "br":
                self._block("br")
            case "hr":
                self._block("hr")
                self._write(_LINE)
                self._block("hr")
            case "img":
                self._image(tag.attributes.get("alt", ""), tag.attributes.get("src", ""))

    def _image(self, description: str, address: str) -> None:
        """A picture in the text: its description, as a link to it."""
        self._push(_Open("a", "text_link", address=address))
        self._write(description.strip() or safe_link(address) or _PICTURE)
        self._close()

    def _begin(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._block(name)
        self._end_implied(name)
        if len(self._stack) >= MAX_DEPTH:
            return
        if name in CELLS and not self._layout.at_line_start:
            self._bullet(" | ")
        self._push(_opened(tag))
        if name == "li":
            self._item()

    def _end_implied(self, name: str) -> None:
        """End what HTML lets a start tag end."""
        if name in {"a", "p"} or (name == "li" and not self._in_new_list()):
            self._end(name, block=False)
        if name in CELLS or name == "tr":
            for cell in CELLS:
                self._end(cell)

    def _in_new_list(self) -> bool:
        """Whether the innermost list has no open item."""
        inner = [element.name for element in self._stack if element.name in {"li", *LISTS}]
        return bool(inner) and inner[-1] in LISTS

    def _item(self) -> None:
        lists = [element for element in self._stack if element.name in LISTS]
        mark = "•"
        if lists and lists[-1].number is not None:
            mark = f"{lists[-1].number}."
            lists[-1].number += 1
        self._bullet(f"{'    ' * (len(lists) - 1)}{mark} ")
        self._marked -= 1  # the item itself begins behind its mark

    def _push(self, element: _Open) -> None:
        self._stack.append(element)
        self._open[element.name] += 1

    def _end(self, name: str, *, block: bool = True) -> None:
        """End the innermost `name` and all that is open inside it, if there is one."""
        while self._open[name] and self._close() != name:
            pass
        if block and name in BLOCKS:
            self._block(name)

    def _close(self) -> str:
        element = self._stack.pop()
        self._open[element.name] -= 1
        self._started = min(self._started, len(self._stack))
        self._marked = min(self._marked, len(self._stack))
        if element.name in _BULLETED:
            self._layout.bullet = ""  # it was empty
        if element.name == "a":
            self._close_link(element)
        elif element.kind and element.start >= 0 and self._may_hold(element.kind):
            self._span(element, element.language if element.kind == "pre" else "")
        elif element.kind == "code" and element.language:
            self._name_language(element.language)
        return element.name

    def _name_language(self, language: str) -> None:
        """`<pre><code class="language-…">` tells the language of the `pre`."""
        for element in self._stack:
            if element.kind == "pre":
                element.language = language

    def _close_link(self, element: _Open) -> None:
        label = self._layout.since(element.piece) if element.start >= 0 else ""
        link = safe_link(element.address)
        if not label.strip():
            self._write(link)
        elif link and self._may_hold("text_link"):
            self._span(element, link)
        elif shown := shown_address(element.address, label):
            self._write(f" {shown}")

    def _may_hold(self, kind: str) -> bool:
        """Whether what is open around may hold an entity of this kind in Telegram."""
        around = {element.kind for element in self._stack}
        if kind in _CODE and "text_link" in around:
            return False
        return kind not in around and not around & _CODE

    def _span(self, element: _Open, detail: str) -> None:
        self._spans.append(Span(element.kind, element.start, self._layout.length, detail))


def _opened(tag: Tag) -> _Open:
    element = _Open(tag.name, STYLES.get(tag.name, ""))
    given = tag.attributes
    if tag.name == "a":
        element.kind, element.address = "text_link", given.get("href", "")
    elif tag.name == "ol":
        start = given.get("start", "")
        element.number = int(start) if start.isdecimal() and len(start) < 10 else 1  # noqa: PLR2004 - digits
    elif tag.name in _CODE:
        language = given.get("class", "").partition("language-")[2].split()
        element.language = language[0] if language else ""
    elif tag.name == "span" and given.get("class") == "tg-spoiler":
        element.kind = "spoiler"
    return element
