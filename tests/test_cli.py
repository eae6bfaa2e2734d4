"""The command line: exit codes, sentences, and an orderly end."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.app import GRACE
from bot.cli import main
from bot.store import embedded_folder
from support import ROOT, World, free_port, world


@pytest.fixture
def _logging() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers, root.level, sys.excepthook
    yield
    logging.captureWarnings(capture=False)
    root.handlers, root.level, sys.excepthook = handlers, level, hook
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Variables with which a bridge may run, in an empty folder."""
    for name in [name for name in os.environ if name.upper().startswith("BRIDGE_")]:
        monkeypatch.delenv(name)
    nowhere = f"http://127.0.0.1:{free_port()}"
    for name, value in {
        "TELEGRAM__TOKEN": "42:marker-token",
        "TELEGRAM__API_URL": nowhere,
        "PLANFIX__URL": f"{nowhere}/webchat/api",
        "PLANFIX__TOKEN": "marker-key",
        "PLANFIX__WEBHOOK_TOKEN": "marker-own-key",
        "SERVER__PORT": "0",
        "SERVER__PUBLIC_URL": nowhere,
        "STORAGE__DATA_DIR": str(tmp_path / "data"),
    }.items():
        monkeypatch.setenv(f"BRIDGE_{name}", value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was said to the person at the terminal, without log lines."""
    return [line for line in capsys.readouterr().err.splitlines() if not line[:4].isdigit()]


def test_without_a_command_it_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m bot` alone is wrong usage, and shows the commands."""
    assert main([]) == 2
    assert "run" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["--version"], 0), (["fly"], 2)])
def test_usage(arguments: list[str], code: int) -> None:
    """Help and version end well; a command that there is not is wrong usage."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == code


def test_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    """The real command, without settings: a line for each that is missing, exit code 2, quickly."""
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("BRIDGE_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 5
    assert all("is missing" in line for line in lines)


@pytest.mark.usefixtures("_logging")
def test_a_taken_port_is_told(
    settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that somebody has ends the start with one sentence and 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings.setenv("BRIDGE_SERVER__PORT", str(port))
        assert main(["run"]) == 1
    [line] = said(capsys)
    assert line == (
        "The bridge cannot run: server.host, server.port: "
        f"cannot listen on 127.0.0.1:{port}: Address already in use"
    )


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize(("options", "level"), [(["-v"], logging.DEBUG), ([], logging.WARNING)])
def test_verbose_comes_before_the_setting(
    settings: pytest.MonkeyPatch, options: list[str], level: int
) -> None:
    """`run -v` logs every step, whatever `log.level` says."""
    settings.setenv("BRIDGE_LOG__LEVEL", "warning")
    settings.setenv("BRIDGE_STORAGE__DATA_DIR", "/dev/null/nowhere")
    assert main(["run", *options]) == 1
    assert logging.getLogger().level == level


@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["queue"], ["chats", "list"]])
def test_a_reader_who_has_had_enough_is_no_crash(
    settings: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Piped into `head`, a command ends with 1 and nothing to say about it."""
    settings.setenv("PYTHONPATH", str(ROOT))
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1
    process.stderr.close()


def test_a_terminal_without_our_characters_is_no_crash(settings: pytest.MonkeyPatch) -> None:
    """What a terminal cannot show is replaced."""
    settings.setenv("PYTHONPATH", str(ROOT))
    settings.setenv("PYTHONIOENCODING", "ascii")
    command = ["link", "--bot", "my_bot", "--utm-source", "vk", "--qr", "-"]
    command = [sys.executable, "-m", "bot", *command]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"https://t.me/my_bot?start=s-vk")


@pytest.mark.usefixtures("_logging")
def test_a_second_bridge_is_told(
    settings: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that another bridge uses ends the start with one sentence and 1."""
    del settings
    (tmp_path / "data" / "valkey").mkdir(parents=True)
    held = embedded_folder.lock(tmp_path / "data" / "valkey" / "lock")
    assert held
    with held:
        assert main(["run"]) == 1
    [line] = said(capsys)
    assert line.startswith("The bridge cannot run: another bridge is using ")


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("STORAGE__DATA_DIR", "file/data", "cannot use"),
        ("SERVER__TLS", "", "no pair of a certificate and its key"),
        ("SERVER__HOST", "host.invalid", "cannot listen on host.invalid"),
    ],
)
def test_what_cannot_be_used_is_told(
    settings: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    words: str,
) -> None:
    """A folder, a certificate or an address that does not work: one sentence and 1."""
    Path("file").write_text("no certificate")
    if name == "SERVER__TLS":
        settings.setenv("BRIDGE_SERVER__TLS_CERTIFICATE", "file")
        settings.setenv("BRIDGE_SERVER__TLS_KEY", "file")
    else:
        settings.setenv(f"BRIDGE_{name}", value)
    assert main(["run"]) == 1
    [line] = said(capsys)
    assert words in line


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_start_that_waits(
    settings: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """While the bridge waits for its Redis, a signal ends it at once and well."""
    settings.setenv("BRIDGE_REDIS__URL", f"redis://127.0.0.1:{free_port()}")
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), number))
    signal.setitimer(signal.ITIMER_REAL, 1)
    start = time.monotonic()
    assert main(["run"]) == 0
    assert time.monotonic() - start < 5


def texts(running: World) -> list[str]:
    """What the operators got, in order."""
    return [dict(call.pairs)["message"] for call in running.planfix.accepted("newMessage")]


async def write(running: World, customers: int, each: int) -> set[str]:
    """Customers write; return what they wrote once some of it has arrived."""
    wrote = set()
    for number in range(customers):
        customer = running.telegram.add_customer(f"Клиент {number}")
        for turn in range(each):
            customer.send_text(f"{number}: {turn}")
            wrote.add(f"{number}: {turn}")
    await running.planfix.wait_for(lambda: len(texts(running)) > 10, timeout=30)
    return wrote


async def test_signals_under_load(tmp_path: Path) -> None:
    """SIGTERM ends all calls under way well, and the next start repeats nothing.

    While PlanFix hangs, a first signal waits for it, a second one does not; no Valkey stays.
    """
    async with world(tmp_path) as running:
        running.planfix.faults.add("slow", times=None, seconds=0.3)
        wrote = await write(running, 40, 5)
        start = time.monotonic()
        running.bridge.terminate()
        assert await running.bridge.wait() == 0
        assert time.monotonic() - start < 10
        assert len(texts(running)) < len(wrote)
        running.planfix.faults.clear()
        await running.bridge.start()
        await running.planfix.wait_for(lambda: len(texts(running)) >= len(wrote), timeout=30)
        assert sorted(texts(running)) == sorted(wrote)
        assert not [e for e in running.bridge.events if e["event"] == "worker.resumed"]

        running.planfix.faults.add("hang_after", times=None)
        running.telegram.add_customer("Анна").send_text("Здравствуйте")
        await running.planfix.wait_for(lambda: "Здравствуйте" in texts(running), timeout=30)
        running.bridge.events.clear()
        running.bridge.terminate()
        await running.bridge.wait_for_event("bridge.stopping")
        start = time.monotonic()
        running.bridge.terminate()
        assert await running.bridge.wait() == 1
        assert time.monotonic() - start < GRACE - 1  # it would wait that long for PlanFix
        assert not await asyncio.to_thread((tmp_path / "valkey" / "valkey.sock").exists)
