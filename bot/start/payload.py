"""The payload of a start link: fields of a task and its title, in 64 characters. Pure.

A payload is a row of parts with `_` between them; a `_` inside of a part is written twice:

    s-google_m-cpc_c-spring__sale

A part is `name-value`. Known names have one letter, see `CODES`; others are written out. What
does not fit into Telegram's characters is written as `-w…` or `-u…`: base64url of `name=value` in
Windows-1251, which takes one byte for a Russian letter, or in UTF-8.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_PAYLOAD: Final = 64
"""Characters. Telegram passes on no longer payloads, and no others than those of `_PAYLOAD`."""

TITLE: Final = ""
"""Stands for the task's title among the names of fields; no field has this name."""

CODES: Final[Mapping[str, str]] = {
    "s": "utm_source",
    "m": "utm_medium",
    "c": "utm_campaign",
    "n": "utm_content",
    "t": "utm_term",
    "T": TITLE,
}
"""Short names, and what they stand for."""

_SHORT: Final = {name: code for code, name in CODES.items()}
_ENCODINGS: Final = {"w": "cp1251", "u": "utf-8"}
_PAYLOAD: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_PAYLOAD}}}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*-[A-Za-z0-9_-]+")
"""A part that began with `_` could not be told from the end of the part before it."""
_SEPARATOR: Final = re.compile(r"_(_?)")


class PayloadError(ValueError):
    """No link can say this, in words for who makes it."""


@dataclass(frozen=True, slots=True)
class StartPayload:
    """What a start link says."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields of a task, by their names in PlanFix."""
    title: str = ""
    """The title of a task."""

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.fields or self.title)


NOTHING_SAID: Final = StartPayload()


def build(wanted: StartPayload, room: int = MAX_PAYLOAD) -> str:
    """The payload that says `wanted`, in at most `room` characters.

    Raises:
        PayloadError: It is too long, or a name or a value is one that no link can hold.
    """
    for name in wanted.fields:
        if not can_be_named(name):
            raise PayloadError(f"a link cannot fill in a field with the name {name!r}")
    parts = {name: _part(name, value) for name, value in _named(wanted)}
    payload = "_".join(parts.values())
    if len(payload) > room:
        longest = max(parts, key=lambda name: len(parts[name]))
        raise PayloadError(
            f"the link is too long by {len(payload) - room}: it has room for {room} characters, "
            f"and this takes {len(payload)}. {_called(longest)} takes most, {len(parts[longest])}."
        )
    return payload


def parse(payload: str) -> StartPayload | None:
    """What a payload says; None if it is none of this form."""
    if not _PAYLOAD.fullmatch(payload):
        return None
    said: dict[str, str] = {}
    for part in _split(payload):
        pair = _read_part(part)
        if pair is None or pair[0] in said:
            return None
        said[pair[0]] = pair[1]
    title = said.pop(TITLE, "")
    return StartPayload(said, title)


def is_one_line(text: str) -> bool:
    """Whether `text` is one line of characters that can be seen, with single blanks inside."""
    return bool(text) and text.isprintable() and text == " ".join(text.split())


def can_be_named(name: str) -> bool:
    """Whether a link can fill in a field of this name."""
    return is_one_line(name) and "=" not in name and name not in CODES


def _named(wanted: StartPayload) -> Iterator[tuple[str, str]]:
    yield from wanted.fields.items()
    if wanted.title:
        yield TITLE, wanted.title


def _called(name: str) -> str:
    return name or "the title"


def _part(name: str, value: str) -> str:
    if not is_one_line(value):
        raise PayloadError(
            f"{_called(name)} must be one line, without blanks around it and invisible characters"
        )
    short = _SHORT.get(name, name)
    forms = [_plain(short, value)] + [_encoded(letter, f"{short}={value}") for letter in _ENCODINGS]
    return min(filter(None, forms), key=len)


def _plain(name: str, value: str) -> str:
    """A part that can be read by people; empty if Telegram's characters do not allow it."""
    return _escaped(f"{name}-{value}") if _PLAIN.fullmatch(f"{name}-{value}") else ""


def _encoded(letter: str, pair: str) -> str:
    """A part in one of the encodings; empty if that has not all of its characters."""
    try:
        raw = pair.encode(_ENCODINGS[letter])
    except UnicodeEncodeError:
        return ""
    return _escaped(f"-{letter}{urlsafe_b64encode(raw).decode().rstrip('=')}")


def _escaped(part: str) -> str:
    return part.replace("_", "__")


def _split(payload: str) -> list[str]:
    """The parts of a payload, with every doubled underscore as one again."""
    marked = _SEPARATOR.sub(lambda found: "_" if found[1] else " ", payload)
    return marked.split(" ")


def _read_part(part: str) -> tuple[str, str] | None:
    """The name and the value in a part; None if it has none."""
    if part.startswith("-"):
        name, separator, value = _decoded(part[1:2], part[2:]).partition("=")
    else:
        name, separator, value = part.partition("-")
    if not separator or not is_one_line(name) or not is_one_line(value):
        return None
    return CODES.get(name, name), value


def _decoded(letter: str, text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode(_ENCODINGS[letter])
    except (KeyError, ValueError):
        return ""
