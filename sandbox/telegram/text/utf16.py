"""Counting in UTF-16 units, as entities do."""

LAST_OF_ONE_UNIT = 0xFFFF


def units(text: str) -> int:
    """Return how many UTF-16 units `text` takes."""
    return len(text) + sum(1 for character in text if ord(character) > LAST_OF_ONE_UNIT)


def boundaries(text: str) -> list[int]:
    """Return the offset, in units, at which each character begins, and at last that of the end."""
    found, offset = [], 0
    for character in text:
        found.append(offset)
        offset += 1 + (ord(character) > LAST_OF_ONE_UNIT)
    return [*found, offset]


def part(text: str, offset: int, length: int) -> str:
    """Return `length` units of `text` from `offset`."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
