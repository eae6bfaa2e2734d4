"""Writes what a run has found into the documentation, so that no figure there is typed by hand."""

from pathlib import Path
from typing import Final

_BEGIN: Final = "<!-- figures: written by make bench -->\n"
_END: Final = "<!-- end of figures -->\n"


class PageError(Exception):
    """The page has no place for figures."""


def with_figures(page: str, figures: str) -> str:
    """`page` with `figures` in place of those that it had.

    Raises:
        PageError: It has no place for them.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise PageError(f"no lines {_BEGIN.strip()} and {_END.strip()}")
    return f"{before}{begin}\n```text\n{figures}\n```\n\n{end}{after}"


def write(folder: Path, picture: str, figures: str) -> None:
    """Put the picture and the figures into the folder with `bench.md`."""
    page = folder / "bench.md"
    page.write_text(with_figures(page.read_text(), figures))
    (folder / "bench.svg").write_text(picture)
