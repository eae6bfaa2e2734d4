"""The files for Docker and systemd fit the bridge: its settings, its commands, its ways to end."""

import asyncio
import json
import os
import re
import shlex
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml

from bot.app import GRACE
from bot.cli import main
from bot.settings.loader import known_keys, load_settings
from bot.settings.settings import RedisSettings, Settings
from bot.store import store
from bot.store.embedded_folder import server_binary
from support import ROOT, World, until

VALKEY_GRACE = 10.0
"""Seconds that our own Valkey may take to end."""


def docker_file() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def docker_environment() -> dict[str, str]:
    """The variables that the image sets."""
    texts = [text for name, text in docker_file() if name == "ENV"]
    return dict(pair.split("=", 1) for text in texts for pair in shlex.split(text))


def compose() -> dict[str, Any]:
    """compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def env_file() -> dict[str, str]:
    """What an administrator fills in."""
    lines = (ROOT / "deploy" / "example.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def unit() -> ConfigParser:
    """The systemd unit."""
    parser = ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # its names keep their case
    parser.read(ROOT / "deploy" / "planfix-telegram-bridge.service")
    return parser


def settings_from(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *parts: dict[str, str]
) -> Settings:
    """The settings that come out of variables given one over the other."""
    for name in [name for name in os.environ if name.upper().startswith("BRIDGE_")]:
        monkeypatch.delenv(name)
    for name, value in {n: v for part in parts for n, v in part.items()}.items():
        if name.startswith("BRIDGE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return load_settings()


def test_the_settings_of_the_composition_are_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Image, compose.yaml and a filled-in .env give settings that load, without a config.toml."""
    filled = {name: value or "123:filled-in-by-hand" for name, value in env_file().items()}
    bridge = compose()["services"]["bridge"]
    given = {n: str(v).replace("${DOMAIN:?set DOMAIN in .env}", filled["DOMAIN"])
             for n, v in bridge["environment"].items()}  # fmt: skip
    settings = settings_from(monkeypatch, tmp_path, docker_environment(), filled, given)
    assert settings.server.public_url == "https://bridge.example.com"
    assert settings.server.host == "0.0.0.0"  # noqa: S104 - in the container
    assert bridge["env_file"] == ".env"
    front = compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert [str(network) for network in settings.server.trusted_proxies] == [front]


def test_every_setting_that_is_named_exists() -> None:
    """No file of the deployment, and no page about it, names a variable that there is not."""
    known = {f"BRIDGE_{key.upper().replace('.', '__')}" for key in known_keys()}
    papers = [ROOT / "Dockerfile", ROOT / "compose.yaml"]
    papers += [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    papers += [ROOT / "docs" / "deploy.md", ROOT / "docs" / "local-bot-api.md"]
    for paper in papers:
        named = set(re.findall(r"BRIDGE_[A-Z]+__[A-Z_]+", paper.read_text()))
        assert named <= known, paper


def test_only_caddy_is_seen_from_outside() -> None:
    """Nothing but Caddy has a port outside; Valkey's network has no way out; all start again."""
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert services["valkey"]["networks"] == ["store"]
    assert compose()["networks"]["store"] == {"internal": True}
    assert [n for n, service in services.items() if "store" in service["networks"]] == [
        "bridge",
        "valkey",
    ]
    assert all(service["restart"] == "unless-stopped" for service in services.values())
    for name in ("caddy", "valkey"):
        assert services[name]["healthcheck"]["test"][0] == "CMD"
    used = {volume.split(":")[0] for s in services.values() for volume in s.get("volumes", ())}
    assert {name for name in used if "/" not in name} == set(compose()["volumes"])
    paths = (ROOT / "deploy" / "Caddyfile").read_text()
    assert {"/planfix", "/telegram", "/media/*", "/probe"} <= set(paths.split())
    assert "/metrics" not in paths


async def test_its_valkey_can_be_trusted(tmp_path: Path) -> None:
    """A Valkey with the options of the composition passes the bridge's check without a warning."""
    _, *options = compose()["services"]["valkey"]["command"]
    socket = tmp_path / "socket"
    place = ("--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        server_binary(), *options, *place, stdout=asyncio.subprocess.DEVNULL
    )
    redis = store.connect(f"unix://{socket}")
    try:
        await until(socket.exists)
        with structlog.testing.capture_logs() as events:
            await store.wait_for(redis)
            await store.check(redis, RedisSettings())
        assert events == []
    finally:
        await redis.aclose()
        process.terminate()
        await process.wait()


async def test_the_image_runs_as_nobody_and_says_whether_it_is_alive(bridged: World) -> None:
    """The image's process is no root's and gets signals; its health check asks the real bridge."""
    instructions = docker_file()
    last = dict(instructions)
    assert last["USER"] == "bridge"
    assert (json.loads(last["ENTRYPOINT"]), json.loads(last["CMD"])) == (
        ["planfix-telegram-bridge"],
        ["run"],
    )
    assert last["VOLUME"] == docker_environment()["BRIDGE_STORAGE__DATA_DIR"]
    assert [text for name, text in instructions if name == "FROM"] == [
        "python:${PYTHON} AS build",
        "python:${PYTHON}",
    ]
    python, *check = json.loads(last["HEALTHCHECK"].partition("CMD ")[2])
    assert python == "python"

    async def code() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *check, env=bridged.bridge.environment,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return await process.wait()

    assert await code() == 0
    bridged.bridge.terminate()
    await bridged.bridge.wait()
    assert await code() == 1


def test_what_the_image_is_built_from_is_let_in() -> None:
    """Everything that the Dockerfile copies from the sources passes .dockerignore."""
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    copied = [t.split()[:-1] for name, t in docker_file() if name == "COPY" and "--from" not in t]
    assert {name for names in copied for name in names} == allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_the_unit_starts_and_ends_the_bridge_well(capsys: pytest.CaptureFixture[str]) -> None:
    """The unit waits longer than the bridge takes, asks it first, and starts what there is."""
    service = unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert Path(program).name == "planfix-telegram-bridge"
    assert main(arguments) == 2  # the file is not here
    assert capsys.readouterr().err == f"{arguments[-1]}: there is no such file\n"
    assert int(service["RestartPreventExitStatus"]) == 2
    assert int(service["TimeoutStopSec"]) > GRACE + VALKEY_GRACE
    assert service["KillMode"] == "mixed"
    name, _, folder = service["Environment"].partition("=")
    assert name == "BRIDGE_STORAGE__DATA_DIR"
    assert folder == f"/var/lib/{service['StateDirectory']}"


def test_the_composition_waits_for_the_bridge_to_end() -> None:
    """Docker waits longer than the bridge takes before it kills."""
    for name in ("bridge", "valkey"):
        pause = compose()["services"][name]["stop_grace_period"]
        assert int(pause.removesuffix("s")) > GRACE + VALKEY_GRACE
