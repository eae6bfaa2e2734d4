"""What a check has found: a line for a person, with the fix in words."""

from dataclasses import dataclass
from enum import StrEnum

from bot.logs.safety import cut, escape
from bot.texts.checks import Told

_LONGEST_VALUE = 200


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    WARNING = "warning"
    """Messages get through, but somebody should look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check."""

    name: str
    """Of the check; the same in every language."""
    state: State
    message: str
    fix: str = ""
    setting: str = ""
    """The setting that is at fault, if it is clear which one."""


def found(
    name: str, state: State, told: Told, /, *, setting: str = "", **fields: str | float
) -> Finding:
    """A finding in the words of `told`, with its `{…}` filled in; made fit for a terminal."""
    shown = {field: _shown(value) for field, value in (fields | {"setting": setting}).items()}
    fix = told.fix.format(**shown)
    return Finding(name, state, told.message.format(**shown), fix, setting)


def _shown(value: str | float) -> str | float:
    return cut(escape(value), _LONGEST_VALUE) if isinstance(value, str) else value
