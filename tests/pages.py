"""Reads the project's pages for people: headings, code, tables, links and commands."""

import re
import shlex
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from support import ROOT

PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]))
"""All of them."""
TRANSLATED = ("README.md", "docs/settings.md", "docs/troubleshooting.md")
"""Those that are there in Russian, too."""

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """A page: its text as it is, and without its blocks of code."""

    path: Path
    text: str

    @property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """The blocks of code: language and content."""
        return [(language, content) for _, language, content in _FENCE.findall(self.text)]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and words of each heading."""
        found = re.findall(r"^(#+) (.+)$", self.prose, re.MULTILINE)
        return [(len(level), words) for level, words in found]

    @property
    def anchors(self) -> list[str]:
        """What a link to each heading ends with."""
        words = [re.sub(r"[^\w\- ]", "", words.lower()) for _, words in self.headings]
        return [each.strip().replace(" ", "-") for each in words]

    @property
    def links(self) -> list[str]:
        """Where its links and pictures lead."""
        return _LINK.findall(self.prose)

    @property
    def rows(self) -> list[list[str]]:
        """The rows of its tables below the head, as cells."""
        lines = [line for line in self.prose.splitlines() if line.startswith("|")]
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
        heads = {id(head) for head, rule in pairwise(rows) if set(rule[0]) == {"-", "|"}}
        return [row for row in rows if id(row) not in heads and set(row[0]) != {"-", "|"}]

    @property
    def commands(self) -> list[str]:
        """The lines of its blocks for a shell, whole and without comments."""
        scripts = [content for language, content in self.blocks if language == "sh"]
        lines = [line for script in scripts for line in script.replace("\\\n", " ").splitlines()]
        return [line for line in map(without_comments, lines) if line]

    @property
    def quoted(self) -> list[str]:
        """What stands in `backticks` in its prose."""
        return re.findall(r"`([^`\n]+)`", self.prose)


@cache
def page(path: Path | str) -> Page:
    """The page at a path, which may be relative to the project."""
    path = ROOT / path
    return Page(path, path.read_text())


def russian(path: str) -> str:
    """The Russian twin of a page's path."""
    return path.removesuffix(".md") + ".ru.md"


def without_comments(code: str) -> str:
    """Code for people in any language: what it does, and not what it says about it."""
    return re.sub(r"[ \t]+", " ", _COMMENT.sub("", code)).strip()


def words_of(command: str) -> list[str]:
    """A command's words, as a shell takes them."""
    return shlex.split(command, comments=True)
