"""Parse modes and entities: Telegram's rules and its words for what breaks them."""

import html

import pytest
from bot_api import BotApiClient
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.telegram import Customer
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.text import formatted

WRONG = "Bad Request: can't parse entities: "


def shape(text: str, parse_mode: str = "", entities: object = None) -> tuple[str, list[str]]:
    """Return the text, and each entity as `type:part`, with its url or language."""
    result = formatted(text, parse_mode, entities)
    units = result.text.encode("utf-16-le")
    shapes = []
    for entity in result.entities:
        begin, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        detail = entity.get("url") or entity.get("language") or entity.get("custom_emoji_id")
        part = units[begin:end].decode("utf-16-le")
        shapes.append(f"{entity['type']}:{part}" + (f"={detail}" if detail else ""))
    return result.text, shapes


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a <i>😀</i></b>", "a 😀", ["bold:a 😀", "italic:😀"]),
        ("1 &lt; 2 &amp; &#128512; &nbsp;", "1 < 2 & 😀 &nbsp;", []),
        ("<a href='http://a.ru?x=1&amp;y=2'>l</a>", "l", ["text_link:l=http://a.ru/?x=1&y=2"]),
        ('<a href="javascript:alert(1)">l</a>', "l", []),
        ("<a href='tg://user?id=5'>l</a>", "l", ["text_mention:l"]),
        ("<a>t.me/x</a>", "t.me/x", ["text_link:t.me/x=http://t.me/x"]),
        ("<pre>x</pre>", "x", ["pre:x"]),
        ("<pre><code class='language-py'>x</code></pre>", "x", ["pre:x=py"]),
        ("<code class='language-py'>x</code>", "x", ["code:x"]),
        ("<code><b>x</b></code>", "x", ["code:x"]),
        ("<blockquote expandable>q</blockquote>", "q", ["expandable_blockquote:q"]),
        ("<span class='tg-spoiler'>s</span>", "s", ["spoiler:s"]),
        ("<tg-emoji emoji-id='12'>👍</tg-emoji>", "👍", ["custom_emoji:👍=12"]),
        ("<B>x</B> <b></b>", "x", ["bold:x"]),
        ("  <u> x </u>  ", "x", ["underline: x"]),
    ],
)
def test_html(source: str, text: str, entities: list[str]) -> None:
    """HTML becomes text with entities."""
    found, shapes = shape(source, "HTML")
    assert shapes == entities
    assert found.strip() == text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("й<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=x", "Unclosed start tag at byte offset 0"),
    ],
)
def test_wrong_html(source: str, reason: str) -> None:
    """Wrong HTML is refused with the place in bytes."""
    with pytest.raises(BotApiError) as error:
        formatted(source, "HTML", None)
    assert error.value.description == WRONG + reason


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*b _i_*", "b i", ["bold:b i", "italic:i"]),
        ("__u__ ~s~ ||p||", "u s p", ["underline:u", "strikethrough:s", "spoiler:p"]),
        ("`a*b` \\*", "a*b *", ["code:a*b"]),
        ("```py\nx```", "x", ["pre:x=py"]),
        ("[l](http://a.ru/\\))", "l", ["text_link:l=http://a.ru/)"]),
        ("![👍](tg://emoji?id=12)", "👍", ["custom_emoji:👍=12"]),
        (">a\n>b\nc", "a\nb\nc", ["blockquote:a\nb\n"]),
        ("**>a\n>b||\nc", "a\nb\nc", ["expandable_blockquote:a\nb"]),
    ],
)
def test_markdown_v2(source: str, text: str, entities: list[str]) -> None:
    """MarkdownV2 becomes text with entities."""
    assert shape(source, "MarkdownV2") == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("a>b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("й*x", "Can't find end of Bold entity at byte offset 2"),
        ("```py\nx", "Can't find end of PreCode entity at byte offset 0"),
        ("[x](y", "Can't find end of a URL at byte offset 4"),
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
    ],
)
def test_wrong_markdown_v2(source: str, reason: str) -> None:
    """Wrong MarkdownV2 is refused."""
    with pytest.raises(BotApiError) as error:
        formatted(source, "markdownv2", None)
    assert error.value.description == WRONG + reason


def test_legacy_markdown() -> None:
    """Legacy Markdown has bold, italic, code and links, and no nesting."""
    source = "*b* _i_ `c` ```py\nx``` [l](http://a.ru) \\_ \\z"
    assert shape(source, "Markdown") == (
        "b i c x l _ \\z",
        ["bold:b", "italic:i", "code:c", "pre:x=py", "text_link:l=http://a.ru/"],
    )
    with pytest.raises(BotApiError, match="end of the entity starting at byte offset 0"):
        formatted("*b", "Markdown", None)


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"type": "bold", "offset": 0, "length": 5}, "ends after the end of the text"),
        ({"type": "bold", "offset": 1, "length": 2}, "begins in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset"),
        ({"type": "shout", "offset": 0, "length": 1}, "Unsupported type specified"),
        ({"type": "bold", "offset": 0}, 'Can\'t find field "length"'),
        ({"type": "text_link", "offset": 0, "length": 2, "url": "x"}, "entity URL 'x' is invalid"),
        ("bold", "expected an Object"),
    ],
)
def test_wrong_entities(entity: object, reason: str) -> None:
    """Entities of a wrong shape, kind or place are refused."""
    with pytest.raises(BotApiError, match=reason):
        formatted("😀xy", "", [entity])


def test_overlapping_entities() -> None:
    """Styles are cut where they cross, code holds nothing, and the rest may not overlap."""
    given = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 4},
        {"type": "code", "offset": 6, "length": 2},
        {"type": "bold", "offset": 6, "length": 2},
        {"type": "text_link", "offset": 7, "length": 2, "url": "http://a.ru"},
    ]
    _, shapes = shape("abcdefghij", "", given)
    assert shapes == ["bold:abcd", "italic:cd", "italic:ef", "code:gh"]


def test_entities_that_telegram_finds() -> None:
    """Commands, mentions, tags, addresses and links are found, outside of code."""
    text = "/start @user_name #тег a@b.ru https://x.y/z. t.me/abc $USD x/y 5#6"
    _, shapes = shape(text)
    assert shapes == [
        "bot_command:/start",
        "mention:@user_name",
        "hashtag:#тег",
        "email:a@b.ru",
        "url:https://x.y/z",
        "url:t.me/abc",
        "cashtag:$USD",
    ]
    assert shape("<code>/start</code>", "HTML")[1] == ["code:/start"]


def test_trimming_moves_entities() -> None:
    """Blank ends and unwanted characters go, and the entities move with the text."""
    entities = [{"type": "bold", "offset": 4, "length": 5}]
    assert shape(" \na\r\nbc  ", "", entities) == ("a\nbc", ["bold:\nbc"])


MARKUP = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<code>",
            "</code>",
            "<blockquote>",
            "</blockquote>",
            "<a href='t.me'>",
            "</a>",
            "*",
            "__",
            "_",
            "`",
            "```",
            "~",
            "||",
            ">",
            "[",
            "](t.me)",
            "\n",
            " ",
            "&lt;",
            "\\",
            "😀",
            "й",
            "a.ru",
            "/x",
            "\r",
        ]
    ),
    max_size=30,
).map("".join)


@given(MARKUP, st.sampled_from(["", "HTML", "Markdown", "MarkdownV2"]))
@settings(max_examples=400, deadline=None)
def test_entities_always_fit_the_text(source: str, parse_mode: str) -> None:
    """Whatever is parsed is refused, or has entities that lie between characters of the text."""
    try:
        result = formatted(source, parse_mode, None)
    except BotApiError:
        return
    edges, end = set(), 0
    for character in result.text:
        edges.add(end)
        end += len(character.encode("utf-16-le")) // 2
    edges.add(end)
    for entity in result.entities:
        assert entity["length"] > 0
        assert {entity["offset"], entity["offset"] + entity["length"]} <= edges
    assert result.text == result.text.strip(" \n") or result.entities


@given(st.text(max_size=60))
@settings(deadline=None)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    """HTML-escaped text is parsed into the same as plain text."""
    assert formatted(html.escape(text), "HTML", None) == formatted(text, "", None)


async def test_parse_modes_over_http(api: BotApiClient, customer: Customer) -> None:
    """A text and a caption are parsed; an unknown mode is refused."""
    sent = await api.result(
        "sendMessage", chat_id=customer.chat_id, text="<b>x</b>", parse_mode="HTML"
    )
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    refusal = await api.refusal(
        "sendMessage", chat_id=customer.chat_id, text="x", parse_mode="BBCode"
    )
    assert refusal == "Bad Request: unsupported parse_mode"
