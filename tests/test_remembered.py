"""What is remembered of messages, in a real Valkey."""

from redis.asyncio import Redis

from bot.chats.chats import MAX_SAID, Chats
from bot.chats.remembered import MAX_SNIPPET, Said
from bot.journal.entries import ChatKey

CHAT = ChatKey("77")


async def test_a_message_is_recalled_by_its_beginning(redis: Redis, prefix: str) -> None:
    """Of a long message the beginning comes back, on one line; of an unknown one, nothing."""
    chats = Chats(redis, prefix)
    await chats.remember(CHAT, [Said(5, "Добрый день!\nВаш заказ готов. " * 20)])
    remembered = await chats.recall_message(CHAT, 5)
    assert remembered
    assert remembered.snippet.startswith("Добрый день! Ваш заказ готов. Добрый")
    assert len(remembered.snippet) <= MAX_SNIPPET
    assert await chats.recall_message(CHAT, 6) is None
    assert await chats.recall_message(ChatKey("78"), 5) is None


async def test_a_change_anywhere_in_a_message_is_seen(redis: Redis, prefix: str) -> None:
    """A change far behind the beginning, of an address or of the file makes it another message."""
    chats = Chats(redis, prefix)
    said = Said(5, "слово " * 500, details="https://a.ru", file="AQAD1")
    await chats.remember(CHAT, [said])
    before = await chats.recall_message(CHAT, 5)
    assert before
    assert before.has_text(said)
    assert before.has_file(said)
    assert not before.has_text(Said(5, said.text + "!", details=said.details))
    assert not before.has_text(Said(5, said.text, details="https://b.ru"))
    assert not before.has_file(Said(5, said.text, file="AQAD2"))
    assert not before.has_file(Said(5, said.text))


async def test_only_the_last_messages_are_kept_for_a_while(redis: Redis, prefix: str) -> None:
    """A chat's memory is bounded, forgets the oldest first, and ends some time after the last."""
    chats = Chats(redis, prefix)
    for number in range(1, 3 * MAX_SAID):
        await chats.remember(CHAT, [Said(number, str(number))])
    kept = sorted(int(number) for number in await redis.hkeys(f"{prefix}said:{CHAT}"))
    assert MAX_SAID <= len(kept) <= MAX_SAID + 10
    assert kept == list(range(3 * MAX_SAID - len(kept), 3 * MAX_SAID))
    assert 47 * 3600 < await redis.ttl(f"{prefix}said:{CHAT}") <= 48 * 3600


async def test_records_and_messages_are_apart(redis: Redis, prefix: str) -> None:
    """What is known of a chat stays as it is while its messages are remembered."""
    chats = Chats(redis, prefix)
    await chats.save(CHAT, card="digest", language="ru", picture_checked=7)
    await chats.remember(CHAT, [Said(1, "раз"), Said(2, "два")])
    record = await chats.load(CHAT)
    assert (record.card, record.language, record.picture_checked) == ("digest", "ru", 7)
    assert await chats.recall_message(CHAT, 1)
    assert await chats.recall_message(CHAT, 2)
    assert (await chats.load(ChatKey("9"))).card == ""
