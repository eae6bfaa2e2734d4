"""The package as a whole: what it needs, and the example that it shows."""

import asyncio
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

import planfix_adapter

ROOT = Path(planfix_adapter.__file__).parents[1]


class Planfix(Protocol):
    """The PlanFix that the fixture gives."""

    url: str
    calls: list[list[tuple[str, str]]]
    arrived: asyncio.Event


def test_it_needs_nothing_of_the_bridge() -> None:
    """Whoever imports the adapter does not load the bot, Telegram or Redis with it."""
    code = "import planfix_adapter, sys; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert not {"bot", "sandbox", "aiogram", "redis", "pydantic"} & set(done.stdout.split())


def test_every_public_name_is_there() -> None:
    """What the package promises to export exists, in order."""
    assert list(planfix_adapter.__all__) == sorted(planfix_adapter.__all__)
    assert all(hasattr(planfix_adapter, name) for name in planfix_adapter.__all__)


@pytest.mark.parametrize("place", ["docstring", "README"])
async def test_the_example_connects_a_messenger(
    planfix: Planfix, tmp_path: Path, place: str
) -> None:
    """The program that the docs show runs as it stands, both ways, and ends when told."""
    docs = planfix_adapter.__doc__ if place == "docstring" else (ROOT / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", docs or "", re.DOTALL)
    assert example
    script = tmp_path / "example.py"
    script.write_text(example[1])
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    settings = {"PLANFIX_URL": planfix.url, "PLANFIX_KEY": "k1", "OUR_KEY": "k2", "PORT": str(port)}
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdin
    assert program.stdout
    try:
        async with asyncio.timeout(20):
            program.stdin.write(b"Good day!\n")
            await planfix.arrived.wait()  # by now its server is up, too
            message, contact = (
                dict(planfix.calls[0])["message"],
                dict(planfix.calls[0])["contactName"],
            )
            assert (message, contact) == ("Good day!", "Somebody")
            call = {
                "cmd": "newMessage",
                "providerId": "terminal",
                "token": "k2",
                "chatId": "terminal",
                "userName": "Olga",
                "message": "How can I help?",
            }
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"http://127.0.0.1:{port}/planfix", data=call) as answer,
            ):
                assert await answer.json() == {"chatId": "terminal", "contactId": "terminal"}
            assert (await program.stdout.readline()).strip() == b"Olga: How can I help?"
            program.stdin.write(b"\n")
            assert await program.wait() == 0
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
