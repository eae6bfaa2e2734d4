"""What reaches Sentry: errors with their stacks, and no secret and no word of a message."""

import gzip
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import NOTICE, TELEGRAM
from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect, key_prefix
from support import PLANFIX_KEY, ROOT, TOKEN, WEBHOOK_KEY, World, until, world

SENTRY_KEY = "0123456789abcdef-marker-sentry"
TEXT = "Мой секрет: кот Барсик"


class Sentry:
    """A server that takes Sentry's envelopes."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.raw = ""
        self.dsn = ""

    async def take(self, request: web.Request) -> web.Response:
        """An envelope: lines of JSON, a header, then a header and an item each."""
        body = await request.read()
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        self.raw += text
        lines = text.splitlines()
        for header, item in zip(lines[1::2], lines[2::2], strict=False):
            if json.loads(header)["type"] == "event":
                self.events.append(json.loads(item))
        return web.json_response({})

    def named(self, name: str) -> list[dict[str, Any]]:
        """The events with this name."""
        return [event for event in self.events if event["message"] == name]


@pytest.fixture
async def sentry() -> AsyncIterator[Sentry]:
    """A Sentry on loopback."""
    server = Sentry()
    app = web.Application()
    app.router.add_post("/api/7/envelope/", server.take)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.dsn = f"http://{SENTRY_KEY}@{host}:{port}/7"
    yield server
    await runner.cleanup()


async def test_errors_arrive_without_a_word_of_a_message(tmp_path: Path, sentry: Sentry) -> None:
    """A refusal and a crash are told, with stack and lane; texts, secrets and chats are not."""
    async with world(tmp_path, BRIDGE_SENTRY__DSN=sentry.dsn) as running:
        answer = f'{{"error": "{TEXT} {PLANFIX_KEY}"}}'
        running.planfix.faults.add("status", "newMessage", code=400, body=answer)
        anna = running.telegram.add_customer("Анна")
        anna.send_text(TEXT)
        await running.bridge.wait_for_event("worker.refused")
        await make_a_handler_crash(running)
        await until(lambda: sentry.named("worker.refused"))
        await until(lambda: sentry.named("worker.handler_crashed"))
        assert not any(SENTRY_KEY in line for line in running.bridge.output)
    [refused] = sentry.named("worker.refused")
    assert refused["tags"]["lane"] == "planfix"
    assert refused["release"].startswith("planfix-telegram-bridge@")
    crashed = sentry.named("worker.handler_crashed")[0]
    [*_, error] = crashed["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["value"] == ""
    frame = error["stacktrace"]["frames"][-1]
    assert frame["filename"].startswith("bot/")
    assert "vars" not in frame
    for hidden in (TEXT, "Барсик", TOKEN, PLANFIX_KEY, WEBHOOK_KEY, str(anna.chat_id)):
        assert hidden not in sentry.raw
        assert json.dumps(hidden)[1:-1] not in sentry.raw


async def make_a_handler_crash(running: World) -> None:
    """Put an entry into the journal that no handler can read: a chat that no chat can be."""
    data_dir = Path(running.bridge.environment["BRIDGE_STORAGE__DATA_DIR"])
    redis = connect(EmbeddedValkey(data_dir).url)
    body = json.dumps({"text": TEXT}).encode()
    posting = Posting(TELEGRAM, ChatKey(TEXT), NOTICE, body)
    await Journal(redis, key_prefix(42)).put(posting)
    await redis.aclose()


def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    """A DSN without the package for it ends the start with a line that says what to install."""
    variables = {
        "TELEGRAM__TOKEN": TOKEN,
        "PLANFIX__URL": "http://127.0.0.1:1",
        "PLANFIX__TOKEN": PLANFIX_KEY,
        "PLANFIX__WEBHOOK_TOKEN": WEBHOOK_KEY,
        "SERVER__PUBLIC_URL": "http://127.0.0.1:1",
        "SENTRY__DSN": f"https://{SENTRY_KEY}@sentry.example/7",
    }
    hide = "import sys; sys.modules['sentry_sdk'] = None; from bot.cli import main; "
    run = "sys.exit(main(['run']))"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", hide + run],
        cwd=tmp_path,
        env={f"BRIDGE_{name}": value for name, value in variables.items()}
        | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("sentry.dsn: needs the package sentry-sdk")
    assert "[sentry]" in line
