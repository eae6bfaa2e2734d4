"""Reading updates that are not as the Bot API describes them."""

import json
from typing import Any

import pytest
from aiogram import Bot

from bot.telegram.updates import customer_in, plain_words, read_update
from updates import message, photo

Raw = dict[str, Any]


@pytest.fixture
def bot() -> Bot:
    """A bot, for the objects' sake."""
    return Bot("42:TEST")


def dump(update: object) -> bytes:
    """An update as it lies in the journal."""
    return json.dumps(update).encode()


async def test_good_update_is_read_as_it_is(bot: Bot) -> None:
    """An ordinary update loses nothing."""
    stored = read_update(dump({"update_id": 1, "message": message({"text": "да"})}), bot)
    assert stored.update
    assert stored.update.message
    assert stored.update.message.text == "да"
    assert stored.unreadable == ()


@pytest.mark.parametrize(
    ("fields", "unreadable"),
    [
        ({"photo": "a picture"}, ["photo"]),
        ({"photo": [{"file_id": 5}]}, ["photo"]),
        ({"forward_origin": {"type": "planet", "date": 1}}, ["forward_origin"]),
        ({"entities": [{"type": "bold", "offset": 0}]}, ["entities"]),
        ({"paid_media": {"star_count": 1, "paid_media": [{"type": "smell"}]}}, ["paid_media"]),
        ({"reply_to_message": {"text": "x"}}, ["reply_to_message"]),
        ({"video": {"file_id": "v"}, "poll": 7}, ["video", "poll"]),
        ({"rich_message": {"blocks": [{"type": "hologram"}]}}, ["rich_message"]),
    ],
)
async def test_odd_values_cost_no_message(bot: Bot, fields: Raw, unreadable: list[str]) -> None:
    """What cannot be read is taken out and named; the text beside it stays."""
    raw = message({"text": "цел", **fields})
    stored = read_update(dump({"update_id": 1, "message": raw}), bot)
    assert stored.update
    assert stored.update.message
    assert stored.update.message.text == "цел"
    assert sorted(stored.unreadable) == sorted(unreadable)


async def test_a_broken_part_of_a_file_leaves_the_file(bot: Bot) -> None:
    """A bad thumbnail does not cost the video."""
    video = {
        "file_id": "v", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1,
        "thumbnail": {"file_id": "t", "width": "wide"},
    }  # fmt: skip
    stored = read_update(dump({"update_id": 1, "message": message({"video": video})}), bot)
    assert stored.update
    assert stored.update.message
    assert stored.update.message.video
    assert stored.update.message.video.file_id == "v"


async def test_hopeless_message_still_tells_whose_it_is(bot: Bot) -> None:
    """From a message without a date, the customer and the plain words can be read."""
    raw = message({"caption": "слова", "photo": photo()}) | {"date": "yesterday"}
    stored = read_update(dump({"update_id": 1, "message": raw}), bot)
    assert stored.update is None
    customer = customer_in(stored)
    assert customer
    assert (customer.id, customer.first_name) == (77, "Мария")
    assert plain_words(stored.body) == "слова"


@pytest.mark.parametrize(
    ("update", "customer"),
    [
        ({"hologram": {"from": {"id": 5, "first_name": "Анна"}}}, 5),
        ({"hologram": {"chat": {"id": 5, "type": "private"}}}, 5),
        ({"hologram": {"chat": {"id": 5, "type": "private"}, "from": {"id": 9}}}, 5),
        ({"hologram": {"chat": {"id": -5, "type": "group"}, "from": {"id": 9}}}, None),
        ({"hologram": {"user": {"id": 5, "first_name": None}}}, 5),
        ({"hologram": {"message": {"chat": {"id": 7, "type": "private"}}, "from": {"id": 7}}}, 7),
        ({"hologram": "word"}, None),
        ({"hologram": {"chat": "room"}}, None),
        ({}, None),
    ],
)
async def test_customer_of_any_update(bot: Bot, update: Raw, customer: int | None) -> None:
    """Whoever an update of any kind names in a private chat is the customer."""
    found = customer_in(read_update(dump({"update_id": 1, **update}), bot))
    assert (found.id if found else None) == customer


async def test_halves_of_characters_do_not_spoil_an_update(bot: Bot) -> None:
    """A lone surrogate, which no text can hold, becomes a replacement character."""
    raw = json.dumps({"update_id": 1, "message": message({"text": "a\ud800b"})}, ensure_ascii=False)
    stored = read_update(raw.encode("utf-8", "surrogatepass"), bot)
    assert stored.update
    assert stored.update.message
    assert (stored.update.message.text or "").strip("\ufffd") == "a\ufffd\ufffd\ufffdb"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff"])
async def test_what_is_no_update_is_refused(bot: Bot, body: bytes) -> None:
    """Bytes that are no JSON object are no update."""
    with pytest.raises(ValueError, match=r".+"):
        read_update(body, bot)
