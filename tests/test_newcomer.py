"""A newcomer, with nothing but the README, gets to a conversation in the sandbox."""

import asyncio
import json
import os
import re
import signal
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pages import page
from support import ROOT
from terminal import Terminal

STEPS = (
    "python -m sandbox --no-bridge",
    "python -m bot setup",
    "python -m bot check",
    "python -m bot run",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the environment that a newcomer makes there; ours has what it depends on."""
    place = tmp_path / ".venv"
    venv.create(place, symlinks=True)
    [packages] = place.glob("lib/python*/site-packages")
    paths = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    (packages / "dependencies.pth").write_text("\n".join(paths))
    for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def typed(command: str) -> tuple[str, ...]:
    """A command as a newcomer types it, after the line that turns the environment on."""
    return ("bash", "-c", f". .venv/bin/activate && exec {command}")


class Background:
    """A command that runs until Ctrl-C, in a terminal of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said = ""

    @classmethod
    async def start(cls, command: str, folder: Path) -> "Background":
        """Type it."""
        process = await asyncio.create_subprocess_exec(
            *typed(command), cwd=folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        return cls(process)

    async def says(self, words: str) -> str:
        """Wait until it has said that; returns everything that it has said."""
        assert self._process.stdout
        async with asyncio.timeout(30):
            while words not in self.said:
                line = await self._process.stdout.readline()
                assert line, f"it ended:\n{self.said}"
                self.said += line.decode()
        return self.said

    async def interrupt(self) -> int:
        """Press Ctrl-C; returns the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
        return await self.end()

    async def end(self) -> int:
        """Wait for its end; returns the exit code."""
        async with asyncio.timeout(20):
            await self._process.communicate()
        code = self._process.returncode
        assert code is not None
        return code


def answer_setup(printed: str, folder: Path) -> str:
    """Type what the sandbox says, and answer as it says; returns what `setup` has said."""
    command = re.search(r"^  (python -m bot setup .+)$", printed, re.MULTILINE)
    assert command
    terminal = Terminal(folder=folder, program=typed(command[1]))
    for question in ("bot's token", "PlanFix's address", "PlanFix's key", "address of this server"):
        answer = re.search(rf"{question} +(\S+)$", printed, re.MULTILINE)
        assert answer
        terminal.expect(question[question.index(" ") + 1 :])
        terminal.expect(": ")
        terminal.answer(answer[1])
    assert terminal.end() == 0, terminal.said
    return terminal.said


class Person:
    """Plays both sides on the sandbox's page, by the calls that the page makes."""

    def __init__(self, http: aiohttp.ClientSession, events: aiohttp.StreamReader) -> None:
        self._http = http
        self._events = events

    async def does(self, path: str, **fields: str) -> None:
        """Press a button."""
        async with self._http.post(path, json=fields) as response:
            assert response.status == 200, await response.text()

    async def answers(self, chat: str, text: str) -> None:
        """Answer in a task."""
        form = aiohttp.FormData({"chat_id": chat, "text": text, "first_name": "Анна"})
        async with self._http.post("api/tasks/answer", data=form) as response:
            assert await response.json() == {"status": 200, "error": ""}

    async def sees(self, kind: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the page shows such a thing."""
        async with asyncio.timeout(20):
            async for line in self._events:
                event = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if event.get("type") == kind and wanted(event):
                    return dict(event)
        raise AssertionError("the sandbox has gone")


async def test_a_newcomer_gets_to_a_conversation(folder: Path) -> None:
    """The README's steps in the sandbox: set up, fill in, check, run, and a message each way."""
    assert set(STEPS) <= set(page("README.md").commands)
    sandbox = await Background.start("python -m sandbox --no-bridge", folder)
    bridge: Background | None = None
    try:
        printed = await sandbox.says("Ctrl-C ends everything.")
        said = await asyncio.to_thread(answer_setup, printed, folder)
        page_address = re.search(r"Open (\S+)", printed)
        chat_url, chat_key = (re.search(rf"{n}: +(\S+)", said) for n in (r"\(URL\)", r"\(token\)"))
        assert page_address
        assert chat_url
        assert chat_key
        check = await Background.start("python -m bot check", folder)
        assert "✗" not in await check.says("Everything is in order.")
        assert await check.end() == 0
        bridge = await Background.start("python -m bot run", folder)
        await bridge.says("bridge.started")
        async with (
            aiohttp.ClientSession(page_address[1]) as http,
            http.get("api/events") as events,
        ):
            person = Person(http, events.content)
            first = (await person.sees("snapshot", bool))["customers"][0]["chat_id"]
            await person.does("api/integration", chat_url=chat_url[1], chat_key=chat_key[1])
            await person.does(f"api/customers/{first}/text", text="Сколько стоит доставка?")
            asked = await person.sees("planfix.message", lambda e: e["message"]["text"] != "")
            assert asked["message"]["text"] == "Сколько стоит доставка?"
            await person.answers(asked["message"]["chat_id"], "Доставим даром")
            await person.sees(
                "telegram.message", lambda e: e["message"].get("text") == "Доставим даром"
            )
    finally:
        for each in filter(None, (bridge, sandbox)):
            assert await each.interrupt() == 0, each.said
