"""Settings: where they come from, which comes first, and how mistakes are told."""

import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from bot.settings.loader import SettingsError, known_keys, load_settings
from bot.settings.settings import Settings
from bot.texts import CustomerLanguages
from bot.texts.mistakes_ru import in_russian
from support import ROOT

SECRET = "marker-secret-value"
GOOD = {
    "TELEGRAM__TOKEN": "42:abc",
    "PLANFIX__URL": "https://example.planfix.ru/webchat/api",
    "PLANFIX__TOKEN": SECRET,
    "PLANFIX__WEBHOOK_TOKEN": "ours",
    "SERVER__PUBLIC_URL": "https://bridge.example.com",
}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and an environment without the bridge's variables."""
    for name in list(os.environ):
        if name.upper().startswith("BRIDGE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def set_variables(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Set `BRIDGE_` variables beside those that are needed."""
    for name, value in {**GOOD, **variables}.items():
        monkeypatch.setenv(f"BRIDGE_{name}", value)


def mistakes(config: Path | None = None) -> list[str]:
    """The lines that loading the settings ends with."""
    with pytest.raises(SettingsError) as caught:
        load_settings(config)
    assert SECRET not in str(caught.value)
    return caught.value.lines


def test_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing but variables, everything else has its default."""
    set_variables(monkeypatch)
    settings = load_settings()
    assert settings.telegram.bot_id == 42
    assert settings.server.port == 8080
    assert settings.media.link_lifetime == timedelta(days=7)
    assert settings.redis.url is None


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable replaces the file's value; the file's other values in that section stay."""
    set_variables(monkeypatch, server__port="1234")
    (tmp_path / "config.toml").write_text('[server]\nport = 99\nhost = "::1"\n')
    settings = load_settings()
    assert (settings.server.port, settings.server.host) == (1234, "::1")


def test_a_file_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--config` reads that file, and not `config.toml`."""
    set_variables(monkeypatch)
    (tmp_path / "config.toml").write_text("[server]\nport = 1\n")
    other = tmp_path / "другой.toml"
    other.write_text("[server]\nport = 2\n")
    assert load_settings(other).server.port == 2


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ("a,b c", ["a,b c"]),
        ('["new", "old"]', ["new", "old"]),
        ("12345", ["12345"]),
        ('["1"]', ["1"]),
    ],
)
def test_keys_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: str, keys: list[str]
) -> None:
    """One key is taken as it is, commas and digits too; a list is written as in TOML."""
    set_variables(monkeypatch, PLANFIX__WEBHOOK_TOKEN=given)
    got = load_settings().planfix.webhook_token
    assert [key.get_secret_value() for key in got] == keys


def test_lists_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of hosts may be written with commas or as in TOML."""
    for given in ("a.example, b:8080", '["a.example", "b:8080"]'):
        set_variables(monkeypatch, PLANFIX__FILE_HOSTS=given)
        assert load_settings().planfix.file_hosts == ("a.example", "b:8080")


def test_numbers_in_the_file_may_be_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that looks like a number needs no quotes in TOML."""
    set_variables(monkeypatch)
    for name in ("TOKEN", "WEBHOOK_TOKEN"):
        monkeypatch.delenv(f"BRIDGE_PLANFIX__{name}")
    (tmp_path / "config.toml").write_text("[planfix]\ntoken = 123\nwebhook_token = 456\n")
    planfix = load_settings().planfix
    assert planfix.token.get_secret_value() == "123"
    assert [key.get_secret_value() for key in planfix.webhook_token] == ["456"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM__PROXY", "socks5://user:pass@127.0.0.1:1080"),
        ("TELEGRAM__PROXY", "http://proxy.example.com:3128"),
        ("TELEGRAM__PROXY", "socks5://me%40home:%D0%B9@proxy.example.com:1080"),
        ("TELEGRAM__API_URL", "http://telegram-bot-api:8081"),
        ("SENTRY__DSN", "https://0123abcd@o1.ingest.sentry.example/prefix/42"),
        ("PLANFIX__URL", "http://127.0.0.1:1/webchat/api"),
        ("SERVER__PUBLIC_URL", "http://[::1]:8080"),
        ("REDIS__URL", "rediss://:p@redis.example.com:6379/1"),
        ("REDIS__URL", "unix:///run/redis.sock"),
        ("MEDIA__LINK_LIFETIME", "90"),
        ("MEDIA__LINK_LIFETIME", "12 hours"),
        ("STORAGE__DATA_DIR", "data/папка"),
        ("LIMITS__MESSAGES_PER_SECOND", "0"),
        ("LIMITS__CHAT_MESSAGES_PER_SECOND", "0.5"),
        ("SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
    ],
)
def test_good_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Values in each form that is promised are taken."""
    set_variables(monkeypatch, **{name: value})
    load_settings()


WRONG = [
    ("TELEGRAM__TOKEN", "abc"),
    ("TELEGRAM__TOKEN", f"42:{SECRET} "),
    ("TELEGRAM__TOKEN", ""),
    ("TELEGRAM__API_URL", "api.telegram.org"),
    ("TELEGRAM__API_URL", f"https://user:{SECRET}@api.telegram.org"),
    ("TELEGRAM__API_URL", "https://api.telegram.org/?a=b"),
    ("TELEGRAM__PROXY", f"ftp://user:{SECRET}@host"),
    ("TELEGRAM__PROXY", f"socks5://user:{SECRET}@host:port"),
    ("TELEGRAM__PROXY", "127.0.0.1:1080"),
    ("TELEGRAM__PROXY", f"socks5://user:{SECRET}@host"),
    ("TELEGRAM__PROXY", "socks5://user@host:1080"),
    ("TELEGRAM__PROXY", f"http://us%3Aer:{SECRET}@host:1080"),
    ("TELEGRAM__PROXY", f"http://user:{SECRET}%D0%B9@host:1080"),
    ("TELEGRAM__MODE", "pushing"),
    ("PLANFIX__URL", "http://example.planfix.ru/webchat/api"),
    ("PLANFIX__URL", "https://example.planfix.ru:99999/webchat/api"),
    ("PLANFIX__TOKEN", "  "),
    ("PLANFIX__TOKEN", "the key that PlanFix shows"),
    ("PLANFIX__WEBHOOK_TOKEN", "a long random text of your own"),
    ("SERVER__STATUS_KEY", "another long random text of your own"),
    ("PLANFIX__WEBHOOK_TOKEN", "[]"),
    ("PLANFIX__WEBHOOK_TOKEN", f'["{SECRET}"'),
    ("PLANFIX__WEBHOOK_TOKEN", f'["{SECRET}", ""]'),
    ("PLANFIX__PROVIDER_ID", "a~b"),
    ("PLANFIX__PROVIDER_ID", ""),
    ("PLANFIX__UPDATE_CONTACTS", "perhaps"),
    ("PLANFIX__LANGUAGE", "de"),
    ("SERVER__PORT", "http"),
    ("SERVER__PORT", "65536"),
    ("SERVER__PORT", "-1"),
    ("SERVER__PUBLIC_URL", "http://bridge.example.com"),
    ("SERVER__PUBLIC_URL", "https://"),
    ("SERVER__TRUSTED_PROXIES", "proxy.example.com"),
    ("REDIS__URL", f"localhost:6379/{SECRET}"),
    ("REDIS__URL", f"redis://:{SECRET}@host:port/0"),
    ("REDIS__URL", "redis://"),
    ("REDIS__URL", "redis://127.0.0.1:6379/bridge"),
    ("SERVER__HOST", ""),
    ("MEDIA__LINK_LIFETIME", "a week"),
    ("MEDIA__LINK_LIFETIME", "0"),
    ("MEDIA__LINK_LIFETIME", "99999 days"),
    ("LIMITS__MESSAGES_PER_SECOND", "-1"),
    ("LIMITS__MESSAGES_PER_SECOND", "inf"),
    ("START__FIELDS", "promo=code"),
    ("CUSTOMERS__ASK_PHONE", "always"),
    ("CUSTOMERS__PHONE_WORD", "  "),
    ("HOURS__TIME_ZONE", "Mars/Olympus"),
    ("HOURS__WEEK", "weekdays"),
    ("HOURS__WEEK", "[]"),
    ("HOURS__HOLIDAYS", "tomorrow"),
    ("HOURS__HOLIDAYS", "2026-01-01..01-08"),
    ("HOURS__WORKING_DAYS", "2026-01-08..2026-01-01"),
    ("TEXTS__RU__GREETING", "{surname}"),
    ("TEXTS__RU__HELP", "{help}"),
    ("TEXTS__EN__FILE_LINK", "{name} {number}"),
    ("TEXTS__EN__BLOCKED", "{"),
    ("TEXTS__EN__BLOCKED", ""),
    ("TEXTS__EN__BLOCKED", "x" * 5000),
    ("TEXTS__EN__TASK", "{number}" * 300),
    ("LOG__FORMAT", "xml"),
    ("LOG__LEVEL", "loud"),
    ("SENTRY__DSN", f"https://{SECRET}@sentry.example"),
    ("SENTRY__DSN", "https://sentry.example/7"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One line names the key and the variable, and never the value."""
    set_variables(monkeypatch, **{name: value})
    [line] = mistakes()
    assert line.startswith(f"{name.lower().replace('__', '.')} (from the variable BRIDGE_{name}): ")
    assert "\n" not in line
    assert len(line) < 200


@pytest.mark.parametrize(
    ("text", "line", "instead_of"),
    [
        ("[server]\nport = 'x'\n", r"server\.port \(from config\.toml\): must be a valid int", ""),
        (
            "[server]\nprot = 1\n",
            r"server\.prot .*no such setting; did you mean server\.port\?",
            "",
        ),
        ("[telegramm]\na = 1\n", r"telegramm .*no such setting; did you mean telegram\?", ""),
        ("telegram = 5\n", r"telegram .*is a section", "TELEGRAM__TOKEN"),
        ("[server]\nport == 1\n", r"config\.toml: is no valid TOML: .*line 2", ""),
        ("[server]\nport = 1\nport = 2\n", r"config\.toml: is no valid TOML: .*line 3", ""),
        (
            "[planfix]\nwebhook_token = [[1]]\n",
            r"planfix\.webhook_token \(from config\.toml\): must be",
            "PLANFIX__WEBHOOK_TOKEN",
        ),
        ("[planfix]\nchannel = [1]\n", r"planfix\.channel \(from config\.toml\): must be", ""),
        ("[server]\ntls_key = 'key.pem'\n", r"server\.tls_certificate and .*both", ""),
    ],
)
def test_a_wrong_file_is_told(
    monkeypatch: pytest.MonkeyPatch, text: str, line: str, instead_of: str
) -> None:
    """What is wrong in the file is told with its name, the key or the line, and a guess."""
    set_variables(monkeypatch)
    monkeypatch.delenv(f"BRIDGE_{instead_of}", raising=False)
    Path("config.toml").write_text(text)
    assert re.match(line, mistakes()[0])


def test_a_file_in_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no UTF-8, is a folder or is not there: one line with its name."""
    set_variables(monkeypatch)
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    for name, words in (("a.toml", "no valid TOML"), (".", "no such file"), ("b", "no such file")):
        [line] = mistakes(Path(name))
        assert line.startswith(f"{name}: ")
        assert words in line


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_an_encoding_of_windows_is_told(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """A file that an editor of Windows has saved in its own way is told with the way to save it."""
    set_variables(monkeypatch)
    Path("config.toml").write_text("[planfix]\nchannel = 'Чат'\n", encoding=encoding)
    [line] = mistakes()
    assert line == "config.toml: is no valid TOML: save it in the encoding UTF-8, without BOM"
    assert in_russian(line) == "config.toml: это не TOML: сохраните его в кодировке UTF-8 без BOM"


def test_tls_files_have_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair of which no file exists is told before the server starts."""
    set_variables(monkeypatch, SERVER__TLS_CERTIFICATE="a.pem", SERVER__TLS_KEY="b.pem")
    assert [line.partition(":")[0] for line in mistakes()] == [
        "server.tls_certificate",
        "server.tls_key",
    ]


def test_everything_missing_is_told_at_once() -> None:
    """Without any settings, there is one line for each that is needed, with its variable."""
    lines = mistakes()
    assert len(lines) == 5
    assert all(
        re.search(r"is missing; set it in config\.toml or .* BRIDGE_\w+__\w+$", x) for x in lines
    )


@pytest.mark.parametrize(
    ("variable", "guess"),
    [
        ("BRIDGE_TELEGRAM_TOKEN", "BRIDGE_TELEGRAM__TOKEN"),
        ("BRIDGE_TELEGRAM__TOKKEN", "telegram.token"),
        ("BRIDGE_LIMIT__MESSAGES_PER_SECOND", "BRIDGE_LIMITS__MESSAGES_PER_SECOND"),
    ],
)
def test_a_variable_that_is_none_of_ours_is_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, guess: str
) -> None:
    """A mistyped variable is not passed over: it is named, with what may be meant."""
    set_variables(monkeypatch)
    monkeypatch.setenv(variable, SECRET)
    [line] = mistakes()
    assert variable in line
    assert line.endswith(f"did you mean {guess}?")


def test_secrets_are_known_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings list every secret for the log's filter, and show none when printed."""
    given = {
        "TELEGRAM__TOKEN": "42:s-first",
        "TELEGRAM__PROXY": "http://user:s-second@host:1",
        "PLANFIX__TOKEN": "s-third",
        "PLANFIX__WEBHOOK_TOKEN": '["s-fourth", "s-fifth"]',
        "REDIS__URL": "redis://:s-sixth@host/0",
    }
    set_variables(monkeypatch, **given)
    settings = load_settings()
    assert set(settings.secrets()) == {
        "42:s-first", "s-first", "s-second", "s-third", "s-fourth", "s-fifth", "s-sixth"
    }  # fmt: skip
    assert not [secret for secret in settings.secrets() if secret in repr(settings)]


def plain(value: object) -> object:
    """A setting's value as the example writes it."""
    if isinstance(value, timedelta):
        return f"{value.days} days"
    if isinstance(value, Path):
        return f"./{value}"
    return list(value) if isinstance(value, tuple) else value


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The values in tables of tables, by keys such as `texts.ru.greeting`."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        inner = flat(value, f"{prefix}{key}.") if isinstance(value, dict) else None
        found |= {prefix + key: value} if inner is None else inner
    return found


def defaults(model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """The default of each setting; `PydanticUndefined` where there is none."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= defaults(kind, f"{prefix}{name}.")
        else:
            found[prefix + name] = field.default
    return found


def test_the_example_has_every_key_with_its_default() -> None:
    """`config.example.toml` loads once its keys are replaced, and keeps up with the settings."""
    text = (ROOT / "config.example.toml").read_text()
    keys = {"planfix.token": "the key that PlanFix shows"}
    keys |= {"planfix.webhook_token": "a long random text of your own"}
    assert {line.partition(" ")[0] for line in mistakes(ROOT / "config.example.toml")} == set(keys)
    Path("config.toml").write_text(re.sub("|".join(keys.values()), SECRET, text))
    assert load_settings().telegram.bot_id
    written = tomllib.loads(re.sub(r"(?m)^# (?=\w+ = )", "", text))
    assert set(flat(written)) == set(known_keys())
    shown = flat(tomllib.loads(text))
    for key, default in defaults(Settings).items():
        if default is PydanticUndefined:
            assert key in shown
        elif default is None:
            assert key not in shown
        else:
            assert shown[key] == plain(default), key
    for code, texts in written["texts"].items():
        assert texts == {name: getattr(getattr(CustomerLanguages(), code), name) for name in texts}


ENGLISH = {
    "an",
    "and",
    "be",
    "for",
    "is",
    "it",
    "must",
    "needs",
    "no",
    "not",
    "such",
    "where",
    "write",
}
"""Words without which no sentence of a rule gets by."""


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_mistake_can_be_told_in_russian(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The line about every mistake has a Russian form, which names the same key."""
    set_variables(monkeypatch, **{name: value})
    [line] = mistakes()
    russian = in_russian(line)
    key, _, words = russian.partition(" ")
    assert line.startswith(f"{key} ")
    assert words.startswith(f"(из переменной BRIDGE_{name}): ")
    mistake = words.partition("): ")[2]
    assert re.search("[а-я]{3}", mistake)
    assert not ENGLISH & set(re.findall(r"[a-z]+", mistake.lower()))


@pytest.mark.parametrize(
    ("name", "value"), [("HOURS__WEEK", "mon 09:00-18:00"), ("SENTRY__DSN", "https://key@host/1")]
)
def test_what_is_missing_beside_a_setting_is_told_in_russian(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Hours without a time zone, and a Sentry without its package, have a Russian line."""
    monkeypatch.setattr("bot.settings.loader.find_spec", lambda _: None)
    set_variables(monkeypatch, **{name: value})
    [line] = mistakes()
    assert not ENGLISH & set(re.findall(r"[a-z]+", in_russian(line)))


def test_missing_settings_are_told_in_russian() -> None:
    """What is missing is told in Russian with the variable that would give it."""
    for line in mistakes():
        assert re.search(
            r": нет значения; задайте его в config\.toml или в переменной BRIDGE_", in_russian(line)
        )
