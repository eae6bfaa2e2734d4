"""What to do with operators' messages and with what the bot itself says: the way to Telegram."""

import structlog
from aiogram.methods import SendMessage

from bot.chats.chats import ChatAddress
from bot.customers.notices import MIRROR, keyboard_of
from bot.customers.phone_request import PhoneRequest
from bot.journal.entries import Posting
from bot.journal.handling import Done, Mail, Refused
from bot.journal.lanes import ECHO, ERROR, PLANFIX, SENT, STATUS, note, read_note
from bot.planfix.delivery import Delivery, Progress, Route
from bot.telegram.refusals import explain
from bot.telegram.sender import TelegramRefusedError
from bot.to_telegram import FormattedText, Span, formatted, is_blank
from planfix_adapter import OperatorMessage
from planfix_adapter.protocol import parse_form, parse_operator_message

log = structlog.get_logger("bot.planfix")


class PlanfixHandlers:
    """Handles stored messages of operators.

    Args:
        route: By what they are sent.
        phone_request: What becomes of the word that asks for a phone number.
        signature: Whether the customer sees the operator's name.
    """

    def __init__(self, route: Route, phone_request: PhoneRequest, *, signature: bool) -> None:
        self._route = route
        self._phone_request = phone_request
        self._signature = signature

    async def handle_answer(self, mail: Mail) -> Done:
        """Send an operator's message, part by part, and go on where an earlier try stopped.

        Raises:
            Later: Something has to be tried again later.
            Refused: It can never be delivered; its `error` report is among the follow-ups.
        """
        message = message_in(mail)
        address = await self._route.chats.address_of(mail.chat)
        text = formatted(message.text)
        if not message.attachments and self._phone_request.is_meant_by(text.text, address):
            return await self._ask_phone(message, address, mail)
        if is_blank(text.text) and not message.attachments:
            reason = self._route.words.empty
            raise Refused("an empty message", report(message, mail, ERROR, text=reason))
        if self._signature and (name := _name(message)):
            text = _signed(name, text)
        if mail.tries.unknown:  # a repeat is possible, so no further outage may cause one
            await self._route.sender.look_for_telegram()
        delivery = Delivery(self._route, mail, address, text, message.attachments)
        try:
            await delivery.run()
        except TelegramRefusedError as error:
            raise self._refused(error, message, mail) from None
        log.info(
            "answer.delivered", chat=mail.chat, entry=mail.entries[0].id,
            message_ids=sorted(set(delivery.progress.sent.values())),
            files=len(message.attachments), **mail.times(), text=message.text,
        )  # fmt: skip
        return Done(follow_ups=_outcome(message, mail, delivery.progress))

    async def _ask_phone(self, message: OperatorMessage, address: ChatAddress, mail: Mail) -> Done:
        """Ask the customer for their number in place of the operator's word."""
        if mail.tries.unknown:
            await self._route.sender.look_for_telegram()
        try:
            number, echo = await self._phone_request.ask(address, mail)
        except TelegramRefusedError as error:
            raise self._refused(error, message, mail) from None
        return Done(follow_ups=[*report(message, mail, SENT, text="", message_id=number), echo])

    def _refused(
        self, error: TelegramRefusedError, message: OperatorMessage, mail: Mail
    ) -> Refused:
        reason = explain(error.reason, self._route.words)
        return Refused(error.reason, report(message, mail, ERROR, text=reason))

    async def handle_notice(self, mail: Mail) -> Done:
        """Tell the customer something in the bot's own name; operators will see it as an echo."""
        mirrored = read_note(mail.entries[0].body).get(MIRROR) != ""
        if not await self._said(mail) or not mirrored:
            return Done()
        return Done(follow_ups=[Posting(PLANFIX, mail.chat, ECHO, mail.entries[0].body)])

    async def handle_alarm(self, mail: Mail) -> Done:
        """Tell an administrator something, if the chat can be reached."""
        await self._said(mail)
        return Done()

    async def _said(self, mail: Mail) -> bool:
        """Send the text of our own at the head; returns whether Telegram took it."""
        own = read_note(mail.entries[0].body)
        address = await self._route.chats.address_of(mail.chat)
        try:
            await self._route.sender.send(
                mail.chat,
                SendMessage(
                    chat_id=address.chat_id, text=own["text"], reply_markup=keyboard_of(own)
                ),
            )
        except TelegramRefusedError as error:
            log.warning("telegram.own_refused", chat=mail.chat, reason=error.reason)
            return False
        log.info(
            "notice.delivered", chat=mail.chat, entry=mail.entries[0].id, **mail.times(),
            text=own["text"],
        )  # fmt: skip
        return True


def message_in(mail: Mail) -> OperatorMessage:
    """The operator's message at the head of `mail`."""
    call = mail.entries[0].body
    return parse_operator_message(parse_form(call), raw=call.decode())


def _outcome(message: OperatorMessage, mail: Mail, progress: Progress) -> list[Posting]:
    """The report about a message of which everything went that could."""
    problems = "\n".join(progress.problems)
    if not message.text.strip() and progress.lost == len(message.attachments):
        return report(message, mail, ERROR, text=problems)
    number = max(progress.sent.values())
    return report(message, mail, SENT, message_id=number, text=problems)


def report(
    message: OperatorMessage, mail: Mail, kind: str, *, text: str, message_id: int = 0
) -> list[Posting]:
    """The report about a message, if PlanFix gave it an id: `SENT` or `ERROR`, and why."""
    if message.message_id is None:
        return []
    fields = {"message_id": message_id} if kind == SENT else {}
    return [note(STATUS, mail.chat, kind, answer_id=message.message_id, text=text, **fields)]


def _name(message: OperatorMessage) -> str:
    return " ".join(f"{message.user_name} {message.user_last_name}".split())


def _signed(name: str, text: FormattedText) -> FormattedText:
    """`text` below the operator's name."""
    line = FormattedText(name, (Span("bold", 0, len(name)),))
    return line + FormattedText("\n") + text if text.text else line
