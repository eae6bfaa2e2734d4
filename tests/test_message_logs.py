"""What the log tells of a message on its way."""

import json
from typing import Any

from support import World

ORDINARY = {"timestamp", "level", "logger", "event"}


def lines_about(running: World, *names: str) -> list[dict[str, Any]]:
    """The log lines with these names."""
    return [event for event in running.bridge.events if event["event"] in names]


async def test_each_message_is_one_line_each_way(bridged: World) -> None:
    """Who wants to know where a message is finds one line, with ids and durations, and no words."""
    anna = bridged.telegram.add_customer("Анна")
    anna.send_text("Где мой заказ?")
    forwarded = await bridged.bridge.wait_for_event("message.forwarded")
    assert forwarded["chat"] == str(anna.chat_id)
    assert forwarded["entry"].startswith("tg:")
    assert forwarded["files"] == 0
    assert 0 <= forwarded["ms"] < 10_000
    assert 0 <= forwarded["waited_ms"] < 10_000

    await bridged.bridge.wait_for_event("customers.menu_changed")
    seen = len(bridged.bridge.events)
    await bridged.planfix.answer(str(anna.chat_id), "В пути", [("b.txt", b"data")])
    delivered = await bridged.bridge.wait_for_event("answer.delivered")
    await bridged.planfix.wait_for(lambda: bool(bridged.planfix.accepted("messageStatus")))
    [status] = bridged.planfix.accepted("messageStatus")
    assert delivered["entry"] == f"pf:{status.get('messageId')}"
    assert delivered["chat"] == str(anna.chat_id)
    assert delivered["message_ids"] == [anna.messages[-1]["message_id"]]
    assert delivered["files"] == 1
    assert {"ms", "waited_ms"} <= delivered.keys()
    assert bridged.bridge.events[seen:] == [delivered]
    log = json.dumps(bridged.bridge.events, ensure_ascii=False)
    assert "заказ" not in log
    assert "В пути" not in log
