"""The rules of entities: which a bot may give, where they may lie, how they may overlap."""

from collections.abc import Iterable

from sandbox.telegram.errors import bad_request
from sandbox.telegram.text.builder import Entity
from sandbox.telegram.text.links import checked_link, mentioned_user
from sandbox.telegram.text.utf16 import boundaries

STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
GIVEN = STYLES | QUOTES | {"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}
FOUND = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
    "bank_card_number",
})  # fmt: skip
DETAILS = {"pre": "language", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
FARTHEST = 1_000_000


def given_entities(values: object) -> list[Entity]:
    """Return the entities of a request that Telegram takes from a bot.

    Raises:
        BotApiError: One has a wrong shape, type or place.
    """
    if not isinstance(values, list):
        return []
    read = [_given(value) for value in values]
    return [entity for entity in read if entity and entity["length"]]


def _given(value: object) -> Entity | None:
    if not isinstance(value, dict):
        raise _unparsable("expected an Object")
    entity: Entity = {name: _whole_number(value, name) for name in ("offset", "length")}
    kind = value.get("type")
    if kind in FOUND:
        return None
    if kind not in GIVEN:
        raise _unparsable("Unsupported type specified" if kind else "Type is not specified")
    for name, number in entity.items():
        if not 0 <= number <= FARTHEST:
            raise bad_request(f"receive an entity with incorrect {name} {number}")
    return entity | {"type": kind} | _details(str(kind), value)


def _whole_number(value: Entity, name: str) -> int:
    number = value.get(name)
    if number is None:
        raise _unparsable(f'Can\'t find field "{name}"')
    if isinstance(number, bool) or not isinstance(number, int | str):
        raise _unparsable(f'Field "{name}" must be of type Number')
    try:
        return int(number)
    except ValueError:
        raise _unparsable(f'Field "{name}" must be a valid Number') from None


def _details(kind: str, value: Entity) -> Entity:
    if kind == "text_link":
        return _link(str(value.get("url", "")))
    if kind == "text_mention":
        user = value.get("user")
        if not isinstance(user, dict) or "id" not in user:
            raise _unparsable('Can\'t find field "user"')
        return {"user": {"id": user["id"]}}
    name = DETAILS.get(kind, "")
    return {name: value[name]} if value.get(name) else {}


def _link(url: str) -> Entity:
    user_id = mentioned_user(url)
    if user_id is not None:
        return {"type": "text_mention", "user": {"id": user_id}}
    link = checked_link(url)
    if not link:
        raise bad_request(f"entity URL '{url}' is invalid: Unsupported URL protocol")
    return {"url": link}


def check_bounds(text: str, entities: Iterable[Entity]) -> None:
    """Check that entities begin and end between characters of `text`.

    Raises:
        BotApiError: One does not.
    """
    places = boundaries(text)
    inside, end = set(places), places[-1]
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if last > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {first} ends after the end of the text "
                f"at UTF-16 offset {last}"
            )
        if first not in inside:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at offset {first}")
        if last not in inside:
            raise bad_request(
                f"entity beginning at UTF-16 offset {first} ends in a middle of a UTF-16 symbol"
            )


def arranged(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities in Telegram's order, without those that may not overlap.

    Styles may overlap, and are cut where they would cross another entity; everything else must
    lie wholly inside a quote or wholly beside the others. Code holds nothing.
    """
    kept: list[Entity] = []
    waiting = sorted(entities, key=_order)
    while waiting:
        entity = waiting.pop(0)
        crossed = next((other for other in kept if _crosses(other, entity)), None)
        if crossed is None:
            if not any(_excludes(other, entity) for other in kept):
                kept.append(entity)
        elif entity["type"] in STYLES:
            waiting = sorted([*_cut(entity, _end(crossed)), *waiting], key=_order)
    return kept


def _order(entity: Entity) -> tuple[int, int, bool, bool]:
    kind = entity["type"]
    return entity["offset"], -entity["length"], kind not in QUOTES, kind in STYLES


def _end(entity: Entity) -> int:
    end: int = entity["offset"] + entity["length"]
    return end


def _crosses(earlier: Entity, later: Entity) -> bool:
    return bool(earlier["offset"] <= later["offset"] < _end(earlier) < _end(later))


def _excludes(outer: Entity, inner: Entity) -> bool:
    """Say whether `inner`, which begins no earlier than `outer`, may not lie where it lies."""
    if inner["offset"] >= _end(outer):
        return False
    if outer["type"] in {"code", "pre"}:
        return True
    if inner["type"] in STYLES:
        return bool(outer["type"] == inner["type"])
    if outer["type"] in QUOTES:
        return inner["type"] in QUOTES
    return bool(outer["type"] not in STYLES)


def _cut(entity: Entity, place: int) -> list[Entity]:
    first = entity | {"length": place - entity["offset"]}
    return [first, entity | {"offset": place, "length": _end(entity) - place}]


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse MessageEntity: {reason}")
