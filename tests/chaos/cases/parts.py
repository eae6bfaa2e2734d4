"""A long text with files: killed in the middle, it goes on with the first part not yet sent."""

import asyncio
from typing import Any

from chaos.cases.case import Case, Dice, becomes, expect
from chaos.stage import Stage
from sandbox.pictures import avatar
from sandbox.telegram import Customer

_WORDS = " ".join(f"слово{number}" for number in range(1_500))
_PICTURES = [(f"{number}.png", avatar(str(number))) for number in range(3)]


async def killed_between_parts(stage: Stage, dice: Dice, seconds: float) -> None:
    """The bridge is killed while one part, and then another one, is being sent."""
    customer = stage.telegram.add_customer("Читатель")
    customer.send_text("Пришлите договор")
    chat = str(customer.chat_id)
    await stage.planfix.wait_for(lambda: chat in stage.planfix.tasks)
    stage.telegram.faults.add("slow", "/send", times=None, seconds=1)
    await stage.planfix.answer(chat, _WORDS, _PICTURES, message_id="long")
    for wanted in (2, 3):
        await becomes(lambda wanted=wanted: len(_sent(customer)) >= wanted, 20, "no part is sent")  # type: ignore[misc]
        await stage.kill(stage.bridge)
        await asyncio.sleep(dice.uniform(0, seconds / 5))
        await stage.restart(stage.bridge)
    stage.telegram.faults.clear()
    await becomes(lambda: stage.planfix.message("long").ticks == "sent", 60, "it never arrives")
    _examine(_sent(customer), stage)


def _sent(customer: Customer) -> list[dict[str, Any]]:
    return [message for message in customer.messages if message["from"]["is_bot"]]


def _examine(sent: list[dict[str, Any]], stage: Stage) -> None:
    """Every part is there and in order; at each kill at most the part in hand came twice."""
    texts = list(dict.fromkeys(m["text"] for m in sent if "text" in m))
    expect(" ".join(" ".join(texts).split()) == _WORDS, "the text is not whole")
    albums = [m for m in sent if "text" not in m]
    expect(len(albums) >= len(_PICTURES), "a picture is missing")
    doubled = len([m for m in sent if "text" in m]) - len(texts)
    doubled += (len(albums) - len(_PICTURES)) // len(_PICTURES)
    expect(doubled <= stage.kills, f"{doubled} parts came twice after {stage.kills} kills")
    stage.notes.append(f"{doubled} parts came twice after {stage.kills} kills in their midst")


CASES = [Case("parts: killed in their midst", killed_between_parts, floor=2)]
