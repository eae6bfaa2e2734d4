"""Messages that are not as the Bot API has them never make the conversion fail."""

import json
from copy import deepcopy
from typing import Any

from aiogram import Bot
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.updates import read_update
from bot.texts import operator_texts
from bot.to_planfix import content_of, events
from bot.to_planfix.said import said_in
from updates import SAMPLES, message

WORDS = operator_texts("ru").content
BOT = Bot("42:TEST")
ODD_VALUES: list[Any] = [
    None, "", "x", "\0", 0, -1, 2**70, 1.5, True, False, [], {}, [None], {"type": "hologram"},
]  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything inside a value."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [p for key, part in inside for p in ((*path, key), *places(part, (*path, key)))]


def spoil(raw: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    """Put an odd value somewhere, or take something away."""
    node: Any = raw
    for part in path[:-1]:
        node = node[part]
    if value == "(gone)":
        del node[path[-1]]
    else:
        node[path[-1]] = deepcopy(value)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_spoiled_messages_are_still_told(data: st.DataObject) -> None:
    """One or two odd values anywhere in any kind of message: something is told, nothing raises."""
    sample = data.draw(st.sampled_from(SAMPLES), label="sample")
    raw = deepcopy(message(sample.fields))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(places(raw)), label="path")
        spoil(raw, path, data.draw(st.sampled_from([*ODD_VALUES, "(gone)"]), label="value"))
    stored = read_update(json.dumps({"update_id": 1, "message": raw}).encode(), BOT)
    if stored.update and stored.update.message:
        read = stored.update.message
        assert content_of([read], WORDS, stored.unreadable)
        said = said_in(read, WORDS)
        assert said.dump()
        assert events.edit_of(read, said, None, WORDS, stored.unreadable)
