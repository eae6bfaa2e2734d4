"""`python -m bot queue` and alarms, beside a real bridge."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from support import ROOT, World, world

ADMIN = 77_000


async def queue(running: World, *arguments: str, code: int = 0) -> str:
    """Run the command with the bridge's own settings; returns what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "queue",
        *arguments,
        cwd=ROOT,
        env=running.bridge.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    assert process.returncode == code, errors.decode()
    return said.decode()


async def refuse(running: World, text: str) -> dict[str, Any]:
    """Let PlanFix refuse a customer's message for good; returns the dead letter."""
    customer = running.telegram.add_customer("Иван", "Петров")
    running.planfix.faults.add(
        "status", match="newMessage", code=400, body='{"error": "нельзя \\u001b[2J"}'
    )
    customer.send_text(text)
    await running.bridge.wait_for_event("worker.refused")
    await running.planfix.wait_for(lambda: running.planfix.faults.count("status") == 1)
    return await dead_letter(running)


async def dead_letter(running: World) -> dict[str, Any]:
    """The only dead letter."""
    async with asyncio.timeout(10):
        while not (letters := json.loads(await queue(running, "--json"))["dead_letters"]):
            pass
    [letter] = letters
    found: dict[str, Any] = letter
    return found


async def test_a_refused_message_can_be_seen_and_sent_again(bridged: World) -> None:
    """Operators see the gap; a dead letter shows why and what; after a retry PlanFix gets it."""
    letter = await refuse(bridged, "\x9b2J\u202eНельзя ли так?")
    assert letter["lane"] == "planfix"
    assert "нельзя" in letter["reason"]
    shown = await queue(bridged, "show", letter["id"])
    assert "Нельзя ли так?" in shown
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown + await queue(bridged))
    assert json.loads(await queue(bridged, "show", letter["id"], "--json"))["body"]
    assert json.loads(await queue(bridged, "--json", "show", letter["id"]))["body"]
    assert f"{letter['id']}  planfix chat {letter['chat']}" in await queue(bridged)
    await queue(bridged, "retry", letter["id"])
    await bridged.planfix.wait_for(lambda: len(bridged.planfix.accepted("newMessage")) == 2)
    gap, again = bridged.planfix.accepted("newMessage")
    assert "нельзя" in (gap.get("message") or "")
    assert letter["id"] in (gap.get("message") or "")
    assert gap.get("isEcho")
    assert "Нельзя ли так?" in (again.get("message") or "")
    assert "dead letters: 0" in await queue(bridged)


async def test_all_dead_letters_at_once_show_their_progress(bridged: World) -> None:
    """`retry --all` puts everything back and says how far it has come."""
    await refuse(bridged, "Ещё раз")
    assert "Put back 1 of 1." in await queue(bridged, "retry", "--all")
    await bridged.planfix.wait_for(lambda: len(bridged.planfix.accepted("newMessage")) == 2)
    assert "There are no dead letters." in await queue(bridged, "retry", "--all")


async def test_a_dropped_letter_is_gone(bridged: World) -> None:
    """`drop` forgets a letter for ever, and an id that is unknown is told in words."""
    letter = await refuse(bridged, "Забудьте")
    await queue(bridged, "drop", letter["id"])
    assert "no such dead letter" in await queue(bridged, "show", letter["id"], code=1)
    assert "no such dead letter" in await queue(bridged, "retry", letter["id"], code=1)
    assert "no such dead letter" in await queue(bridged, "drop", letter["id"], code=1)


async def test_the_queue_can_be_seen_while_the_bridge_is_down(tmp_path: Path) -> None:
    """What waits for PlanFix is counted, with its age and reason, also after the bridge ended."""
    async with world(tmp_path) as running:
        await running.planfix.stop_listening()
        running.telegram.add_customer("Иван").send_text("Подожду")
        await running.bridge.wait_for_event("worker.postponed")
        running.bridge.terminate()
        await running.bridge.wait()
        shown = json.loads(await queue(running, "--json"))
        [lane] = [lane for lane in shown["lanes"] if lane["lane"] == "planfix"]
        assert (lane["chats"], lane["entries"]) == (1, 1)
        assert lane["longest"][0]["tries"]["count"] >= 1
        assert "tries: " in await queue(running)


async def test_an_administrator_is_told_at_most_once_a_minute(tmp_path: Path) -> None:
    """The first refusal raises an alarm in the set chat; a second one soon after does not."""
    async with world(tmp_path, BRIDGE_ALERTS__CHAT_ID=str(ADMIN)) as running:
        admin = running.telegram.add_customer("Админ", user_id=ADMIN)
        admin.send_text("/start")
        await running.planfix.wait_for(lambda: len(running.planfix.accepted("newMessage")) >= 2)
        letter = await refuse(running, "Первое")

        def alarms() -> list[str]:
            texts = [m.get("text", "") for m in admin.messages if m["from"]["is_bot"]]
            return [text for text in texts if "отложено" in text]

        await running.telegram.wait_for(lambda: len(alarms()) == 1)
        assert letter["id"] in alarms()[0]
        running.planfix.faults.add("status", match="newMessage", code=400, body='{"error": "нет"}')
        running.telegram.add_customer("Пётр").send_text("Второе")
        await running.bridge.wait_for_event("worker.refused", lambda e: "нет" in e["reason"])
        await running.telegram.wait_for(lambda: not running.telegram.updates.pending)
        assert len(alarms()) == 1
