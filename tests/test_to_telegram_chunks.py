"""Long texts, cut into messages."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.to_telegram import MAX_TEXT, FormattedText, Span, chunks_of, utf16_length
from bot.to_telegram.characters import is_blank, may_cut

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇷🇺"
THUMB = "👍🏽"


def texts(whole: str, limit: int) -> list[str]:
    """The pieces of a plain text."""
    return [piece.text for piece in chunks_of(FormattedText(whole), limit)]


@pytest.mark.parametrize(
    ("whole", "limit", "pieces"),
    [
        ("short", 10, ["short"]),
        ("", 10, []),
        (" \n\u00a0\u200b", 10, []),
        ("aa. bb\ncc\n\ndd ee", 14, ["aa. bb\ncc", "dd ee"]),
        ("aa. bb\ncc dd ee", 12, ["aa. bb", "cc dd ee"]),
        ("aa bb. cc dd", 11, ["aa bb.", "cc dd"]),
        ("«aa bb.» cc dd", 12, ["«aa bb.»", "cc dd"]),
        ("aa bb cc dd", 8, ["aa bb cc", "dd"]),
        ("aaaaabbbbbcc", 5, ["aaaaa", "bbbbb", "cc"]),
        ("one\n\n  indented two", 10, ["one", "  indented", "two"]),
        ("aaaa\nbbbb", 4, ["aaaa", "bbbb"]),
        ("😀😀😀", 3, ["😀", "😀", "😀"]),
        (f"{FAMILY}{FAMILY}", 15, [FAMILY, FAMILY]),
        (f"{FLAG}{FLAG}{FLAG}", 10, [FLAG * 2, FLAG]),
        (f"{THUMB}{THUMB}", 7, [THUMB, THUMB]),
        ("e\u0301e\u0301e\u0301", 3, ["e\u0301"] * 3),
        ("\u1112\u1161\u11ab" * 2, 4, ["\u1112\u1161\u11ab"] * 2),
        ("a" + "\u0301" * 8, 4, ["a\u0301\u0301\u0301", "\u0301" * 4, "\u0301"]),
    ],
)
def test_places(whole: str, limit: int, pieces: list[str]) -> None:
    """A text is cut at a paragraph, else a line, a sentence, a word, else between characters."""
    assert texts(whole, limit) == pieces


def test_entity_is_not_cut() -> None:
    """An entity that fits into a message goes into the next one rather than being cut."""
    whole = FormattedText("aa bb cc dd", (Span("bold", 3, 11),))
    first, second = chunks_of(whole, 8)
    assert first == FormattedText("aa")
    assert second == FormattedText("bb cc dd", (Span("bold", 0, 8),))


def test_entity_without_space_around_is_not_cut() -> None:
    """It is so also where only the entity's beginning is a place to cut."""
    whole = FormattedText("aaaaabbbbb", (Span("code", 5, 10),))
    assert [piece.text for piece in chunks_of(whole, 8)] == ["aaaaa", "bbbbb"]


def test_long_entity_goes_on() -> None:
    """An entity longer than a message becomes one of its kind in each of them."""
    whole = FormattedText("aa bb cc dd", (Span("pre", 0, 11, "python"),))
    assert chunks_of(whole, 5) == [
        FormattedText("aa bb", (Span("pre", 0, 5, "python"),)),
        FormattedText("cc dd", (Span("pre", 0, 5, "python"),)),
    ]


def test_entities_per_message() -> None:
    """More entities than Telegram heeds go into the next message."""
    spans = tuple(Span("bold", n * 2, n * 2 + 1) for n in range(250))
    pieces = chunks_of(FormattedText("x " * 250, spans))
    assert [len(piece.spans) for piece in pieces] == [100, 100, 50]


formatted_texts = st.builds(
    lambda text, places: FormattedText(
        text,
        tuple(
            sorted(
                (
                    Span(kind, min(a, b) % len(text), max(a, b) % len(text))
                    for kind, a, b in places
                    if text and min(a, b) % len(text) < max(a, b) % len(text)
                ),
                key=lambda span: span.start,
            )
        ),
    ),
    st.text(
        st.one_of(
            st.sampled_from(f"ab. \n😀{FAMILY}{FLAG}{THUMB}\u0301"),
            st.characters(exclude_categories=["Cs"]),
        ),
        max_size=200,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["bold", "code", "text_link"]), st.integers(0, 300), st.integers(0, 300)
        ),
        max_size=5,
    ),
)


@settings(deadline=None)
@given(formatted_texts, st.integers(2, 60))
def test_pieces_give_the_whole(whole: FormattedText, limit: int) -> None:
    """Every piece fits, none is blank, and joined they give all that can be seen, in order."""
    pieces = chunks_of(whole, limit)
    for piece in pieces:
        assert 0 < utf16_length(piece.text) <= limit
        assert not is_blank(piece.text)
        for entity in piece.entities() or []:
            assert entity.offset >= 0
            assert entity.length > 0
            assert entity.offset + entity.length <= utf16_length(piece.text)
    joined = "".join(piece.text for piece in pieces)
    assert [c for c in joined if not is_blank(c)] == [c for c in whole.text if not is_blank(c)]
    assert styled(pieces) == styled([whole])


def styled(pieces: list[FormattedText]) -> list[tuple[str, frozenset[str]]]:
    """Each visible character with the kinds of the spans that it is in."""
    return [
        (c, frozenset(s.kind for s in piece.spans if s.start <= place < s.end))
        for piece in pieces
        for place, c in enumerate(piece.text)
        if not is_blank(c)
    ]


@settings(deadline=None)
@given(st.text(st.sampled_from(f"a{FAMILY}{FLAG}{THUMB}e\u0301"), max_size=100))
def test_characters_are_not_cut(text: str) -> None:
    """A piece never begins inside of what people see as one character."""
    place = 0
    for piece in texts(text, 40):
        assert utf16_length(piece) < 40 - 12 or may_cut(text, place + len(piece))
        place += len(piece)


def test_long_texts_are_fast() -> None:
    """The longest texts that PlanFix can send are cut at once."""
    spans = tuple(Span("bold", n * 400, n * 400 + 100) for n in range(2000))
    start = time.perf_counter()
    for whole in (
        FormattedText("слово " * 150_000, spans),
        FormattedText("\n" * 900_000 + "x"),
        FormattedText("я" * 900_000),
        FormattedText("\u0301" * 200_000),
        FormattedText(FLAG * 20_000),
    ):
        assert all(piece.fits(MAX_TEXT) for piece in chunks_of(whole))
    assert time.perf_counter() - start < 10
