"""The entities that Telegram finds in a text by itself: commands, mentions, tags, links."""

import re

from sandbox.telegram.text.builder import Entity
from sandbox.telegram.text.utf16 import boundaries

PATTERNS = {
    "url": re.compile(
        r"(?<![\w@./])(?:(?:https?|ftp)://|tg://|ton://)[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]}']"
        r"|(?<![\w@./-])(?:[\w-]+\.)+(?:com|net|org|ru|me|io|dev|info|рф|app|su|by|kz|ua)"
        r"(?![\w@-])(?:[/?#][^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}'])?",
        re.IGNORECASE,
    ),
    "email": re.compile(
        r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w@])", re.IGNORECASE
    ),
    "bot_command": re.compile(
        r"(?<![\w/<>@])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@])"
    ),
    "mention": re.compile(r"(?<![\w@/])@[a-zA-Z0-9_]{4,32}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?![\w#])"),
    "cashtag": re.compile(r"(?<![\w$])\$[A-Z]{3,8}(?![\w$])"),
}
CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})


def found_entities(text: str, given: list[Entity]) -> list[Entity]:
    """Return what Telegram would find in `text` outside of the entities that were given."""
    offsets = boundaries(text)
    found: list[Entity] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            offset = offsets[match.start()]
            entity = {"offset": offset, "length": offsets[match.end()] - offset, "type": kind}
            taken = [*found, *(each for each in given if each["type"] in CLOSED)]
            if not any(_overlap(entity, other) for other in taken):
                found.append(entity)
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
