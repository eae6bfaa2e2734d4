"""`parse_mode=Markdown`, the legacy one: no nesting."""

import re

from sandbox.telegram.text.builder import Entity, TextBuilder, byte_offset, unparsable

ESCAPE = re.compile(r"\\([_*`\[])")
PLAIN = re.compile(r"[^\\_*`\[]+")
PRE = re.compile(r"```(?:([^\s`]+)(?=\s))?(?:\r\n|\n)?(.*?)```", re.DOTALL)
CODE = re.compile(r"`(.*?)`", re.DOTALL)
BOLD = re.compile(r"\*(.*?)\*", re.DOTALL)
ITALIC = re.compile(r"_(.*?)_", re.DOTALL)
LINK = re.compile(r"\[(.*?)\](?:\(([^)]*)\)?)?", re.DOTALL)


def parse_legacy_markdown(source: str) -> tuple[str, list[Entity]]:
    """Return text and entities.

    Raises:
        BotApiError: An entity has no end.
    """
    built, index = TextBuilder(), 0
    while index < len(source):
        if found := ESCAPE.match(source, index):
            built.add(found[1])
        elif found := PLAIN.match(source, index):
            built.add(found[0])
        elif source[index] == "\\":
            built.add("\\")
            index += 1
            continue
        else:
            found = _entity(source, index, built)
        index = found.end()
    return built.text, built.entities


def _entity(source: str, index: int, built: TextBuilder) -> re.Match[str]:
    begin = built.offset
    pattern = PRE if source.startswith("```", index) else _PATTERNS[source[index]]
    found = pattern.match(source, index)
    if found is None:
        place = byte_offset(source, index)
        raise unparsable(f"Can't find end of the entity starting at byte offset {place}")
    if pattern is PRE:
        built.add(found[2])
        built.close("pre", begin, **({"language": found[1]} if found[1] else {}))
        return found
    built.add(found[1])
    if pattern is LINK:
        built.close_link(begin, found[2] or "")
    else:
        built.close(_KINDS[source[index]], begin)
    return found


_PATTERNS = {"`": CODE, "*": BOLD, "_": ITALIC, "[": LINK}
_KINDS = {"`": "code", "*": "bold", "_": "italic"}
