"""What is remembered of a message for a while: enough to name it and to see it change."""

import hashlib
from dataclasses import dataclass
from typing import Final

MAX_SNIPPET: Final = 60
"""So many characters of a message are remembered as they are; of the rest, a digest."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message to be remembered."""

    message_id: int
    text: str
    """Its words, or what it is."""
    details: str = ""
    """What else makes it this message, such as addresses behind words."""
    file: str = ""
    """What tells its file from others."""

    def dump(self) -> str:
        """Its form in Redis."""
        snippet = " ".join(self.text[: MAX_SNIPPET * 4].split())
        if len(snippet) > MAX_SNIPPET:
            snippet = f"{snippet[: MAX_SNIPPET - 1].rstrip()}…"
        return f"{_text_digest(self)} {_digest(self.file)} {snippet}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A remembered message."""

    text_digest: str
    file_digest: str
    snippet: str
    """The beginning of its words, on one line."""

    @classmethod
    def parse(cls, raw: bytes) -> "Remembered":
        """Read what `Said.dump` wrote."""
        text_digest, file_digest, snippet = raw.decode().split(" ", 2)
        return cls(text_digest, file_digest, snippet)

    def has_text(self, said: Said) -> bool:
        """Whether the message had the same words."""
        return self.text_digest == _text_digest(said)

    def has_file(self, said: Said) -> bool:
        """Whether the message had the same file, or had none either."""
        return self.file_digest == _digest(said.file)


def _text_digest(said: Said) -> str:
    return _digest(f"{said.text}\0{said.details}")


def _digest(text: str) -> str:
    encoded = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2s(encoded, digest_size=8).hexdigest()
