"""Forgetting a chat, against a real Valkey."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.chats import forgetting as forgetting_module
from bot.chats.bans import BanList
from bot.chats.chats import Chats
from bot.chats.forgetting import Forgetting, NotForgottenError, Stored
from bot.chats.remembered import Said
from bot.journal.entries import ChatKey, Lease, Posting, Tries
from bot.journal.journal import Journal
from bot.journal.lanes import LANES, PLANFIX, STATUS, TELEGRAM

CHAT, OTHER = ChatKey("100"), ChatKey("1001")
NOTHING = Stored(0, 0, 0, 0, 0, 0, 0)
PHONE = "+79161234567"


@pytest.fixture
def forgetting(redis: Redis, prefix: str) -> Forgetting:
    """Erases in an empty Valkey."""
    return Forgetting(redis, prefix, LANES)


@pytest.fixture
def journal(redis: Redis, prefix: str) -> Journal:
    """The mailboxes."""
    return Journal(redis, prefix)


async def claim(journal: Journal) -> Lease:
    """The only chat of the lane that is due."""
    [lease], _ = await journal.claim(PLANFIX, chats=1)
    return lease


async def test_only_the_chat_itself_is_forgotten(
    redis: Redis, prefix: str, forgetting: Forgetting
) -> None:
    """Another chat, with a similar id and the same phone number since, keeps everything."""
    chats = Chats(redis, prefix)
    for chat in (CHAT, OTHER):
        await chats.save(chat, card="digest")
        await chats.save_phone(chat, PHONE)
        await chats.remember(chat, [Said(1, "раз"), Said(2, "два")])
        await chats.add_unread(chat, "a1", 3)
    await chats.save_phone(CHAT, "+79990000000")
    assert await forgetting.forget(CHAT) == replace(
        NOTHING, record=1, phones=1, messages=2, unread=1
    )
    assert await forgetting.forget(CHAT) == NOTHING
    assert await chats.find_by_phone(PHONE) == OTHER
    assert await chats.find_by_phone("+79990000000") is None
    assert (await chats.load(OTHER)).unread
    assert await chats.recall_message(OTHER, 1)


async def test_what_is_not_delivered_is_erased_on_demand_alone(
    redis: Redis, prefix: str, forgetting: Forgetting, journal: Journal
) -> None:
    """Waiting entries and dead letters stop it, until they are to be erased, too."""
    for lane in LANES:
        await journal.put(Posting(lane, CHAT, "x", b"1"))
        await journal.put(Posting(lane, OTHER, "x", b"1"))
    leases, _ = await journal.claim(STATUS, chats=2)
    for lease in leases:
        await journal.bury(lease, "no")
    leases, _ = await journal.claim(PLANFIX, chats=2)
    for lease in leases:
        await journal.record(lease, b"half")
        await journal.postpone(lease, 1000, Tries(1, 0, "away"))
    with pytest.raises(NotForgottenError) as caught:
        await forgetting.forget(CHAT)
    assert not caught.value.in_hand
    assert caught.value.stored == replace(NOTHING, waiting=2, dead_letters=1)
    assert await forgetting.forget(CHAT, undelivered=True) == caught.value.stored
    assert [await journal.waiting(lane) for lane in LANES] == [1, 1, 0]
    assert await journal.dead_letters() == 1
    assert await redis.keys(f"{prefix}*:{CHAT}") == []
    assert await redis.hkeys(f"{prefix}tries:{PLANFIX}") == [OTHER.encode()]
    assert [lease.chat for lease in (await journal.claim(TELEGRAM, chats=5))[0]] == [OTHER]


async def test_a_chat_in_hand_is_waited_for(forgetting: Forgetting, journal: Journal) -> None:
    """While a worker has the chat nothing is erased; once it has finished, everything is."""
    await journal.put(Posting(PLANFIX, CHAT, "x", b"1"))
    lease = await claim(journal)
    task = asyncio.create_task(forgetting.forget(CHAT))
    done, _ = await asyncio.wait([task], timeout=0.5)
    assert not done
    assert await journal.settle(lease)
    assert await task == NOTHING


async def test_a_chat_that_stays_in_hand_is_told(
    forgetting: Forgetting, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that does not let go of the chat ends the waiting, and nothing is erased."""
    monkeypatch.setattr(forgetting_module, "PATIENCE", 0.3)
    await journal.put(Posting(PLANFIX, CHAT, "x", b"1"))
    lease = await claim(journal)
    with pytest.raises(NotForgottenError) as caught:
        await forgetting.forget(CHAT, undelivered=True)
    assert caught.value.in_hand
    assert await journal.settle(lease)


async def test_what_a_dead_process_had_in_hand_can_be_forgotten(
    redis: Redis, prefix: str, forgetting: Forgetting, journal: Journal
) -> None:
    """A lease whose time is over stands in nobody's way, and its owner can change nothing."""
    await journal.put(Posting(PLANFIX, CHAT, "x", b"1"))
    lease = await claim(journal)
    await redis.zadd(f"{prefix}due:{PLANFIX}", {CHAT: 1})
    assert await forgetting.forget(CHAT, undelivered=True) == replace(NOTHING, waiting=1)
    assert not await journal.settle(lease)
    assert await journal.waiting(PLANFIX) == 0


async def test_a_ban_stays_without_its_reason(
    redis: Redis, prefix: str, forgetting: Forgetting
) -> None:
    """Of a ban the id and the time are kept; lifting it erases them, too."""
    bans = BanList(redis, prefix)
    assert not await bans.ban(CHAT, "Иван Петров хамит")
    assert await bans.tell_once(CHAT)
    assert await forgetting.forget(CHAT) == replace(NOTHING, banned=1)
    ban = await bans.get(CHAT)
    assert ban
    assert ban.reason == ""
    assert ban.since > 0
    assert not await bans.tell_once(CHAT)
    assert await bans.lift(CHAT)
    assert not await bans.lift(CHAT)
    assert await redis.keys("*bans") + await redis.keys("*told") == []


async def test_many_bans_are_listed(redis: Redis, prefix: str) -> None:
    """More bans than one look at Redis gives."""
    bans = BanList(redis, prefix)
    stored = {str(number): f"{number} why so" for number in range(1, 1200)}
    await redis.hset(f"{prefix}bans", mapping=stored)
    found = [ban async for ban in bans.all()]
    assert {(ban.chat, ban.since, ban.reason) for ban in found} == {
        (str(number), number, "why so") for number in range(1, 1200)
    }
