"""PlanFix → journal: an operator's message is stored as it came, and only then answered."""

import structlog

from bot.chats.chats import ChatAddress, Chats
from bot.chats.phones import to_e164
from bot.journal.entries import ChatKey, Posting
from bot.journal.journal import Journal
from bot.journal.lanes import ANSWER, TELEGRAM
from bot.monitoring.metrics import Metrics
from bot.texts import OperatorTexts
from planfix_adapter import ChatId, ChatRef, ContactId, MessageRejected, OperatorMessage

log = structlog.get_logger("bot.planfix.source")


class OperatorMessageStore:
    """The webhook's callback."""

    def __init__(
        self, journal: Journal, chats: Chats, words: OperatorTexts, metrics: Metrics
    ) -> None:
        self._journal = journal
        self._chats = chats
        self._words = words
        self._metrics = metrics

    async def store(self, message: OperatorMessage) -> ChatRef:
        """Store an operator's message, once, and tell PlanFix which chat and contact it is for.

        Raises:
            MessageRejected: No customer can be meant.
            RedisError: It is not stored.
        """
        chat = await self._find_chat(message)
        entry_id = f"pf:{message.message_id}" if message.message_id else ""
        posting = Posting(TELEGRAM, chat, ANSWER, message.raw.encode(), id=entry_id)
        new = await self._journal.put(posting)
        self._metrics.stored.labels(TELEGRAM, "new" if new else "repeat").inc()
        log.debug("planfix.stored", chat=chat, message=message.message_id, new=new)
        return ChatRef(ChatId(chat), ContactId(str(ChatAddress.parse(chat).chat_id)))

    async def _find_chat(self, message: OperatorMessage) -> ChatKey:
        if message.chat_id is not None:
            try:
                return ChatAddress.parse(message.chat_id).key()
            except ValueError:
                raise MessageRejected(self._words.impossible_chat) from None
        for international in (True, False):
            phone = to_e164(message.contact_phone, international=international)
            if phone and (chat := await self._chats.find_by_phone(phone)):
                return chat
        raise MessageRejected(self._words.unknown_phone)
