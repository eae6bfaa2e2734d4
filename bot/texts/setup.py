"""What `setup` says, as a model; `{…}` is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetupTexts:
    """All that `setup` says."""

    welcome: str
    questions: Mapping[str, str]
    """What is asked for each setting."""
    hints: Mapping[str, str]
    """Where the person finds it."""
    keep: str
    """Told once, if there are values already."""
    hidden: str
    """Typing a secret shows nothing."""
    wrong: str
    """`{mistake}`"""
    keep_anyway: str
    yes: frozenset[str]
    """Answers that mean yes."""
    checking: str
    """`{what}`"""
    not_toml: str
    """`{path}`, `{detail}`; so are the next three."""
    no_section: str
    unreadable: str
    unwritable: str
    file_unreadable: str
    """`{path}`, `{reason}`"""
    missing: str
    """`{key}`, `{ways}`"""
    wrong_given: str
    """`{key}`, `{origin}`, `{mistake}`"""
    no_terminal: str
    check_failed: str
    cancelled: str
    introduction: str
    """The first comment of a new file."""
    comments: Mapping[str, str]
    """Above a key that is new in the file."""
    written: str
    """`{path}`"""
    still_wrong: str
    """`{path}`"""
    planfix: str
    """What to fill in at PlanFix: `{url}`, `{key}`, `{provider_id}`."""
    botfather: str
    """`{bot}`"""
    privacy_is_off: str
    """`{bot}`"""
    the_bot: str
    """Stands for its name where that is not known."""
    next_steps: str
    """`{check}`, `{run}`"""
