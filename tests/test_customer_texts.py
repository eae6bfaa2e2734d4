"""The texts for customers: whole in both languages, replaceable, and checked before the start."""

from dataclasses import fields
from string import Formatter
from typing import get_type_hints

import pytest

from bot.settings.customers import TextOverrides
from bot.settings.loader import SettingsError, load_settings
from bot.texts import CustomerLanguages, CustomerTexts
from bot.texts.overrides import RULES, check_text

GOOD = {
    "BRIDGE_TELEGRAM__TOKEN": "42:abc",
    "BRIDGE_PLANFIX__URL": "https://example.planfix.ru/webchat/api",
    "BRIDGE_PLANFIX__TOKEN": "theirs",
    "BRIDGE_PLANFIX__WEBHOOK_TOKEN": "ours",
    "BRIDGE_SERVER__PUBLIC_URL": "https://bridge.example.com",
}


@pytest.fixture(autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that load, in a folder without a file."""
    monkeypatch.chdir(tmp_path_factory.mktemp("texts"))
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def placeholders(text: str) -> set[str]:
    """What a text has filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_text_can_be_replaced() -> None:
    """What is a text has its rule and its setting; none is left out."""
    hints = get_type_hints(CustomerTexts)
    texts = [field.name for field in fields(CustomerTexts) if hints[field.name] is str]
    assert list(RULES) == texts
    assert list(TextOverrides.model_fields) == texts


@pytest.mark.parametrize("name", RULES)
def test_both_languages_fill_in_the_same(name: str) -> None:
    """Each text keeps its rule in both languages and has the same fields there."""
    ru, en = (getattr(texts, name) for texts in (CustomerLanguages().ru, CustomerLanguages().en))
    assert (check_text(name, ru), check_text(name, en)) == (ru, en)
    assert placeholders(ru) == placeholders(en)
    assert ru != en or name == "file_link"


@pytest.mark.parametrize(
    ("code", "greets"),
    [
        ("ru", "Здр"),
        ("uk-UA", "Здр"),
        ("KK", "Здр"),
        ("en-GB", "Hel"),
        ("de", "Hel"),
        (None, "Hel"),
    ],
)
def test_the_customers_language_decides(code: str | None, greets: str) -> None:
    """Those who read Russian get Russian texts, all others English ones."""
    assert CustomerLanguages().texts(code).greeting.startswith(greets)


def test_texts_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replaced text is filled in like ours; the other language and the other texts stay."""
    monkeypatch.setenv("BRIDGE_TEXTS__RU__TASK", "Ваш № {number} {{тест}} \n")
    monkeypatch.setenv("BRIDGE_TEXTS__RU__NO_TASK", "Нет {{пока}}")
    languages = load_settings().texts.languages()
    assert languages.ru.task.format(number=7) == "Ваш № 7 {тест}"
    assert languages.ru.no_task == "Нет {пока}"
    assert languages.ru.help == CustomerLanguages().ru.help
    assert languages.en == CustomerLanguages().en


def told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    """What is said of a wrong variable, behind the setting's name and where it came from."""
    monkeypatch.setenv(f"BRIDGE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    [line] = caught.value.lines
    key, _, words = line.partition(f" (from the variable BRIDGE_{name}): ")
    assert f"{name.lower().replace('__', '.')}.".startswith(f"{key}.")
    return words


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("RU__GRETING", "x", "there is no such setting; did you mean texts.ru.greeting?"),
        ("DE__GREETING", "x", "there is no such setting; did you mean texts.en?"),
        ("EN__TASK", "No. {nummer}", "cannot fill in {nummer}; it knows {number}"),
        ("EN__HELP", "Hello {name}", "cannot fill in {name}; it has no fields"),
        ("EN__TASK", "{number.real}", "cannot fill in {number.real}; it knows {number}"),
        ("EN__TASK", "{number:>9}", "cannot fill in {number}; it knows {number}"),
        ("EN__TASK", "{}", "cannot fill in {}; it knows {number}"),
        ("EN__HELP", "a { b", "has a lone brace; write {{ for { and }} for }"),
        ("EN__HELP", "  ", "must not be empty"),
        ("EN__HELP", "😀" * 2049, "is too long: 4098 characters where 4096 fit"),
        ("EN__TASK", "x" * 4090 + "{number}",
         "is too long: 4110 characters, when it is filled in, where 4096 fit"),
        ("EN__GREETING", "x" * 1921 + "{name}",
         "is too long: 2049 characters, when it is filled in, where 2048 fit"),
        ("EN__PHONE_BUTTON", "x" * 65, "is too long: 65 characters where 64 fit"),
    ],
)  # fmt: skip
def test_a_wrong_text_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str
) -> None:
    """A name, a field or a length that cannot be is told in one line that names the setting."""
    assert told(monkeypatch, f"TEXTS__{name}", text) == words


A_ZONE = "must be a time zone such as Europe/Moscow"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HOURS__TIME_ZONE", "Moscow", A_ZONE),
        ("HOURS__TIME_ZONE", "../../etc/passwd", A_ZONE),
        ("HOURS__TIME_ZONE", "Europe", A_ZONE),
        ("HOURS__WEEK", "mo-fr 9-18", "write days and times, such as mon-fri 09:00-13:00"),
        ("HOURS__WEEK", "[]", "needs hours, such as"),
        ("HOURS__HOLIDAYS", "01-01, 31.12", "'31.12' is no day; write 2026-12-31, 12-31 for"),
        ("HOURS__WORKING_DAYS", "2026-12-26 9-15", "such as 2026-12-26 10:00-15:00"),
        ("HOURS__WORKING_DAYS", "sat", "'sat' is no day; write 2026-12-31, 12-31 for"),
        ("CUSTOMERS__ASK_PHONE", "always", "must be 'off', 'start' or 'word'"),
        ("CUSTOMERS__PHONE_WORD", " ", "must not be empty; operators write it, such as /phone"),
    ],
)
def test_a_wrong_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """Mistakes in the hours and about the phone are told in one line, with an example."""
    assert words in told(monkeypatch, name, value)


def test_hours_without_a_zone_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holidays that nobody would keep are no silent mistake."""
    monkeypatch.setenv("BRIDGE_HOURS__HOLIDAYS", "12-31")
    with pytest.raises(SettingsError, match=r"^hours\.time_zone: is missing"):
        load_settings()
    monkeypatch.setenv("BRIDGE_HOURS__TIME_ZONE", "Asia/Yekaterinburg")
    assert load_settings().hours.hours() is not None
