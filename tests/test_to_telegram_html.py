"""PlanFix's HTML as text with formatting."""

import time

import pytest
from aiogram.types import MessageEntity
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.to_telegram import FormattedText, Span, chunks_of, formatted, utf16_length
from bot.to_telegram.characters import is_blank
from bot.to_telegram.links import safe_link
from sandbox.telegram import text as telegram_text


def marked(text: FormattedText) -> list[tuple[str, ...]]:
    """The spans as kind, words and, if there is one, detail."""
    return [
        (span.kind, text.text[span.start : span.end], *([span.detail] if span.detail else []))
        for span in text.spans
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a < b",
        "if (x<y && y>z) return;",
        "if (a<b && b>c) return;",
        "x<b>y",
        "List<p> paragraphs;",
        "press the <i> key, then <s>",
        "<3",
        "<",
        "<<b",
        "C++ <vector> and #include <map>",
        "AT&T, R&D",
        "&copy without its semicolon",
        "https://a.ru/?a=1&copy=2&lt=3",
        "&unknown; &;",
        "<vector<int>>",
        "line one\n  indented\n\n\nthe end  ",
        "a\ttab",
        "*stars* _lines_ `ticks` [brackets](x)",
        "<me@example.com>",
        "<https://example.com>",
        "<!-- no comment",
    ],
)
def test_plain_text_stays(text: str) -> None:
    """A text that merely contains signs of markup is not changed."""
    assert formatted(text) == FormattedText(text)


@pytest.mark.parametrize(
    ("html", "text", "spans"),
    [
        ("<b>bold</b>", "bold", [("bold", "bold")]),
        ("<STRONG>bold</STRONG>", "bold", [("bold", "bold")]),
        ("<em>i</em><u>u</u>", "iu", [("italic", "i"), ("underline", "u")]),
        ("<del>a</del> <ins>b</ins>", "a b", [("strikethrough", "a"), ("underline", "b")]),
        ("<b>one <i>two</b> three</i>", "one two three", [("bold", "one two"), ("italic", "two")]),
        ("<b>not closed", "not closed", [("bold", "not closed")]),
        ("closed</b> too often</i>", "closed too often", []),
        ("text <b>word", "text word", [("bold", "word")]),
        ("<b></b>empty", "empty", []),
        ("<code>a &lt; b</code>", "a < b", [("code", "a < b")]),
        ("<code>no <b>bold</b> in code</code>", "no bold in code", [("code", "no bold in code")]),
        (
            '<pre><code class="language-python">if a:\n    b()</code></pre>',
            "if a:\n    b()",
            [("pre", "if a:\n    b()", "python")],
        ),
        ("<blockquote>said<br>so</blockquote>and", "said\nso\nand", [("blockquote", "said\nso")]),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "a\nb",
            [("blockquote", "a\nb")],
        ),
        ("<h1>Title</h1>text", "Title\n\ntext", [("bold", "Title")]),
        ('<span class="x" style="color: red">a</span> <font color=red>b</font>', "a b", []),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("a<br>b<br/>c<BR />d", "a\nb\nc\nd", []),
        ("a<br>\nb\n<br>c", "a\nb\nc", []),
        ("a<br><br>b", "a\n\nb", []),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo", []),
        ("<p>one</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo", []),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb", []),
        ("<div>\n  <div>a</div>\n  <div>b</div>\n</div>", "a\nb", []),
        ("<b>a</b>\nb", "a\nb", [("bold", "a")]),
        ("<ul>\n <li>one</li>\n <li><b>two</b></li>\n</ul>", "• one\n• two", [("bold", "two")]),
        ("<ul><li>one</li></ul>end", "• one\nend", []),
        ("<blockquote><ul><li>a</li></ul></blockquote>", "• a", [("blockquote", "• a")]),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b", []),
        ('<ol start="7"><li>a<li>b</ol>', "7. a\n8. b", []),
        (
            "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
            "• a\n    1. b\n    2. c\n• d",
            [],
        ),
        ("<ul><li></li><li>a</li></ul>", "• a", []),
        (
            "<table><tr><th>A</th> <th>B</th></tr>\n<tr><td>1<td><p>2</p></table>after",
            "A | B\n1 | 2\nafter",
            [("bold", "A"), ("bold", "B")],
        ),
        ("a<hr>b", "a\n——————————\nb", []),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2", []),
        ("&laquo;a&raquo; &#8212; &#x1F600;", "«a» — 😀", []),
        ("10&nbsp;000", "10\u00a0000", []),
        ("&lt;b&gt;shown&lt;/b&gt;", "<b>shown</b>", []),
        ("<b>C++</b> <vector> a < b", "C++ <vector> a < b", [("bold", "C++")]),
        ("<p>seen</p><!-- unseen --><head><title>t</title></head>", "seen", []),
        ("Put <script>a()</script> in <b>body</b>", "Put a() in body", [("bold", "body")]),
        ("Style <style>.a {}</style><br>all", "Style .a {}\nall", []),
        ("<b>a</b><!-- not closed", "a<!-- not closed", [("bold", "a")]),
        ("<p class=MsoNormal>a<o:p></o:p></p>", "a", []),
        ('<img src="https://a.ru/cat.png" alt="cat">', "cat", [("text_link", "cat", "https://a.ru/cat.png")]),
        ('<img src="data:image/png;base64,AAAA">', "🖼", []),
        ("\r\n<b>a</b>\r\nb\rc", "a\nb\nc", [("bold", "a")]),
        ("a\ud800<b>b</b>", "a\ufffdb", [("bold", "b")]),
    ],
)  # fmt: skip
def test_markup(html: str, text: str, spans: list[tuple[str, ...]]) -> None:
    """PlanFix's markup becomes Telegram's, or plain text; no tag of HTML is left."""
    result = formatted(html)
    assert result.text == text
    assert marked(result) == spans


@pytest.mark.parametrize(
    ("html", "text", "link"),
    [
        ('<a href="https://a.ru/?x=1&amp;y=2">here</a>', "here", "https://a.ru/?x=1&y=2"),
        ("<a href='http://a.ru:8080/я я'>here</a>", "here", "http://a.ru:8080/%D1%8F%D1%8F"),
        ('<a href="//a.ru/x">here</a>', "here", "https://a.ru/x"),
        ('<a href="https://пример.рф">here</a>', "here", "https://xn--e1afmkfd.xn--p1ai/"),
        ('<a href="tg://resolve?domain=x">here</a>', "here", "tg://resolve?domain=x"),
        ('<a href="https://a.ru"></a>', "https://a.ru", ""),
        ('<a href="mailto:a@b.ru">write</a>', "write (a@b.ru)", ""),
        ('<a href="mailto:a@b.ru?subject=x">a@b.ru</a>', "a@b.ru", ""),
        ('<a href="tel:+79001234567">+79001234567</a>', "+79001234567", ""),
        ('<a href="javascript:alert(1)">here</a>', "here (javascript:alert(1))", ""),
        ('<a href="java\nscript:alert(1)">here</a>', "here (javascript:alert(1))", ""),
        ('<a href="tg://user?id=1">here</a>', "here (tg://user?id=1)", ""),
        ('<a href="https://good.ru@evil.ru/">here</a>', "here (https://good.ru@evil.ru/)", ""),
        ('<a href="file:///etc/passwd">here</a>', "here (file:///etc/passwd)", ""),
        ('<a href="/task/1">here</a>', "here (/task/1)", ""),
        ('<a href="#top">here</a>', "here", ""),
        ('<a href="">here</a>', "here", ""),
        ('<a href="data:text/html,x">here</a>', "here", ""),
        ('<a href="http://[::1">here</a>', "here (http://[::1)", ""),
        ('<code><a href="https://a.ru">here</a></code>', "here (https://a.ru)", ""),
    ],
)
def test_links(html: str, text: str, link: str) -> None:
    """Links to web pages are links; the address of any other one stands beside its text."""
    result = formatted(html)
    assert result.text == text
    links = [span.detail.rstrip("/") for span in result.spans if span.kind == "text_link"]
    assert links == ([link.rstrip("/")] if link else [])


def test_entities_count_utf16_units() -> None:
    """Offsets and lengths are in UTF-16 units, as Telegram counts."""
    assert formatted("😀 <b>a😀</b> <i>c</i>").entities() == [
        MessageEntity(type="bold", offset=3, length=3),
        MessageEntity(type="italic", offset=7, length=1),
    ]


def test_at_most_a_hundred_entities() -> None:
    """No message gets more entities than Telegram heeds."""
    assert len(formatted("<b>x</b> " * 150).entities() or []) == 100


SAFE_TAGS = ("b", "i", "u", "s", "code", "pre", "blockquote", "p", "div", "span", "h2", "td", "tr")
words = st.text(min_size=1).filter(lambda text: "<" not in text and "&" not in text)
tags = st.sampled_from([f"<{end}{tag}>" for tag in SAFE_TAGS for end in ("", "/")] + ["<br>"])


def visible(text: str) -> str:
    """The characters that can be seen, but for the bars between a table's cells."""
    return "".join(c for c in text if not is_blank(c) and c not in "|\ufffd\ud800")


@settings(deadline=None)
@given(st.lists(st.one_of(words, tags)))
def test_no_visible_character_is_lost(pieces: list[str]) -> None:
    """Whatever the tags around it, every visible character arrives, in its order."""
    html = "<div></div>" + "".join(pieces)
    written = "".join(piece for piece in pieces if not piece.startswith("<"))
    written = "".join(c for c in written if not "\ud800" <= c <= "\udfff")
    result = formatted(html)
    assert visible(result.text) == visible(written)
    assert result.spans == tuple(sorted(result.spans, key=lambda s: (s.start, -s.end)))
    assert all(0 <= span.start < span.end <= len(result.text) for span in result.spans)
    assert_nested(result.spans)


def assert_nested(spans: tuple[Span, ...]) -> None:
    """No two spans cross."""
    for one in spans:
        for other in spans:
            assert not one.start < other.start < one.end < other.end


@settings(deadline=None)
@given(st.lists(st.one_of(words, tags, st.sampled_from(["<a href='https://a.ru'>", "</a>"]))))
def test_telegram_takes_it(pieces: list[str]) -> None:
    """Whatever the tags, Telegram's rules for entities and lengths are kept."""
    for piece in chunks_of(formatted("<div></div>" + "".join(pieces)), 64):
        entities = [each.model_dump(exclude_none=True) for each in piece.entities() or []]
        text = telegram_text.formatted(piece.text, "", entities)
        assert utf16_length(text.text) <= 64


nasty = st.text(st.sampled_from("<>&;/=\"'!-abpiu \n#x1😀\u200d"), max_size=60)


@settings(deadline=None)
@given(st.one_of(nasty, st.text()))
def test_never_raises(text: str) -> None:
    """Any text at all gives a text that Telegram can be sent."""
    result = formatted(text)
    result.text.encode()
    result.entities()


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="<&\r", exclude_categories=["Cs"])))
def test_text_without_markup_is_unchanged(text: str) -> None:
    """A text without any sign of markup is the same character by character."""
    assert formatted(text).text == text


@settings(deadline=None)
@given(st.text())
def test_links_never_raise(address: str) -> None:
    """Any address is judged, and what passes is a web page's or Telegram's."""
    assert safe_link(address).partition(":")[0].lower() in {"", "http", "https", "tg"}


@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 50_000,
        "<b>x</b>" * 25_000,
        "<a href='https://a.ru'>x</a>" * 10_000,
        "<!--" * 50_000,
        "<style>" * 25_000 + "</b>",
        "<a b='" * 40_000,
        "<a " + "b " * 200_000,
        "<li>" * 50_000,
        "<ul><li>" * 50_000 + "</i>" * 50_000,
        "<" * 200_000,
        "&" * 200_000,
        "&#" * 200_000,
        "<td>" * 50_000,
    ],
)
def test_hostile_texts_are_fast(text: str) -> None:
    """No text of a size that PlanFix can send takes long."""
    start = time.perf_counter()
    formatted(text)
    assert time.perf_counter() - start < 5
