"""What an administrator may write in place of the texts for customers, and where they mistake."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Final

from bot.texts.model import CustomerTexts

_MESSAGE: Final = 4096
"""Telegram's limit for a message, in UTF-16 units."""
_BUTTON: Final = 64
"""Telegram names no limit, but shows no more."""
_COMMAND: Final = 256
"""Telegram's limit for what stands beside a command."""

LONGEST_FILE_NAMES: Final = 500
"""So much of the names of files that cannot be taken is told, in characters."""

_NAME, _FILE, _URL, _WORDS = 2 * 64, 2 * 255, 3000, 60
"""In UTF-16 units, of which an emoji has two."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text must keep."""

    limit: int = _MESSAGE
    """Its most UTF-16 units, filled in."""
    fields: Mapping[str, int] = field(default_factory=dict)
    """What may be filled in, and how long that gets."""


RULES: Final[Mapping[str, Rule]] = {
    "greeting": Rule(_MESSAGE // 2, {"name": _NAME}),  # the request for the phone may follow it
    "outside_hours": Rule(fields={"opens": _WORDS}),
    "ask_phone": Rule(_MESSAGE // 2 - 2),
    "phone_button": Rule(_BUTTON),
    "phone_thanks": Rule(),
    "phone_foreign": Rule(),
    "cannot_take_file": Rule(fields={"files": 2 * LONGEST_FILE_NAMES, "limit": 4}),
    "blocked": Rule(),
    "help": Rule(),
    "task": Rule(fields={"number": 20}),
    "no_task": Rule(),
    "task_unavailable": Rule(),
    "file_link": Rule(fields={"name": _FILE, "url": _URL}),
    "file_sized_link": Rule(fields={"name": _FILE, "url": _URL, "size": 8}),
    "file_lost": Rule(fields={"name": _FILE}),
    "command_start": Rule(_COMMAND),
    "command_help": Rule(_COMMAND),
    "command_task": Rule(_COMMAND),
}
"""The texts that may be replaced, by their names in `CustomerTexts`."""


def check_text(name: str, text: str) -> str:
    """A text of an administrator's for `name`, without blanks around it.

    Raises:
        ValueError: It breaks its rule; in words.
    """
    rule = RULES[name]
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    _check_fields(text, rule)
    longest = text.format(**{name: "x" * most for name, most in rule.fields.items()})
    length = len(longest.encode("utf-16-le", "surrogatepass")) // 2
    if length > rule.limit:
        filled = ", when it is filled in," if rule.fields else ""
        raise ValueError(f"is too long: {length} characters{filled} where {rule.limit} fit")
    return text


def _check_fields(text: str, rule: Rule) -> None:
    known = " and ".join(f"{{{name}}}" for name in rule.fields)
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("has a lone brace; write {{ for { and }} for }") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in rule.fields or form or conversion):
            hint = f"it knows {known}" if known else "it has no fields"
            raise ValueError(f"cannot fill in {{{name[:40]}}}; {hint}")


def overridden(texts: CustomerTexts, given: Mapping[str, str]) -> CustomerTexts:
    """`texts` with those that `given` replaces; texts without fields have their braces resolved."""
    plain = {name: text if RULES[name].fields else text.format() for name, text in given.items()}
    return replace(texts, **plain)  # type: ignore[arg-type]  # RULES names texts alone
