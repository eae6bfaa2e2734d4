"""What `make dist` makes: it installs into an environment of its own, and runs there."""

import asyncio
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from support import ROOT, BridgeProcess, World, world

PACKAGES = ("bot", "planfix_adapter", "sandbox")
NAME = "planfix-telegram-bridge"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that has to go well, without our sources in reach; returns what it said."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BRIDGE_"))}
    done = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the archive of a copy of the sources."""
    copy = tmp_path_factory.mktemp("dist") / "sources"
    no_sources = shutil.ignore_patterns(".*", "build", "dist", "data", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=no_sources)
    run(sys.executable, "-m", "build", "--no-isolation", cwd=copy)
    [found] = (copy / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """An environment with the wheel in it, and our own environment for what it depends on."""
    place = wheel.parent / "environment"
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    # The project itself is not seen this way: here it is only a link that a .pth file makes.
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*install, "--no-deps", "--no-index", "--ignore-installed", wheel, cwd=place)
    [packages] = place.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return place / "bin"


def test_the_wheel_has_all_that_is_needed_and_no_more(wheel: Path) -> None:
    """Every file of the packages is in it, also what is no Python; tests and papers are not."""
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == wanted


def test_its_commands_run(installed: Path) -> None:
    """The command of its own and `python -m bot` are there, and know how they were called."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    away = installed.parent
    assert run(installed / NAME, "--version", cwd=away).strip() == project["version"]
    assert f"usage: {NAME} run " in run(installed / NAME, "run", "--help", cwd=away)
    assert "usage: python -m bot " in run(installed / "python", "-m", "bot", "--help", cwd=away)


async def test_an_installed_bridge_carries_messages(installed: Path, tmp_path: Path) -> None:
    """The installed command runs by itself: scripts and all, far from the sources."""
    async with world(tmp_path / "data", start=False) as running:
        process = await asyncio.create_subprocess_exec(
            installed / NAME, "run", cwd=tmp_path, env=environment(running.bridge)
        )
        try:
            await talk(running)
        finally:
            process.terminate()
            assert await process.wait() == 0


def environment(bridge: BridgeProcess) -> dict[str, str]:
    """The settings of a bridge, and nothing that leads to our sources."""
    return {k: v for k, v in bridge.environment.items() if not k.startswith("PYTHON")}


async def talk(running: World) -> None:
    """A message each way."""
    anna = running.telegram.add_customer("Анна")
    anna.send_text("Здравствуйте")
    await running.planfix.wait_for(lambda: bool(running.planfix.accepted("newMessage")), timeout=60)
    await running.planfix.answer(str(anna.chat_id), "Добрый день")
    await running.planfix.wait_for(lambda: bool(running.planfix.accepted("messageStatus")))
    assert anna.messages[-1]["text"] == "Добрый день"
