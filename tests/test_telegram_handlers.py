"""Which kinds of updates the handlers know."""

from aiogram.types import Update

from bot.telegram.handlers import HANDLED, IGNORED, NAMED


def test_every_kind_of_update_is_handled_named_or_ignored_for_a_reason() -> None:
    """A new aiogram cannot bring a kind of update on which nobody has decided."""
    kinds = set(Update.model_fields) - {"update_id"}
    assert HANDLED | set(IGNORED) | NAMED == kinds
    assert len(HANDLED) + len(IGNORED) + len(NAMED) == len(kinds)
    assert all(IGNORED.values())
