"""Long work shows how far it has come, and can be cut off and begun anew."""

import asyncio
import io
import json
import os
import pty
import signal
import sys
import time

import pytest
import structlog
from redis.asyncio import Redis

from bot.commands.progress import Progress
from bot.journal import backlog
from bot.journal.backlog import Backlog, Waiting
from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from support import PLANFIX_KEY, ROOT, TOKEN, WEBHOOK_KEY, World, until

LETTERS = 15_000


async def bury_many(redis: Redis, prefix: str) -> None:
    """Dead letters as an outage of months might leave them."""
    letters: dict[str | bytes, str] = {}
    times: dict[str | bytes, float] = {}
    for number in range(LETTERS):
        about = {"lane": "planfix", "chat": str(number % 500 + 1), "reason": "нельзя", "at": 1.0}
        letters[f"tg:{number}"] = f"{json.dumps(about)}\ntg:{number} update 1000\n{{}}"
        times[f"tg:{number}"] = number
    await redis.hset(f"{prefix}dead", mapping=letters)
    await redis.zadd(f"{prefix}dead:time", times)


async def retry_all(redis: Redis, *, cut_off: bool) -> str:
    """Run `queue retry --all` at a terminal; returns all that it showed."""
    socket = (await redis.config_get("unixsocket"))["unixsocket"]
    variables = {
        "TELEGRAM__TOKEN": TOKEN,
        "PLANFIX__URL": "http://127.0.0.1:1",
        "PLANFIX__TOKEN": PLANFIX_KEY,
        "PLANFIX__WEBHOOK_TOKEN": WEBHOOK_KEY,
        "SERVER__PUBLIC_URL": "http://127.0.0.1:1",
        "REDIS__URL": f"unix://{socket}",
    }
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "queue", "retry", "--all",
        cwd=ROOT,
        env={f"BRIDGE_{name}": value for name, value in variables.items()},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while data := await asyncio.to_thread(_read, ours):
        if cut_off and b" left" in data:
            process.send_signal(signal.SIGINT)
            cut_off = False
        shown += data
    os.close(ours)
    await process.wait()
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end has been closed
        return b""


async def test_a_retry_of_many_can_be_cut_off(redis: Redis, prefix: str) -> None:
    """At a terminal one line counts; Ctrl-C says what is done, and the next run does the rest."""
    await bury_many(redis, prefix)
    shown = await retry_all(redis, cut_off=True)
    assert "/s, about " in shown
    assert "the same command goes on with the rest." in shown
    assert "Traceback" not in shown
    left = await redis.hlen(f"{prefix}dead")
    assert 0 < left < LETTERS
    assert f"Put back {left} of {left}." in await retry_all(redis, cut_off=False)
    waiting = await Backlog(redis, prefix).count(PLANFIX)
    assert waiting == Waiting(chats=500, entries=LETTERS)


def test_elsewhere_than_at_a_terminal_lines_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file, progress is a line every few seconds, without control characters."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    stream = io.StringIO()
    progress = Progress("Put back", 10_000, stream)
    for done in range(0, 10_000, 100):
        now = done / 1000
        progress.show(done)
    progress.clear()
    assert stream.getvalue() == "Put back 5000 of 10000, 1000/s, about 5 s left\n"


async def settle(journal: Journal, chats: int) -> None:
    """Work off so many chats."""
    leases, _ = await journal.claim(PLANFIX, chats=chats)
    await asyncio.gather(*(journal.settle(lease) for lease in leases))


async def test_a_back_log_is_followed(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is counted over many chats; rate and estimate follow, until it is worked off."""
    monkeypatch.setattr(backlog, "EVERY", 0.05)
    journal = Journal(redis, prefix)
    chats = [ChatKey(str(number)) for number in range(1, 1_502)]
    await journal.put_all(Posting(PLANFIX, chat, "kind", b"body") for chat in chats)
    with structlog.testing.capture_logs() as events:
        following = asyncio.create_task(Backlog(redis, prefix).follow())
        await until(lambda: len(events) == 1)
        await settle(journal, 705)
        await until(lambda: events[-1]["entries"] == 1_501 - 705)
        await settle(journal, 705)
        await asyncio.wait_for(following, 10)
    assert events[0] == {
        "event": "bridge.backlog", "log_level": "info",
        "lane": "planfix", "entries": 1_501, "chats": 1_501,
    }  # fmt: skip
    under_way = [event for event in events if event.get("per_second", 0) > 0]
    assert under_way
    assert all(event["seconds_left"] >= 0 for event in under_way)
    assert events[-1]["event"] == "bridge.backlog_done"


async def test_a_start_tells_what_has_waited(bridged: World) -> None:
    """After a crash in an outage, the next start tells what waits where."""
    await bridged.planfix.stop_listening()
    for number in range(3):
        bridged.telegram.add_customer(f"Клиент {number}").send_text("Здравствуйте")
    await bridged.telegram.wait_for(lambda: not bridged.telegram.updates.pending)
    await bridged.bridge.wait_for_event("far_side.away")
    seen = len(bridged.bridge.events)
    bridged.bridge.kill()
    await bridged.bridge.wait()
    await bridged.bridge.start()
    told = await bridged.bridge.wait_for_event("bridge.backlog", since=seen)
    assert (told["lane"], told["entries"], told["chats"]) == ("planfix", 3, 3)
