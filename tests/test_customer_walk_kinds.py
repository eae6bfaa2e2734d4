"""Every kind of message that a customer can send, through the real bridge."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from customer_walk import (
    calls,
    messages,
    texts,
    troubles,
    wait_for_files,
    wait_for_messages,
    with_real_files,
)
from support import World, world
from updates import SAMPLES, file, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "000100000500010d0a2db40000000049454e44ae426082"
)
FIRST_USER = 800_000
MEGABYTE = 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all scenarios of this file."""
    async with world(tmp_path_factory.mktemp("kinds")) as bridge:
        yield bridge


async def test_every_kind_reaches_the_operators(running: World) -> None:
    """Each kind of message, as Telegram sends it, arrives as expected; none fails."""
    for user_id, sample in enumerate(SAMPLES, start=FIRST_USER):
        fields = with_real_files(running, sample.fields)
        running.telegram.push_update({"message": message(fields, user_id)})
    for user_id, sample in enumerate(SAMPLES, start=FIRST_USER):
        await wait_for_messages(running, user_id, 1)
        [arrived] = messages(running, user_id)
        assert arrived.text == (sample.text or ", ".join(sample.files)), sample.name
        assert tuple(a.name for a in arrived.attachments) == sample.files, sample.name
        assert arrived.author_name == "Мария Ильина"
        assert all(await wait_for_files(running, arrived)), sample.name
    assert not troubles(running)


async def test_files_arrive_with_their_bytes(running: World) -> None:
    """Each kind of file arrives as itself, with a name that fits it and its caption."""
    customer = running.telegram.add_customer("Нина")
    ogg, mp4, webp = b"OggS" + b"\1" * 900, b"\0\0\0\x18ftypmp42" + b"\2" * 900, b"RIFF\3WEBP"
    customer.send_photo(PNG, "фото")
    customer.send_document(b"text", "Счёт «5».txt", "счёт")
    customer.send_video(mp4, name="")
    customer.send_animation(mp4, name="кот.mp4")
    customer.send_audio(b"ID3" + b"\4" * 99, title="Песня", performer="Хор", name="")
    customer.send_voice(ogg)
    customer.send_video_note(mp4)
    customer.send_sticker(webp, "👍")
    assert (await wait_for_messages(running, customer.chat_id, 8))[:2] == ["фото", "счёт"]
    arrived = messages(running, customer.chat_id)
    assert arrived[7].text == "[стикер: 👍]"
    data = [await wait_for_files(running, one) for one in arrived]
    assert data == [[PNG], [b"text"], [mp4], [mp4], [b"ID3" + b"\4" * 99], [ogg], [mp4], [webp]]
    names = [one.attachments[0].name for one in arrived]
    assert (names[1], names[3], names[4]) == ("Счёт «5».txt", "кот.mp4", "Хор — Песня.mp3")
    endings = [name.rpartition(".")[2] for name in names]
    assert endings == ["jpg", "txt", "mp4", "mp4", "mp3", "ogg", "mp4", "webp"]


async def test_large_file_is_named_in_words(running: World) -> None:
    """Of a file above Telegram's limit the operator reads the name, the size and why."""
    customer = running.telegram.add_customer("Олег")
    customer.send_document(bytes(21 * MEGABYTE + 1), "архив.zip", "вот")
    [text] = await wait_for_messages(running, customer.chat_id, 1)
    assert (
        text == "вот\n[файл «архив.zip», 22 МБ, не передан: Telegram отдаёт ботам файлы до 20 МБ]"
    )
    assert not messages(running, customer.chat_id)[0].attachments


async def test_large_file_of_a_generous_server_is_offered(running: World) -> None:
    """A server that gives a file above the limit, as one's own does, is taken at its word."""
    file_id = running.telegram.add_file(b"as large as it says", "архив.zip")
    large = file("Large", 30 * MEGABYTE, file_name="архив.zip") | {"file_id": file_id}
    running.telegram.push_update({"message": message({"document": large}, 810_001)})
    await wait_for_messages(running, 810_001, 1)
    [arrived] = messages(running, 810_001)
    assert await wait_for_files(running, arrived) == [b"as large as it says"]


async def test_own_contact_gives_the_phone(running: World) -> None:
    """A customer's own number goes to their card in one form, and finds the chat afterwards."""
    customer = running.telegram.add_customer("Рита", "Ким")
    customer.send_text("Здравствуйте")
    customer.send_contact("8 (916) 123-45-67")
    expected = ["Здравствуйте", "[контакт клиента: Рита Ким, +79161234567]"]
    assert await wait_for_messages(running, customer.chat_id, 2) == expected
    update = calls(running, "updateContact", customer.chat_id)[-1]
    assert (update.get("contactPhone"), update.get("contactName")) == ("+79161234567", "Рита")
    status, reply = await running.planfix.write_first("+7 916 123 45 67", "Рита, добрый день!")
    assert (status, reply["chatId"]) == (200, str(customer.chat_id))
    await running.telegram.wait_for(
        lambda: any(m.get("text") == "Рита, добрый день!" for m in customer.messages)
    )


async def test_own_contact_as_the_first_message(running: World) -> None:
    """A new customer's number goes with the card of the first message."""
    customer = running.telegram.add_customer("Сева")
    customer.send_contact("+44 20 7946 0018")
    await wait_for_messages(running, customer.chat_id, 1)
    [call] = calls(running, "newMessage", customer.chat_id)
    assert call.get("contactPhone") == "+442079460018"
    assert not calls(running, "updateContact", customer.chat_id)


async def test_somebody_elses_contact_changes_nothing(running: World) -> None:
    """Somebody else's number is a readable card, and not the customer's phone."""
    customer = running.telegram.add_customer("Тина")
    customer.send_contact("+7 916 765-43-21", own=False)
    [text] = await wait_for_messages(running, customer.chat_id, 1)
    assert text == "[контакт: Пётр, +79167654321]"
    assert not running.planfix.contacts[str(customer.chat_id)].phone
    assert texts(running, customer.chat_id) == [text]


async def test_refused_card_costs_no_message(running: World) -> None:
    """If PlanFix refuses what is new of a contact, the message arrives all the same."""
    customer = running.telegram.add_customer("Ульяна")
    customer.send_text("раз")
    await wait_for_messages(running, customer.chat_id, 1)
    running.planfix.faults.add("status", "updateContact", code=400, body='{"error": "no"}')
    customer.rename(first_name="Юля")
    customer.send_text("два")
    assert await wait_for_messages(running, customer.chat_id, 2) == ["раз", "два"]
    await running.bridge.wait_for_event("planfix.contact_refused")
