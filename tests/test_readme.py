"""Every command in the pages for people, run as it is written there."""

import re
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from bot.cli import main
from bot_command import bot_command
from pages import PAGES, page, words_of
from support import ROOT, World, world
from test_newcomer import STEPS

COMMANDS = sorted({command for each in PAGES for command in page(each).commands})

AT_ONCE = re.compile(r"python -m bot (queue|chats|link|setup --no-input)\b")
"""Commands that are run one by one beside a bridge, by `test_it_does_what_the_page_says`."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A bridge between its far sides, and a customer."""
    fields = '["promo", "utm_source", "utm_medium", "utm_campaign"]'
    async with world(tmp_path_factory.mktemp("readme"), BRIDGE_START__FIELDS=fields) as running:
        running.telegram.add_customer("Boris")
        yield running


async def dead_letter(running: World) -> str:
    """Let PlanFix refuse a message; returns what it is called."""
    running.planfix.faults.add("status", match="newMessage", code=400, body='{"error": "no"}')
    seen = len(running.bridge.events)
    running.telegram.add_customer("Anna").send_text("Hello!")
    refused = await running.bridge.wait_for_event("worker.refused", since=seen)
    entry = str(refused["entry"])

    def is_told() -> bool:
        calls = running.planfix.accepted("newMessage")
        return any(entry in (call.get("message") or "") for call in calls)

    await running.planfix.wait_for(is_told)  # in the same step in which it was put aside
    return entry


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("command", [each for each in COMMANDS if AT_ONCE.match(each)])
async def test_it_does_what_the_page_says(running: World, tmp_path: Path, command: str) -> None:
    """Each command for every day ends well beside a bridge; only names and keys are put in."""
    instead = {
        "123456789": str(next(iter(running.telegram.customers))),
        "https://example.planfix.ru/webchat/api": running.planfix.url,
    }
    words = [instead.get(word, word) for word in words_of(command)[3:]]
    if "ID" in words:
        words[words.index("ID")] = await dead_letter(running)
    if "unban" in words:
        await bot_command(running, "chats", "ban", words[-1])
    assert await bot_command(running, *words, folder=tmp_path)
    for name in (word for word in words if word.endswith((".svg", ".png"))):
        assert (tmp_path / name).stat().st_size > 0


def goes_well(*words: str, folder: Path = ROOT) -> bool:
    """Whether a program ends well."""
    done = subprocess.run(words, cwd=folder, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - words of our own pages
    return done.returncode == 0


def is_make(words: list[str]) -> bool:
    """The Makefile has such a target."""
    return goes_well("make", "--dry-run", *words[1:])


def is_compose(words: list[str]) -> bool:
    """The composition has such services."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    named = [word for word in words[3:] if not word.startswith("-")]
    return words[2] in {"up", "logs", "exec"} and set(named[:1]) <= set(services)


def is_image(words: list[str]) -> bool:
    """It is called as in compose.yaml, and gets variables that there are."""
    image = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["bridge"]["image"]
    return image in words and (ROOT / "Dockerfile").exists()


def names_files(words: list[str]) -> bool:
    """Files of ours that it names are there; `config.toml` is the administrator's."""
    files = [word for word in words if re.fullmatch(r"(deploy/.+|constraints\.txt)", word)]
    return all((ROOT / name).is_file() for name in files)


def is_ours(words: list[str]) -> bool:
    """The installed program takes these arguments."""
    start = next(n for n, word in enumerate(words) if word.endswith("/planfix-telegram-bridge"))
    with pytest.raises(SystemExit) as ended:
        main([*words[start + 1 :], "--help"])
    return ended.value.code == 0


def is_unit(words: list[str]) -> bool:
    """The unit is called like its file."""
    units = [path.stem for path in (ROOT / "deploy").glob("*.service")]
    return any(word in units for word in words) or "daemon-reload" in words


def is_benchmark(words: list[str]) -> bool:
    """The benchmark has such flags."""
    source = "".join(path.read_text() for path in (ROOT / "benchmarks").rglob("*.py"))
    flags = [word for word in words if word.startswith("--") and word != "--help"]
    return all(f'"{flag}"' in source for flag in flags)


def anything(_words: list[str]) -> bool:
    """There is nothing of ours in it."""
    return True


@dataclass(frozen=True)
class Elsewhere:
    """Commands that cannot be run here, why, and what is looked at in their place."""

    pattern: str
    why: str
    holds: Callable[[list[str]], bool]


ELSEWHERE = (
    Elsewhere(r"make \w+$", "takes minutes, or lasts until Ctrl-C", is_make),
    Elsewhere(r"python3 -m venv|\. \.venv/bin/activate$", "the test above does it", anything),
    Elsewhere(r"pip install ", "needs a package index; test_dist installs", names_files),
    Elsewhere(r"git pull$", "needs a repository", anything),
    Elsewhere(r"(cp|chmod) ", "run in order by the test below", anything),
    Elsewhere(r"docker compose ", "there is no Docker", is_compose),
    Elsewhere(r"docker (build|run) ", "there is no Docker", is_image),
    Elsewhere(r"sudo -u ", "needs the service's user", is_ours),
    Elsewhere(r"sudo systemctl |journalctl ", "there is no systemd", is_unit),
    Elsewhere(r"sudo ", "changes the system", names_files),
    Elsewhere(r"export BRIDGE_", "test_pages looks whether there are such variables", anything),
    Elsewhere(r"\.venv/bin/python -m benchmarks", "takes minutes", is_benchmark),
    Elsewhere(r"read -rs TOKEN|telegram-bot-api ", "needs Telegram", anything),
)


def test_the_rest_could_be_run() -> None:
    """Every other command cannot be run here for a known reason; what it names is there."""
    for command in COMMANDS:
        if AT_ONCE.match(command) or command in STEPS:
            continue
        found = next((each for each in ELSEWHERE if re.match(each.pattern, command)), None)
        assert found, f"nothing tries {command!r}"
        assert found.holds(words_of(command)), command


def test_the_environment_of_docker_is_made_as_it_says(tmp_path: Path) -> None:
    """The lines that make `.env` make one that only its owner reads."""
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    lines = [c for c in page("docs/deploy.md").commands if re.match("(cp|chmod) ", c)]
    assert lines
    assert goes_well("bash", "-ec", "\n".join(lines), folder=tmp_path)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
