"""What to do with operators' messages and with what the bot itself says: the way to Telegram."""

import json

import structlog
from aiogram.methods import SendMessage

from bot.chats import ChatAddress, Chats
from bot.journal import Posting
from bot.lanes import ECHO, ERROR, PLANFIX, SENT, STATUS, note, read_note
from bot.planfix_files import FileNotFetchedError, PlanfixFiles
from bot.telegram_sender import TelegramRefusedError, TelegramSender
from bot.texts import OperatorTexts
from bot.to_telegram import Part, parts_of
from bot.worker import Done, Later, Mail, Refused
from planfix_adapter import OperatorMessage
from planfix_adapter.protocol import parse_form, parse_operator_message

log = structlog.get_logger("bot.planfix")

FETCH_TRIES = 5
"""So often a file that PlanFix does not give is asked for, before the operator is told."""


class PlanfixHandlers:
    """Handles stored messages of operators."""

    def __init__(
        self, sender: TelegramSender, chats: Chats, files: PlanfixFiles, words: OperatorTexts
    ) -> None:
        self._sender = sender
        self._chats = chats
        self._files = files
        self._words = words

    async def handle_answer(self, mail: Mail) -> Done:
        """Send an operator's message, part by part, and go on where an earlier try stopped.

        Raises:
            Later: Telegram has to be asked again later.
            Refused: It can never be delivered; its `error` report is among the follow-ups.
        """
        message = parse_operator_message(parse_form(mail.entries[0].body))
        try:
            address = await self._chats.address_of(mail.chat)
            async with self._files.fetched(message.attachments) as files:
                sent = await self._send_parts(parts_of(message.text, files), address, mail)
        except FileNotFetchedError as error:
            if error.passing and mail.tries.count < FETCH_TRIES:
                raise Later(str(error)) from None
            text = self._words.file_not_fetched.format(name=error.name, reason=error.reason)
            raise Refused(str(error), self._error(message, mail, text)) from None
        except TelegramRefusedError as error:
            text = explain(error.reason, self._words)
            raise Refused(error.reason, self._error(message, mail, text)) from None
        if message.message_id is None:
            return Done()
        return Done(
            follow_ups=[
                note(STATUS, mail.chat, SENT, answer_id=message.message_id, message_id=sent)
            ]
        )

    async def _send_parts(self, parts: list[Part], address: ChatAddress, mail: Mail) -> int:
        """Send the parts that are not sent yet; returns the last message's number, 0 if unknown."""
        sent: dict[str, int] = json.loads(mail.progress or b"{}")
        for part in parts:
            if part.name in sent:
                continue
            numbers = await self._sender.send(mail.chat, part.method(address))
            sent[part.name] = numbers[-1] if numbers else 0
            if len(sent) < len(parts):
                await mail.record(json.dumps(sent).encode())
        return max(sent.values(), default=0)

    def _error(self, message: OperatorMessage, mail: Mail, text: str) -> list[Posting]:
        if message.message_id is None:
            return []
        return [note(STATUS, mail.chat, ERROR, answer_id=message.message_id, text=text)]

    async def handle_notice(self, mail: Mail) -> Done:
        """Tell the customer something in the bot's own name; operators will see it as an echo."""
        notice = read_note(mail.entries[0].body)
        address = await self._chats.address_of(mail.chat)
        method = SendMessage(chat_id=address.chat_id, text=notice["text"])
        try:
            await self._sender.send(mail.chat, method)
        except TelegramRefusedError as error:
            log.warning("telegram.notice_refused", chat=mail.chat, reason=error.reason)
            return Done()
        return Done(follow_ups=[Posting(PLANFIX, mail.chat, ECHO, mail.entries[0].body)])


def explain(reason: str, words: OperatorTexts) -> str:
    """Telegram's refusal as a sentence for an operator."""
    lower = reason.lower()
    if "deactivated" in lower:
        return words.deactivated
    if "blocked" in lower or "kicked" in lower:
        return words.blocked
    if "chat not found" in lower or "initiate conversation" in lower or "user not found" in lower:
        return words.chat_not_found
    return words.refused.format(reason=reason)
