"""Formatted text as readable plain text."""

import unicodedata

import pytest
from aiogram.enums import MessageEntityType
from aiogram.types import MessageEntity, User
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import operator_texts
from bot.to_planfix.entities import readable

WORDS = operator_texts("ru").content
FRIEND = User(id=5, is_bot=False, first_name="Пётр", last_name="Лебедев")


def entity(kind: str, offset: int, length: int, **fields: object) -> MessageEntity:
    """An entity as Telegram sends it."""
    return MessageEntity.model_validate(
        {"type": kind, "offset": offset, "length": length, **fields}
    )


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("a 😀 b", [entity("code", 5, 1)], "a 😀 `b`"),
        (
            "👨‍👩‍👧 тут",
            [entity("text_link", 9, 3, url="https://a.ru")],
            "👨‍👩‍👧 тут (https://a.ru)",
        ),
        ("a.ru", [entity("text_link", 0, 4, url="https://a.ru/")], "a.ru"),
        ("a@b.ru", [entity("text_link", 0, 6, url="mailto:a@b.ru")], "a@b.ru"),
        ("a b c", [entity("pre", 2, 1, language="sql")], "a \n```sql\nb\n```\n c"),
        ("x\ny", [entity("pre", 0, 3)], "```\nx\ny\n```"),
        ("a\nb\nc", [entity("blockquote", 0, 3)], "> a\n> b\nc"),
        ("a\nb", [entity("expandable_blockquote", 0, 3), entity("code", 2, 1)], "> a\n> `b`"),
        ("a b", [entity("blockquote", 0, 1), entity("blockquote", 2, 1)], "> a\n \n> b"),
        ("было", [entity("strikethrough", 0, 4)], "~~было~~"),
        ("ab", [entity("spoiler", 0, 2), entity("code", 1, 1)], "[скрытый текст: a`b`]"),
        ("Пётр", [entity("text_mention", 0, 4, user=FRIEND)], "Пётр (Пётр Лебедев)"),
        ("он", [entity("text_mention", 0, 2, user=FRIEND)], "он (Пётр Лебедев)"),
        ("abcd", [entity("code", 0, 3), entity("spoiler", 2, 2)], "`ab[скрытый текст: c]`d"),
        ("ab", [entity("code", -5, 4), entity("code", 1, 99)], "a`b`"),
        ("ab", [entity("hologram", 0, 2), entity("bold", 0, 2)], "ab"),
        ("• раз\n• два", [], "• раз\n• два"),
    ],
)
def test_structure_is_written_out(text: str, entities: list[MessageEntity], expected: str) -> None:
    """Links, code, quotes, hidden words and mentions are readable, nested and cut ones too."""
    assert readable(text, entities, WORDS) == expected


def visible(text: str) -> str:
    """The characters that show something."""
    return "".join(char for char in text if unicodedata.category(char)[0] not in "CZ")


def is_subsequence(part: str, whole: str) -> bool:
    """Whether the characters of `part` stand in `whole` in their order."""
    rest = iter(whole)
    return all(char in rest for char in part)


entities_of_any_kind = st.builds(
    MessageEntity,
    type=st.sampled_from([*(kind.value for kind in MessageEntityType), "hologram"]),
    offset=st.integers(-3, 40),
    length=st.integers(-3, 40),
    url=st.none() | st.text(max_size=5),
    user=st.none() | st.just(FRIEND),
    language=st.none() | st.text(max_size=3),
    unix_time=st.none() | st.integers(-(2**40), 2**60),
)
texts = st.text(max_size=30) | st.text(alphabet="a\n😀é\u2028\r> `", max_size=30)


@given(texts, st.lists(entities_of_any_kind, max_size=6))
def test_no_visible_character_is_ever_lost(text: str, entities: list[MessageEntity]) -> None:
    """Any text with any entities can be read, and all its visible characters stay, in order."""
    assert is_subsequence(visible(text), readable(text, entities, WORDS))
