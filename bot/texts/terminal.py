"""The language of those who sit at the terminal."""

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["ru", "en"]

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language(environment: Mapping[str, str]) -> Language:
    """Russian if the locale says so, else English. The first variable that is set decides."""
    for name in _VARIABLES:
        if locale := environment.get(name):
            return "ru" if locale.lower().startswith("ru") else "en"
    return "en"
