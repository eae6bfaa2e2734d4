"""`python -m bot setup`: from flags, from variables, and with a person at a real terminal."""

# ruff: noqa: ASYNC240 - small files, and nobody else runs

import asyncio
import os
import signal
import stat
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.cli import main
from bot.settings.loader import load_settings
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox
from support import PLANFIX_KEY, TOKEN, free_port
from terminal import Terminal

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC_URL = "https://bridge.example.com"


class FarSides:
    """A Telegram and a PlanFix, and the flags that lead there."""

    def __init__(self, telegram: TelegramSandbox, planfix: PlanfixSandbox) -> None:
        self.telegram = telegram
        self.planfix = planfix

    def flags(self, **instead: str) -> list[str]:
        """Everything that setup has to know, as flags."""
        known = {
            "token": TOKEN,
            "api_url": self.telegram.url,
            "planfix_url": self.planfix.url,
            "planfix_token": PLANFIX_KEY,
            "public_url": PUBLIC_URL,
            **instead,
        }
        flags = ((f"--{name.replace('_', '-')}", value) for name, value in known.items())
        return [text for flag in flags for text in flag]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def far() -> AsyncIterator[FarSides]:
    """Both far sides, for all tests."""
    async with TelegramSandbox(token=TOKEN) as telegram, PlanfixSandbox(PLANFIX_KEY) as planfix:
        yield FarSides(telegram, planfix)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that setup writes, in an empty folder, with no variable of the bridge set."""
    for name in list(os.environ):
        if name.upper().startswith("BRIDGE_"):
            monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config.toml"


async def setup(*arguments: str) -> int:
    """The command, in a thread: it asks Telegram and PlanFix, which live in this one."""
    return await asyncio.to_thread(main, ["setup", *arguments])


def written(config: Path) -> dict[str, dict[str, object]]:
    """What the file holds."""
    return tomllib.loads(config.read_text())


@pytest.mark.parametrize("before", ["", "a long random text of your own"])
async def test_a_key_that_is_none_is_replaced(
    far: FarSides, config: Path, capsys: pytest.CaptureFixture[str], before: str
) -> None:
    """An empty key of ours, or the example's, which everybody knows, gives way to a new one."""
    config.write_text(f"\ufeff[planfix]\nwebhook_token = '{before}'\n")
    assert await setup(*far.flags()) == 0
    [key] = load_settings(config).planfix.webhook_token
    assert len(key.get_secret_value()) >= 43
    assert key.get_secret_value() in capsys.readouterr().out


async def test_flags_are_enough(
    far: FarSides, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From flags alone: a file for its owner, and words for PlanFix, BotFather and what is next."""
    assert await setup(*far.flags()) == 0
    said = capsys.readouterr().out
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    settings = load_settings(config)
    [key] = settings.planfix.webhook_token
    assert len(key.get_secret_value()) >= 43
    assert set(written(config)["telegram"]) == {"token", "api_url"}
    for words in (
        "@sandbox_bot",
        f"{PUBLIC_URL}/planfix",
        key.get_secret_value(),
        "/setprivacy",
        "python -m bot check",
        "python -m bot run",
    ):
        assert words in said
    assert TOKEN not in said
    assert PLANFIX_KEY not in said
    assert list(config.parent.iterdir()) == [config]


async def test_variables_and_files_are_enough(
    far: FarSides, config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Secrets may come from files and variables; a flag comes before them."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("BRIDGE_TELEGRAM__TOKEN", "7:wrong")
    monkeypatch.setenv("BRIDGE_TELEGRAM__API_URL", far.telegram.url)
    monkeypatch.setenv("BRIDGE_PLANFIX__URL", far.planfix.url)
    monkeypatch.setenv("BRIDGE_PLANFIX__TOKEN", PLANFIX_KEY)
    monkeypatch.setenv("BRIDGE_PLANFIX__WEBHOOK_TOKEN", '["new-key", "old-key"]')
    assert await setup("--token-file", "token", "--public-url", f"{PUBLIC_URL}/planfix/") == 0
    assert written(config)["telegram"]["token"] == TOKEN
    assert written(config)["planfix"]["webhook_token"] == "new-key"
    assert written(config)["server"] == {"public_url": PUBLIC_URL}


async def test_everything_missing_or_wrong_is_named_at_once(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal, one error names all that is missing and all that is wrong."""
    assert await setup("--planfix-url", "http://example.planfix.ru") == 2
    said = capsys.readouterr().out
    for words in (
        "planfix.url (from --planfix-url): must begin with https://",
        "telegram.token: is missing; give --token / --token-file / BRIDGE_TELEGRAM__TOKEN",
        "planfix.token: is missing",
        "server.public_url: is missing",
    ):
        assert words in said
    assert said.count("planfix.url") == 1
    assert not config.exists()
    assert await setup("--token-file", "none") == 2
    assert "none cannot be read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"token": "42:wrong"}, "telegram.token"),
        ({"planfix_token": "marker-wrong"}, "planfix.token"),
        ({"proxy": "http://user:marker-wrong@127.0.0.1:1"}, "telegram.proxy"),
    ],
)
async def test_what_the_far_sides_refuse_is_not_saved(
    far: FarSides,
    config: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, str],
    words: str,
) -> None:
    """A value that does not work is told with its fix; `--no-check` saves it all the same."""
    assert await setup(*far.flags(**wrong)) == 1
    said = capsys.readouterr().out
    assert "✗" in said
    assert words in said
    assert "marker-wrong" not in said
    assert not config.exists()
    assert await setup(*far.flags(**wrong), "--no-check") == 0
    assert config.exists()
    assert "marker-wrong" not in capsys.readouterr().out


OLD = """\
# mine
title = "kept"   # an unknown key
[planfix]
webhook_token = ["kept-key", "old-key"]  # ours
language = 'en'

# about the server
[server]
port = 9000 # kept

[other.section]
list = [
  1, # one
]
"""


async def test_a_second_run_keeps_what_it_does_not_know(
    far: FarSides, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown keys, comments and our key stay; values are replaced; rights are drawn tight."""
    config.write_text(OLD)
    config.chmod(0o644)
    assert await setup(*far.flags()) == 1  # for the unknown keys, which are told
    said = capsys.readouterr().out
    assert "kept-key" in said
    assert "title" in said
    text = config.read_text()
    assert all(line in text.splitlines() for line in OLD.splitlines())
    assert text.index("# about the server") > text.index(PLANFIX_KEY)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    config.write_text(text.replace('title = "kept"', "").replace("[other.section]", "[log]"))
    config.write_text(config.read_text().replace("list = [\n  1, # one\n]\n", ""))
    before = config.read_text()
    config.chmod(0o640)  # for the group of a service
    assert await setup() == 0
    assert config.read_text() == before
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert await setup("--mode", "webhook", "--public-url", "https://new.example") == 0
    changed = written(config)
    assert changed["telegram"]["mode"] == "webhook"
    assert changed["server"] == {"port": 9000, "public_url": "https://new.example"}
    assert changed["planfix"]["webhook_token"] == ["kept-key", "old-key"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[telegram]\ntoken == 1\n", "no valid TOML"),
        (b"telegram = 5\n", "is a section of settings"),
        (b"\xff\xfe", "no valid TOML"),
    ],
)
async def test_a_file_that_is_no_settings_is_left_alone(
    far: FarSides, config: Path, capsys: pytest.CaptureFixture[str], text: bytes, words: str
) -> None:
    """A file that cannot be understood is refused in words, and stays as it is."""
    config.write_bytes(text)
    assert await setup(*far.flags()) == 1
    assert words in capsys.readouterr().out
    assert config.read_bytes() == text


async def test_a_place_that_cannot_be_written_is_told(
    far: FarSides, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there ends it in words; `--config` is in the next commands."""
    assert await setup(*far.flags(), "--config", "none/a.toml") == 1
    assert "none/a.toml cannot be written" in capsys.readouterr().out
    assert await setup(*far.flags(), "--config", "my bot.toml", "--language", "ru") == 0
    assert "python -m bot run --config 'my bot.toml'" in capsys.readouterr().out


async def test_on_this_machine_the_bridge_listens_where_the_address_says(
    far: FarSides, config: Path
) -> None:
    """With a loopback address, nobody is in front: its port is the bridge's."""
    port = free_port()
    assert await setup(*far.flags(public_url=f"http://127.0.0.1:{port}")) == 0
    assert written(config)["server"]["port"] == port


async def test_a_person_is_asked_and_told_what_is_wrong(far: FarSides, config: Path) -> None:
    """At a terminal, wrong answers are asked again with the reason; secrets are not shown."""

    def talk() -> Terminal:
        terminal = Terminal("setup", "--api-url", far.telegram.url, folder=config.parent)
        for question, answer in (
            ("The bot's token", "nonsense"),
            ("The bot's token", "42:wrong"),
            ("Save it anyway", ""),
            ("The bot's token", TOKEN),
            ("PlanFix's address", "planfix"),
            ("PlanFix's address", far.planfix.url),
            ("PlanFix's key", PLANFIX_KEY),
            ("The address of this server", PUBLIC_URL),
        ):
            terminal.expect(question)
            terminal.expect(": " if "Save" not in question else "] ")
            terminal.answer(answer)
        assert terminal.end() == 0
        return terminal

    terminal = await asyncio.to_thread(talk)
    assert "must look like 123456:ABC-DEF" in terminal.said
    assert "Telegram does not accept the token" in terminal.said
    assert "must be an address such as" in terminal.said
    assert TOKEN not in terminal.said
    assert PLANFIX_KEY not in terminal.said
    assert load_settings(config).telegram.token.get_secret_value() == TOKEN


async def test_enter_keeps_and_ctrl_c_changes_nothing(far: FarSides, config: Path) -> None:
    """On a second run Enter keeps every value, shown masked; Ctrl-C leaves the file as it was."""
    assert await setup(*far.flags()) == 0
    before = config.read_text()

    def keep() -> Terminal:
        terminal = Terminal("setup", "--language", "ru", folder=config.parent)
        for question in ("[•••]: ", f"[{far.planfix.url}]: ", "[•••]: ", f"[{PUBLIC_URL}]: "):
            terminal.expect(question)
            terminal.answer("")
        assert terminal.end() == 0
        return terminal

    def interrupt() -> Terminal:
        terminal = Terminal("setup", "--language", "ru", folder=config.parent)
        terminal.expect("[•••]: ")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 1
        return terminal

    kept = await asyncio.to_thread(keep)
    assert config.read_text() == before
    interrupted = await asyncio.to_thread(interrupt)
    assert config.read_text() == before
    assert "Прервано. Ничего не изменено." in interrupted.said
    assert "Traceback" not in interrupted.said
    assert [secret for secret in (TOKEN, PLANFIX_KEY) if secret in kept.said] == []
