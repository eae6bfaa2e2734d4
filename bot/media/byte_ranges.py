"""The `Range` header of HTTP: which part of a file is wanted."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `first` to `last`, or to the end; without `first`, the last `last` bytes."""

    first: int | None
    last: int | None

    @classmethod
    def parse(cls, header: str | None) -> "ByteRange | None":
        """Read a header. None, which means the whole file: none, several ranges, or nonsense."""
        match = _ONE_RANGE.fullmatch(header.strip()) if header else None
        if not match or match[0] == "bytes=-":
            return None
        first, last = (int(part) if part else None for part in match.groups())
        if first is not None and last is not None and last < first:
            return None
        return cls(first, last)

    def __str__(self) -> str:
        """The header's value."""
        first = "" if self.first is None else self.first
        last = "" if self.last is None else self.last
        return f"bytes={first}-{last}"

    def within(self, size: int) -> range:
        """Which of the bytes of a file of `size` bytes are wanted; empty if it has none of them."""
        if self.first is None:
            return range(max(0, size - (self.last or 0)), size)
        end = size if self.last is None else min(self.last + 1, size)
        return range(self.first, end)
