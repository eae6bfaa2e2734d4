"""Albums through the real bridge: one message, however their items come."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.telegram.albums import QUIET
from customer_walk import messages, troubles, wait_for_files, wait_for_messages
from support import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all scenarios of this file."""
    async with world(tmp_path_factory.mktemp("albums")) as bridge:
        yield bridge


def photo(number: int) -> tuple[str, bytes]:
    """An item of an album that differs from the others."""
    return "photo", b"\xff\xd8\xff" + bytes([number]) * 40


async def test_albums_arrive_as_one_message_each(running: World) -> None:
    """Mixed, full, followed and single-item albums are one message each; a late item is another."""
    full, mixed, followed, alone, documents = (
        running.telegram.add_customer(name) for name in ("Аня", "Боря", "Вера", "Гена", "Дима")
    )
    full.send_album([photo(n) for n in range(10)], "десять")
    mixed.send_album([photo(1), ("video", b"\0\0\0\x18ftypmp42")], "два")
    followed.send_text("сейчас пришлю")
    late, _ = followed.send_album([photo(1), photo(2)], "вот")
    followed.send_text("и всё")
    await wait_for_messages(running, followed.chat_id, 3)
    followed.send_album([photo(3)], group_id=late["media_group_id"])
    alone.send_album([photo(1)], "одна")
    documents.send_album([("document", b"1", "а.txt"), ("document", b"2", "б.txt")])
    expected = ["сейчас пришлю", "вот", "и всё"]
    assert (await wait_for_messages(running, followed.chat_id, 4))[:3] == expected
    assert [len(m.attachments) for m in messages(running, followed.chat_id)] == [0, 2, 0, 1]
    assert await wait_for_messages(running, full.chat_id, 1) == ["десять"]
    [ten] = messages(running, full.chat_id)
    assert await wait_for_files(running, ten) == [photo(n)[1] for n in range(10)]
    assert await wait_for_messages(running, mixed.chat_id, 1) == ["два"]
    assert len(messages(running, mixed.chat_id)[0].attachments) == 2
    assert await wait_for_messages(running, alone.chat_id, 1) == ["одна"]
    await wait_for_messages(running, documents.chat_id, 1)
    assert [a.name for a in messages(running, documents.chat_id)[0].attachments] == [
        "а.txt",
        "б.txt",
    ]
    assert not troubles(running)


async def test_album_behind_many_messages_is_whole(running: World) -> None:
    """An album in the middle of a long mailbox, more than is claimed at once, stays in one."""
    customer = running.telegram.add_customer("Ева")
    await running.planfix.stop_listening()
    for number in range(8):
        customer.send_text(str(number))
    customer.send_album([photo(n) for n in range(9)], "девять")
    await running.telegram.wait_for(lambda: not running.telegram.updates.pending)
    await running.planfix.start_listening()
    texts = await wait_for_messages(running, customer.chat_id, 9)
    assert texts == [*(str(n) for n in range(8)), "девять"]
    assert len(messages(running, customer.chat_id)[8].attachments) == 9


async def test_album_holds_across_polls_and_a_restart(running: World) -> None:
    """Items that come seconds apart, in two polls, with a crash in between, are one message."""
    customer = running.telegram.add_customer("Жора")
    [first] = customer.send_album([photo(1)], "вот")
    await running.telegram.wait_for(lambda: not running.telegram.updates.pending)
    running.bridge.kill()
    await running.bridge.wait()
    await asyncio.sleep(QUIET + 0.5)  # away for longer than an album may be quiet
    await running.bridge.start()
    customer.send_album([photo(2), photo(3)], group_id=first["media_group_id"])
    assert await wait_for_messages(running, customer.chat_id, 1) == ["вот"]
    [album] = messages(running, customer.chat_id)
    assert await wait_for_files(running, album) == [photo(n)[1] for n in (1, 2, 3)]
