"""What nobody can handle: it is put aside with its raw bytes, and its chat goes on."""

import asyncio
import json
from typing import Any

from bot.journal.dead_letters import DeadLetters
from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import ANSWER, PLANFIX, TELEGRAM, UPDATE
from bot.store.store import connect, key_prefix
from chaos.cases.case import Case, Dice, expect
from chaos.stage import Setting, Stage
from support import TOKEN

_PREFIX = key_prefix(int(TOKEN.partition(":")[0]))


async def in_the_journal(stage: Stage, dice: Dice, seconds: float) -> None:
    """Updates and operators' messages that no handler understands, among good ones."""
    assert stage.store
    chats = dice.sample([str(customer.chat_id) for customer in stage.load.customers], 4)
    postings = [_posting(number, ChatKey(chat)) for number, chat in enumerate(chats)]
    redis = connect(stage.store.url)
    try:
        journal = Journal(redis, _PREFIX)
        for posting in postings:
            await journal.put(posting)
        await asyncio.sleep(max(seconds, 12))  # a crash is tried again a few times
        dead = DeadLetters(redis, _PREFIX)
        for posting in postings:
            letter = await dead.get(posting.id)
            expect(letter, f"{posting.id} is no dead letter")
            expect(letter and letter.entry.body == posting.body, "its raw bytes are gone")
    finally:
        await redis.aclose()


def _posting(number: int, chat: ChatKey) -> Posting:
    bodies = (
        (PLANFIX, UPDATE, b"\xff\x00 no JSON at all"),
        (PLANFIX, UPDATE, json.dumps({"update_id": 1, "message": {"chat": int(chat)}}).encode()),
        (TELEGRAM, ANSWER, b"\xff\x00 no form at all"),
        (TELEGRAM, "kind from the future", b"?"),
    )
    lane, kind, body = bodies[number]
    return Posting(lane, chat, kind.replace(" ", "-"), body, id=f"poison:{number}")


async def from_telegram(stage: Stage, dice: Dice, seconds: float) -> None:
    """Telegram delivers updates that are none, among good ones: polling goes on."""
    for number in range(20):
        chat = dice.choice(stage.load.customers).chat.info
        broken: list[dict[str, Any]] = [
            {"message": {"message_id": "one", "chat": chat, "date": "never"}},
            {"message": {"message_id": 1, "chat": chat, "date": 1, "text": "half a \ud83d"}},
            {"message": {"chat": chat}},
            {"message": None},
            {"from_the_future": {"chat": chat, "number": number}},
        ]
        stage.telegram.updates.push(dice.choice(broken))
        await asyncio.sleep(seconds / 20)


CASES = [
    Case("poison: in the journal", in_the_journal, Setting(external=True), floor=12),
    Case("poison: from Telegram", from_telegram, floor=4),
]
