"""The pages for people agree with the program, with each other, and in both languages."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from bot.checks.finding import State, found
from bot.checks.lines import line
from bot.cli import main
from bot.settings.loader import known_keys
from bot.texts import checks_en, checks_ru, en, ru
from bot.texts.checks import CheckTexts, Told
from pages import PAGES, TRANSLATED, Page, page, russian, without_comments, words_of
from support import ROOT

TROUBLE = "docs/troubleshooting.md"
FOR_USERS = tuple(each for each in PAGES if each.name not in {"ARCHITECTURE.md", "CHANGELOG.md"})
SECTIONS = {key.partition(".")[0] for key in known_keys()}


def name(path: Path) -> str:
    """Short, for the names of tests."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """Every link within the project names a file that is there, and a heading that it has."""
    here = page(path)
    for link in here.links:
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), link
        assert not anchor or anchor in page(there).anchors, link


@pytest.mark.parametrize("name", TRANSLATED)
def test_both_languages_say_the_same(name: str) -> None:
    """The same headings, code, tables, quotations and links, in the same order."""
    english, translated = page(name), page(russian(name))
    assert [n for n, _ in english.headings] == [n for n, _ in translated.headings]
    assert _code(english) == _code(translated)
    assert len(english.rows) == len(translated.rows)
    for row, twin in zip(english.rows, translated.rows, strict=True):
        assert len(row) == len(twin), row
        assert sorted(_code_in(row)) == sorted(_code_in(twin)), twin
    assert _places(english) == _places(translated)


def _code(each: Page) -> list[tuple[str, str]]:
    """What is shown (`text`) is in the language of the page."""
    return [(kind, without_comments(code)) for kind, code in each.blocks if kind != "text"]


def _code_in(row: list[str]) -> list[str]:
    quoted = re.findall(r"`([^`]+)`", " ".join(row))
    return [each for each in quoted if not re.search(r"[<{]", each)]


def _places(each: Page) -> list[tuple[str, object]]:
    """Where links lead, in each paragraph in any order, whatever the language."""
    places: list[tuple[str, object]] = []
    for link in each.links:
        name, _, anchor = link.partition("#")
        if name.startswith("https://"):
            places.append((name, anchor))
            continue
        there = (each.path.parent / name).resolve() if name else each.path
        number = page(there).anchors.index(anchor) if anchor else None
        places.append((str(there).replace(".ru.md", ".md"), number))
    return sorted(places, key=str)


def test_every_setting_is_on_its_page() -> None:
    """The page of settings has each setting once, and `config.example.toml` as well."""
    keys = {key for key in known_keys() if not key.startswith("texts.")} | {"texts.ru", "texts.en"}
    for name in ("docs/settings.md", "docs/settings.ru.md"):
        listed = [key for row in page(name).rows for key in re.findall(r"`(\w+\.\w+)`", row[0])]
        assert sorted(listed) == sorted(keys)


@pytest.mark.parametrize("path", FOR_USERS, ids=name)
def test_what_a_page_names_exists(path: Path) -> None:
    """Each setting, variable and event that a page names is one of the program's."""
    known = {*known_keys(), *_events(), "texts.ru", "texts.en"}
    variables = {f"BRIDGE_{key.upper().replace('.', '__')}" for key in known_keys()}
    for text in page(path).quoted:
        for name in re.findall(r"^[a-z_]+\.[a-z_]+(?= ?=|$)", text):
            if name.partition(".")[0] in {*SECTIONS, *_rooms()} and not _is_file(name):
                assert name in known, name
    for name in re.findall(r"BRIDGE_[A-Z]+__[A-Z_]+", page(path).text):
        assert name in variables, name


def _is_file(name: str) -> bool:
    return name.endswith((".md", ".py", ".toml", ".lua", ".svg"))


def _rooms() -> set[str]:
    """What events' names begin with."""
    return {event.partition(".")[0] for event in _events()} - {"log"}


@cache
def _strings() -> list[str]:
    """The strings of the program, each with what it says as it stands in the source."""
    sources = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "planfix_adapter").rglob("*.py")]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source.read_text()))]
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


@cache
def _events() -> frozenset[str]:
    """The names of all events that the program logs."""
    return frozenset(each for each in _strings() if re.fullmatch(r"[a-z_]+\.[a-z_]+", each))


def test_a_page_of_troubles_has_the_words_that_people_see() -> None:
    """What is quoted as the bridge's words is in its texts, in both languages the same ones."""
    texts = dict(_texts())
    english, translated = (_spoken(page(name)) for name in (TROUBLE, russian(TROUBLE)))
    assert len(page(TROUBLE).rows) >= 30
    assert [texts[each] for each in english] == translated


def _spoken(each: Page) -> list[str]:
    return re.findall(
        r"(?<![*\w])\*([^*]+)\*(?![*\w])", "\n".join(" | ".join(row) for row in each.rows)
    )


def _texts() -> Iterator[tuple[str, str]]:
    """Every text in English and in Russian, with `…` for what is filled in."""
    for english, translated in (
        (checks_en.CHECKS, checks_ru.CHECKS),
        (en.OPERATOR, ru.OPERATOR),
        (en.CUSTOMER, ru.CUSTOMER),
    ):
        yield from _pairs(english, translated)


def _pairs(english: object, translated: object) -> Iterator[tuple[str, str]]:
    if isinstance(english, str) and isinstance(translated, str):
        yield _unfilled(english), _unfilled(translated)
    elif isinstance(english, Mapping) and isinstance(translated, Mapping):
        for key in english:
            yield from _pairs(english[key], translated[key])
    elif is_dataclass(english):
        for field in fields(english):
            yield from _pairs(getattr(english, field.name), getattr(translated, field.name))


def _unfilled(text: str) -> str:
    return re.sub(r"(\{[^{}]*\})+", "…", text)


def test_a_page_of_troubles_quotes_errors_as_they_are() -> None:
    """What is quoted of errors and hints on a terminal or in the log stands in the program."""
    strings = "\n".join(_strings())
    errors = [each for row in page(TROUBLE).rows for each in re.findall(r"`([^`]+)`", row[0])]
    foreign = {"No module named bot", "python: command not found", "Address already in use"}
    for each in errors:
        if " " in each and each not in foreign and not re.search(r"=\d|^door=", each):
            for piece in filter(None, re.split(r" ?… ?|; ", each)):
                assert piece in strings, each


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_commands_in_the_midst_of_a_sentence_are_commands(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each `python -m bot …` that a page names is one that the program takes."""
    for text in page(path).quoted:
        if text.startswith("python -m bot "):
            _, _, _, *words = words_of(text.replace("…", "1"))
            with pytest.raises(SystemExit) as ended:
                main([*words, "--help"])
            assert ended.value.code == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "texts", "bot"),
    [
        ("docs/settings.md", checks_en.CHECKS, "Example"),
        ("docs/settings.ru.md", checks_ru.CHECKS, "Пример"),
    ],
)
def test_the_example_of_check_is_what_check_says(name: str, texts: CheckTexts, bot: str) -> None:
    """The lines that are shown are those that `check` prints."""
    shown = [code for kind, code in page(name).blocks if kind == "text"]
    told: dict[str, Told] = {
        "settings": texts.settings_good,
        "disk": texts.disk.good,
        "redis": texts.redis.good_embedded,
        "port": texts.port.free,
        "certificate": texts.certificate.none,
        "telegram": texts.telegram.good,
        "planfix": texts.planfix.wrong_key,
        "clock": texts.clock.good,
        "public_address": texts.public_address.good,
        "updates": texts.updates.alone,
    }
    values = {
        "source": "config.toml",
        "path": "/srv/bridge/data",
        "megabytes": 75930,
        "version": "9.1.2",
        "where": "127.0.0.1:8080",
        "username": "example_bot",
        "name": bot,
        "host": "example.planfix.ru",
        "url": "https://bridge.example.com",
    }
    failed = {"planfix"}
    findings = [
        found(each, State.FAILED if each in failed else State.OK, words, **values)
        for each, words in told.items()
    ]
    assert shown == ["\n".join(line(finding, texts) for finding in findings) + "\n"]


def test_the_flags_of_setup_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Each flag in the table of `setup` is one that it takes."""
    with pytest.raises(SystemExit):
        main(["setup", "--help"])
    said = capsys.readouterr().out
    named = [
        flag for row in page("docs/settings.md").rows for flag in re.findall("--[a-z-]+", row[0])
    ]
    assert named
    assert [flag for flag in named if flag not in said] == []
