"""Nothing lost, nothing twice, nothing out of order: the real bridge under load, and killed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from support import World, world

CUSTOMERS = 200
EACH = 10


def texts_in_planfix(running: World) -> dict[str, list[str]]:
    """What the operators got, by chat, in the order in which PlanFix took it."""
    texts: dict[str, list[str]] = defaultdict(list)
    for call in running.planfix.accepted("newMessage"):
        pairs = dict(call.pairs)
        if "isEcho" not in pairs:
            texts[pairs["chatId"]].append(pairs["message"])
    return texts


def count(texts: dict[str, list[str]]) -> int:
    """How many texts there are."""
    return sum(len(one) for one in texts.values())


def without_repeats(texts: Iterable[str]) -> list[str]:
    """The texts in their order, each where it came first."""
    return list(dict.fromkeys(texts))


def write_all(running: World) -> dict[str, list[str]]:
    """Every customer writes, in turns; returns what each of them wrote, by chat."""
    customers = [running.telegram.add_customer(f"Клиент {n}") for n in range(CUSTOMERS)]
    wrote: dict[str, list[str]] = defaultdict(list)
    for turn in range(EACH):
        for customer in customers:
            text = f"{customer.chat_id}: {turn}"
            customer.send_text(text)
            wrote[str(customer.chat_id)].append(text)
    return wrote


async def test_two_thousand_texts_reach_the_operators(bridged: World) -> None:
    """2,000 texts of 200 customers: none lost, none twice, none out of order within a chat."""
    wrote = write_all(bridged)
    await bridged.planfix.wait_for(
        lambda: len(bridged.planfix.accepted("newMessage")) >= CUSTOMERS * EACH, timeout=60
    )
    assert texts_in_planfix(bridged) == wrote


async def test_texts_survive_a_killed_bridge(tmp_path: Path) -> None:
    """The bridge is killed twice under load: none lost, none out of order, few twice."""
    async with world(tmp_path) as running:
        wrote = write_all(running)
        for share in (4, 2):
            await running.planfix.wait_for(
                lambda share=share: (  # type: ignore[misc]
                    len(running.planfix.accepted("newMessage")) >= CUSTOMERS * EACH // share
                ),
                timeout=60,
            )
            await running.bridge.kill_and_restart()
        await running.planfix.wait_for(
            lambda: (
                count({k: without_repeats(v) for k, v in texts_in_planfix(running).items()})
                >= CUSTOMERS * EACH
            ),
            timeout=60,
        )
        got = texts_in_planfix(running)
        assert {chat: without_repeats(texts) for chat, texts in got.items()} == wrote
        assert count(got) - CUSTOMERS * EACH <= 2 * 100  # one for each chat in hand at a kill


async def answer_all(running: World, chats: list[str]) -> dict[str, list[str]]:
    """The operators answer every chat, in turns; like PlanFix, they repeat a call that failed."""
    wrote: dict[str, list[str]] = defaultdict(list)

    async def answer(chat: str, turn: int) -> None:
        text = f"{chat}: {turn}"
        for _ in range(200):
            try:
                status, _ = await running.planfix.answer(chat, text, message_id=text)
            except OSError:
                status = 0
            if status == 200:
                break
            await asyncio.sleep(0.1)
        wrote[chat].append(text)

    for turn in range(EACH):
        for start in range(0, len(chats), 50):
            await asyncio.gather(*(answer(chat, turn) for chat in chats[start : start + 50]))
    return wrote


def answers_in_telegram(customers: Iterable[Any]) -> dict[str, list[str]]:
    """What the customers got from the bot."""
    return {
        str(customer.chat_id): [m["text"] for m in customer.messages if m["from"]["is_bot"]]
        for customer in customers
    }


@pytest.mark.parametrize("kills", [0, 2])
async def test_two_thousand_answers_reach_the_customers(tmp_path: Path, kills: int) -> None:
    """2,000 answers to 200 customers, with and without a killed bridge: as the operators wrote."""
    async with world(tmp_path) as running:
        customers = [running.telegram.add_customer(f"Клиент {n}") for n in range(CUSTOMERS)]
        for customer in customers:
            customer.send_text("Здравствуйте")
        await running.planfix.wait_for(
            lambda: len(running.planfix.accepted("newMessage")) >= CUSTOMERS, timeout=60
        )
        writing = asyncio.create_task(answer_all(running, [str(c.chat_id) for c in customers]))
        for kill in range(kills):
            await running.telegram.wait_for(
                lambda kill=kill: count(answers_in_telegram(customers)) > 500 * (kill + 1),  # type: ignore[misc]
                timeout=60,
            )
            await running.bridge.kill_and_restart()
        wrote = await writing
        await running.planfix.wait_for(
            lambda: (
                len({dict(c.pairs)["messageId"] for c in running.planfix.accepted("messageStatus")})
                >= CUSTOMERS * EACH
            ),
            timeout=60,
        )
        got = answers_in_telegram(customers)
        assert {chat: without_repeats(texts) for chat, texts in got.items()} == wrote
        assert count(got) - CUSTOMERS * EACH <= kills * 100
