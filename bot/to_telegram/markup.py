"""Which texts are HTML, and which of their tags mean what.

PlanFix sends what its editor made: a fragment of HTML, or a plain text, and does not say which.
A text counts as HTML if it holds one of these; else it arrives as it was written:

* an end tag of an element of HTML: `</b>`;
* a start tag of one with attributes or with a name of two letters or more: `<a href="…">`, `<br>`;
* a start tag of one letter, written as markup is: `<b>word`, but not `x<b>y` or `the <i> key`;
* a character reference with its semicolon: `&lt;`, `&nbsp;`, `&#39;`.

So `a < b`, `if (x<y && y>z)`, `<3`, `C++ <vector>`, `AT&T` and `?a=1&copy=2` are plain text, and
even inside HTML only tags of HTML's own elements count as tags.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from typing import Final

STYLES: Final = {
    "b": "bold", "strong": "bold", "th": "bold", "h1": "bold", "h2": "bold", "h3": "bold",
    "h4": "bold", "h5": "bold", "h6": "bold", "dt": "bold", "i": "italic", "em": "italic",
    "cite": "italic", "dfn": "italic", "var": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code",
    "kbd": "code", "samp": "code", "tt": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}  # fmt: skip
"""Elements that are an entity in Telegram."""

PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements with an empty line around them."""

BLOCKS: Final = PARAGRAPHS | {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "li", "main",
    "nav", "ol", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
"""Elements that begin and end a line."""

LISTS: Final = frozenset({"ul", "ol"})
CELLS: Final = frozenset({"td", "th"})
_OTHERS: Final = frozenset({
    "a", "abbr", "acronym", "audio", "base", "bdi", "bdo", "big", "body", "br", "button", "canvas",
    "col", "colgroup", "font", "hr", "html", "iframe", "img", "input", "label", "legend", "link",
    "mark", "marquee", "meta", "nobr", "noscript", "option", "picture", "q", "rp", "rt",
    "ruby", "script", "select", "small", "source", "span", "style", "sub", "sup", "svg", "textarea",
    "time", "title", "video", "wbr",
})  # fmt: skip
_ELEMENTS: Final = frozenset(STYLES) | BLOCKS | CELLS | _OTHERS
_OFFICE: Final = frozenset({"o", "w", "v", "m", "st1"})
"""Elements of Word's own, `<o:p>`: passed over, as a browser does."""

_TAG: Final = re.compile(
    r"<(?P<end>/)?(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<office>:[a-zA-Z]++)?"
    r"(?P<attributes>(?:\s++[a-zA-Z_:@][\w:.@-]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+)\s*+/?+>"
)
_ATTRIBUTE: Final = re.compile(
    r"([\w:.@-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++))"
)
_UNSEEN: Final = re.compile(r"<(?:!--|(head)(?:\s[^<>]*+)?>)", re.IGNORECASE)
"""What begins a part that is not shown. A script or a style is: its words may be meant."""
_REFERENCE: Final = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([a-zA-Z][a-zA-Z0-9]{1,31}));"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; the name in small letters."""

    name: str
    is_end: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def has_tags(text: str) -> bool:
    """Whether `text` holds tags, by the rule above."""
    return "<" in text and any(map(_tells_html, _TAG.finditer(text)))


def tokens_of(text: str) -> Iterator[Tag | str]:
    """The tags of `text`, and what stands between them with its references decoded."""
    for shown in _shown_parts(text):
        place = 0
        for match in _TAG.finditer(shown):
            if not _is_element(match):
                continue
            if place < match.start():
                yield decoded(shown[place : match.start()])
            place = match.end()
            if not match["office"]:
                attributes = _attributes(match["attributes"])
                yield Tag(match["name"].lower(), bool(match["end"]), attributes)
        if place < len(shown):
            yield decoded(shown[place:])


def decoded(text: str) -> str:
    """`text` with its character references replaced."""
    return _REFERENCE.sub(_decode, text) if "&" in text else text


def _shown_parts(text: str) -> Iterator[str]:
    """`text` without comments and heads; what has no end is shown."""
    place = 0
    endless: set[str] = set()
    for match in _UNSEEN.finditer(text):
        name = (match[1] or "").lower()
        if match.start() < place or name in endless:
            continue
        end = re.compile(rf"</{name}\s*+>" if name else "-->", re.IGNORECASE)
        if found := end.search(text, match.end()):
            yield text[place : match.start()]
            place = found.end()
        else:
            endless.add(name)
    yield text[place:]


def _tells_html(match: re.Match[str]) -> bool:
    if match["office"] or not _is_element(match):
        return False
    if match["end"] or "=" in match["attributes"]:
        return True
    if match["attributes"]:
        return False
    if len(match["name"]) > 1:
        return True
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return not before.isalnum() and bool(after.strip())


def _is_element(match: re.Match[str]) -> bool:
    office = match["office"]
    return match["name"].lower() in (_OFFICE if office else _ELEMENTS)


def _attributes(source: str) -> dict[str, str]:
    return {
        name.lower(): decoded(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(source)
    }


def _decode(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name and f"{name};" not in html5 else unescape(match[0])
