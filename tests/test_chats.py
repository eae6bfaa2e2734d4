"""The mapping of chats, against a real Valkey."""

import pytest
from redis.asyncio import Redis

from bot.chats.chats import MAX_SAID, MAX_UNREAD, ChatAddress, ChatRecord, Chats
from bot.chats.remembered import Said
from bot.journal.entries import ChatKey

CHAT = ChatKey("100")


@pytest.fixture
def chats(redis: Redis, prefix: str) -> Chats:
    """An empty mapping."""
    return Chats(redis, prefix)


ADDRESSES = [
    ChatAddress(100),
    ChatAddress(-100),
    ChatAddress(-1001234567890, 7),
    ChatAddress(100, None, "AbC_-9"),
    ChatAddress(-5, 7, "x"),
]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_key_is_enough_to_find_the_chat(chats: Chats, address: ChatAddress) -> None:
    """Without any mapping, a key made from an address leads back to it."""
    key = await chats.key_of(address)
    assert await chats.address_of(key) == address
    assert ChatAddress.parse(key) == address


def test_no_two_addresses_have_one_key() -> None:
    """Topics and business connections are parts of the key."""
    assert len({address.key() for address in ADDRESSES}) == len(ADDRESSES)


@pytest.mark.parametrize(
    "key",
    ["", "0", "01", "+1", "1.5", "1e3", "x", " 1", "1\n", "1:topic:", "1:topic:-2", "1:business:",
     "1:business:a b", "1:other:2", "9" * 20, "١٢٣", "1:business:x:topic:2"],
)  # fmt: skip
def test_what_is_no_key_is_told(key: str) -> None:
    """A text that no chat can have is refused, in words."""
    with pytest.raises(ValueError, match="no chat can have the id"):
        ChatAddress.parse(key)


async def test_a_group_that_moves_keeps_its_key(chats: Chats) -> None:
    """When a group becomes a supergroup, twice even, its key leads to the new number and back."""
    key = await chats.key_of(ChatAddress(-5))
    await chats.move(-5, -1005)
    await chats.move(-1005, -1006)
    assert await chats.address_of(key) == ChatAddress(-1006)
    assert await chats.key_of(ChatAddress(-1006)) == key
    assert await chats.key_of(ChatAddress(-1005)) == key
    assert await chats.key_of(ChatAddress(-1006, 7)) == ChatAddress(-5, 7).key()


async def test_records_remember(chats: Chats) -> None:
    """Fields are remembered one by one; a chat that nobody knows has the defaults."""
    assert await chats.load(CHAT) == ChatRecord()
    await chats.save(CHAT, card="digest", language="ru")
    await chats.save(CHAT, picture="p", picture_checked=12)
    assert await chats.load(CHAT) == ChatRecord("digest", "p", 12, "ru", unread=False)
    assert await chats.load(ChatKey("200")) == ChatRecord()


async def test_a_phone_finds_its_chat(chats: Chats) -> None:
    """A phone number leads to the chat that gave it last."""
    assert await chats.find_by_phone("+79001234567") is None
    await chats.save_phone(CHAT, "+79001234567")
    await chats.save_phone(ChatKey("200"), "+79001234567")
    assert await chats.find_by_phone("+79001234567") == "200"


async def test_unread_answers_wait_for_the_customer(chats: Chats) -> None:
    """Only the answers above the customer's message count as read, and each once."""
    for number in (1, 2, 5):
        await chats.add_unread(CHAT, f"a{number}", number)
    assert (await chats.load(CHAT)).unread
    assert await chats.unread_before(CHAT, 5) == ["a1", "a2"]
    for answer in ("a1", "a2"):
        await chats.forget_unread(CHAT, answer)
    assert (await chats.load(CHAT)).unread
    await chats.forget_unread(CHAT, "a5")
    assert not (await chats.load(CHAT)).unread
    assert await chats.unread_before(CHAT, 100) == []


async def test_what_is_remembered_is_bounded(chats: Chats, redis: Redis) -> None:
    """A customer who never answers, or writes for years, does not fill the memory."""
    for number in range(MAX_UNREAD + 20):
        await chats.add_unread(CHAT, f"a{number}", number)
        await chats.remember(CHAT, [Said(number, "текст " * 1000)])
    assert len(await chats.unread_before(CHAT, 10**6)) == MAX_UNREAD
    remembered = [await chats.recall_message(CHAT, n) for n in range(MAX_UNREAD + 20)]
    assert sum(each is not None for each in remembered) < 2 * MAX_SAID  # it is trimmed now and then
    sizes = [await redis.memory_usage(key) or 0 for key in await redis.keys()]
    assert max(sizes) < 20_000
