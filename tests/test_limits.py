"""Telegram's limits on sending, kept by all processes of a bot together."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from redis.asyncio import Redis

from bot.journal.entries import ChatKey
from bot.telegram.limits import CHAT_BURST, Limits
from support import world

ANNA, BORIS = ChatKey("1"), ChatKey("2")


async def send(limits: Limits, chat: ChatKey, times: list[float], count: int = 1) -> None:
    """Take a turn as a worker does: ask, wait as told, ask again; note when it was given."""
    while pause := await limits.wait_turn(chat, count):  # noqa: ASYNC110 - time alone ends it
        await asyncio.sleep(pause)
    times.append(time.monotonic())


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most turns that were given within any span of `seconds`."""
    return max(sum(start <= t < start + seconds for t in times) for start in times)


async def test_the_limit_in_all_holds_over_processes(redis: Redis, prefix: str) -> None:
    """Two processes with many chats together get no more turns than one may."""
    processes = [Limits(redis, prefix, per_second=50, chat_per_second=0) for _ in range(2)]
    times: list[float] = []
    await asyncio.gather(
        *(send(processes[n % 2], ChatKey(str(n)), times) for n in range(75)),
    )
    assert 1.4 < max(times) - min(times) < 2.5
    assert most_within(times, 0.5) <= 28


async def test_the_limit_of_a_chat_holds_over_processes(redis: Redis, prefix: str) -> None:
    """A chat gets a short burst, and then one turn after the other, whoever asks."""
    processes = [Limits(redis, prefix, per_second=0, chat_per_second=10) for _ in range(2)]
    times: list[float] = []
    await asyncio.gather(*(send(processes[n % 2], ANNA, times) for n in range(CHAT_BURST + 8)))
    assert most_within(times, 0.05) <= CHAT_BURST + 1
    assert 0.75 < max(times) - min(times) < 1.5


async def test_a_busy_chat_leaves_room_for_others(redis: Redis, prefix: str) -> None:
    """While one chat has far more to say than it may, another one does not wait."""
    limits = Limits(redis, prefix, per_second=100, chat_per_second=5)
    busy: list[float] = []
    sending = [asyncio.create_task(send(limits, ANNA, busy)) for _ in range(30)]
    await asyncio.sleep(0.3)  # let the burst pass
    start = time.monotonic()
    await send(limits, BORIS, [])
    assert time.monotonic() - start < 0.2
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)


async def test_an_album_costs_as_many_turns_as_it_has_parts(redis: Redis, prefix: str) -> None:
    """Ten messages at once are let through, and paid for afterwards."""
    limits = Limits(redis, prefix, per_second=0, chat_per_second=100)
    assert await limits.wait_turn(ANNA, 10) == 0.0
    pause = await limits.wait_turn(ANNA)
    assert 0.04 < pause <= 0.07


async def test_no_limit_means_no_wait(redis: Redis, prefix: str) -> None:
    """0 switches a limit off."""
    limits = Limits(redis, prefix, per_second=0, chat_per_second=0)
    assert [await limits.wait_turn(ANNA, 100) for _ in range(100)] == [0.0] * 100


async def test_telegram_never_has_to_slow_us_down(tmp_path: Path) -> None:
    """A hundred answers at the default limits: no 429, none lost, each chat in order."""
    async with world(
        tmp_path,
        enforce_limits=True,
        BRIDGE_LIMITS__MESSAGES_PER_SECOND="30",
        BRIDGE_LIMITS__CHAT_MESSAGES_PER_SECOND="1",
    ) as running:
        customers = [running.telegram.add_customer(f"Клиент {n}") for n in range(15)]
        for customer in customers:
            customer.send_text("Здравствуйте")
        await running.planfix.wait_for(lambda: len(running.planfix.accepted("newMessage")) == 15)
        for n in range(7):
            for customer in customers:
                status, _ = await running.planfix.answer(str(customer.chat_id), str(n))
                assert status == 200
        await running.telegram.wait_for(
            lambda: all(len(c.messages) == 8 for c in customers), timeout=20
        )
        for customer in customers:
            assert [m["text"] for m in customer.messages[1:]] == [str(n) for n in range(7)]
        sent = [call for call in running.telegram.calls if call.method == "sendMessage"]
        assert [call.error_code for call in sent if not call.ok] == []
