"""The reactions that a bot may set."""

from typing import Any

from sandbox.telegram.errors import bad_request

EMOJI = frozenset({
    "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢",
    "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳",
    "❤\u200d🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓",
    "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨\u200d💻", "👀", "🎃", "🙈",
    "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿",
    "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷\u200d♂", "🤷", "🤷\u200d♀",
    "😡",
})  # fmt: skip


def check_reactions(reactions: object) -> list[Any]:
    """Return the reactions of setMessageReaction; an empty list takes the reaction away.

    Raises:
        BotApiError: They have a wrong shape, or a bot may not set them.
    """
    if reactions is None:
        return []
    if not isinstance(reactions, list):
        raise bad_request("expected an Array of ReactionType")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        _check(reaction)
    return reactions


def _check(reaction: object) -> None:
    if not isinstance(reaction, dict):
        raise bad_request("can't parse reaction types: expected an Object")
    kind = reaction.get("type")
    if kind not in {"emoji", "custom_emoji"}:
        raise bad_request("can't parse reaction types: invalid reaction type specified")
    if kind == "custom_emoji" or reaction.get("emoji") not in EMOJI:
        raise bad_request("REACTION_INVALID")
