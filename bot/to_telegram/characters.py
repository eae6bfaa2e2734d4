"""Characters as people see them: what may be cut apart, and what can be seen at all."""

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
_HANGUL_TAILS: Final = range(0x1160, 0x1200)
_EMPTY_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc")
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def may_cut(text: str, place: int) -> bool:
    """Whether `text` may be cut before the character at `place`.

    Not inside what people see as one character: an emoji with its skin tone or joined of several,
    a flag, a letter with its marks, a Hangul syllable. The rules are those of extended grapheme
    clusters (Unicode's annex 29), with a joiner taken to join whatever comes.
    """
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if _JOINER in {before, after} or unicodedata.category(after) in _MARKS:
        return False
    code = ord(after)
    if code in _SKIN_TONES or code in _TAGS or code in _HANGUL_TAILS:
        return False
    if before == "\r" and after == "\n":
        return False
    return code not in _FLAG_LETTERS or _flag_letters_before(text, place) % 2 == 0


def _flag_letters_before(text: str, place: int) -> int:
    first = place
    while first and ord(text[first - 1]) in _FLAG_LETTERS:
        first -= 1
    return place - first


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen; Telegram takes no such message."""
    return not any(map(_is_visible, text))


def _is_visible(character: str) -> bool:
    return (
        unicodedata.category(character) not in _UNSEEN
        and not character.isspace()
        and character not in _EMPTY_LETTERS
    )
