"""When an album is taken to be whole, with a real journal."""

import json

import pytest
from aiogram import Bot
from redis.asyncio import Redis

from bot.journal.entries import ChatKey, Posting
from bot.journal.handling import Later, Mail
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX, UPDATE
from bot.telegram.albums import PATIENCE, whole_album
from updates import message, photo

CHAT = ChatKey("77")


def posting(number: int, **fields: object) -> Posting:
    """A stored update with a message."""
    update = {"update_id": number, "message": message(dict(fields), message_id=number)}
    return Posting(PLANFIX, CHAT, UPDATE, json.dumps(update).encode(), id=f"tg:{number}")


async def test_an_album_is_judged_by_a_fresh_look(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old it is, an album that goes beyond what was claimed is looked at again first."""
    monkeypatch.setattr("bot.telegram.albums.QUIET", 0.0)
    journal, bot = Journal(redis, prefix), Bot("42:TEST")
    texts = [posting(number, text="да") for number in range(8)]
    album = [posting(n, photo=photo(), media_group_id="g") for n in range(8, 17)]
    await journal.put_all([*texts, *album])
    [lease], _ = await journal.claim(PLANFIX, chats=1)
    await journal.settle(lease, 8, keep=True)
    lease.advance(8)
    with pytest.raises(Later) as later:
        await whole_album("g", Mail(journal, lease), bot, 0.0)
    assert (later.value.seconds, later.value.failed) == (0.0, False)
    await journal.postpone(lease, 0.0)
    [fresh], _ = await journal.claim(PLANFIX, chats=1)
    whole = await whole_album("g", Mail(journal, fresh), bot, 0.0)
    assert [item.message_id for item in whole.messages] == list(range(8, 17))


async def test_an_album_waits_until_it_is_quiet(redis: Redis, prefix: str) -> None:
    """A fresh album waits; a full one, or one with something behind it, does not."""
    journal, bot = Journal(redis, prefix), Bot("42:TEST")
    items = [posting(n, photo=photo(), media_group_id="g") for n in range(10)]
    await journal.put_all(items[:9])
    for _ in range(2):
        [lease], _ = await journal.claim(PLANFIX, chats=1)
        with pytest.raises(Later) as later:
            await whole_album("g", Mail(journal, lease), bot, 0.0)
        assert later.value.seconds is not None
        assert 3 < later.value.seconds <= 5
        await journal.postpone(lease, 0.0)
    await journal.put_all(items[9:])
    [lease], _ = await journal.claim(PLANFIX, chats=1)
    assert len((await whole_album("g", Mail(journal, lease), bot, 0.0)).messages) == 10


@pytest.mark.parametrize("age", [10, 3600])
async def test_no_quiet_passes_while_telegram_is_not_heard(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch, age: float
) -> None:
    """A restart or an outage is no end of an album; without end it does not wait either."""
    journal, bot = Journal(redis, prefix), Bot("42:TEST")
    await journal.put(posting(1, photo=photo(), media_group_id="g"))
    for _ in range(2):
        [lease], _ = await journal.claim(PLANFIX, chats=1)
        now = lease.head.stored_at + age
        monkeypatch.setattr("time.time", lambda now=now: now)
        mail = Mail(journal, lease)
        with pytest.raises(Later) as later:
            await whole_album("g", mail, bot, now - 1)
        assert later.value.seconds == pytest.approx(4)
        if age < PATIENCE:
            with pytest.raises(Later):
                await whole_album("g", mail, bot, None)
        else:
            assert len((await whole_album("g", mail, bot, None)).messages) == 1
        await journal.postpone(lease, 0.0)
