"""Writes the text of HTML as lines: what a browser would put below each other."""

from typing import NamedTuple

_SPACE = " \t\f"


class Place(NamedTuple):
    """Where something was written."""

    mark: int
    """The first character, that of a bullet if there is one."""
    text: int
    """The first character behind the bullet."""
    piece: int
    """The first of the pieces that `Layout.since` joins."""


class Layout:
    """Lines so far, and the ends of lines and the bullet that wait for the next visible thing."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._breaks = 0
        self._soft = False
        """The last break is a line end of the source, which a `<br>` beside it stands for too."""
        self.length = 0
        self.bullet = ""
        """What the next visible thing begins with: a list's mark, a bar between cells, a space."""

    @property
    def text(self) -> str:
        """The whole."""
        return "".join(self._pieces)

    def since(self, piece: int) -> str:
        """What was written from this piece on."""
        return "".join(self._pieces[piece:])

    @property
    def at_line_start(self) -> bool:
        """Whether what comes next begins a line."""
        return bool(self._breaks or not self.length or self.bullet)

    def write(self, text: str) -> Place:
        """Write `text` as it is."""
        if self.length:
            self._add("\n" * self._breaks)
        self._breaks, self._soft = 0, False
        mark = self.length
        bullet, self.bullet = self.bullet, ""
        self._add(bullet)
        place = Place(mark, self.length, len(self._pieces))
        self._add(text)
        return place

    def line_of(self, text: str) -> str:
        """What to write of one line of the source: without indent, and nothing if it is blank."""
        if not self.at_line_start:
            return text
        text = text.lstrip(_SPACE)
        return text if text.strip() else ""  # a paragraph of a lone &nbsp; is blank

    def source_break(self) -> None:
        """A line end of the source: shown, unless markup ends the line there anyway."""
        if self.length and not self.bullet and (self._soft or not self._breaks):
            self._breaks += 1
            self._soft = True

    def line_break(self) -> None:
        """A `<br>`."""
        self._breaks += 0 if self._soft else 1
        self._soft = False

    def block(self, lines: int = 1) -> None:
        """The beginning or the end of a block, `lines` line ends away from what is around."""
        if self.length and not self.bullet:
            self._breaks = max(self._breaks, lines)
            self._soft = False

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self.length += len(text)
