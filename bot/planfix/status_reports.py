"""Reports to PlanFix what became of operators' messages: its ticks."""

import structlog

from bot.chats.chats import Chats
from bot.journal.handling import Done, Mail, Refused
from bot.journal.lanes import read_note
from bot.monitoring.metrics import Metrics
from bot.planfix.calls import planfix_call
from planfix_adapter import DeliveryStatus, MessageId, MessageStatus, PlanfixClient

log = structlog.get_logger("bot.planfix")


class StatusReports:
    """Handles stored reports. All of them may be repeated without harm."""

    def __init__(self, planfix: PlanfixClient, chats: Chats, metrics: Metrics) -> None:
        self._planfix = planfix
        self._chats = chats
        self._metrics = metrics

    async def handle_sent(self, mail: Mail) -> Done:
        """One tick, with what did not go as it should; the answer waits for its second one."""
        report = read_note(mail.entries[0].body)
        text = report.get("text", "")
        await self._report(mail, report["answer_id"], DeliveryStatus.SENT, text)
        if report["message_id"]:
            await self._chats.add_unread(mail.chat, report["answer_id"], report["message_id"])
        return Done()

    async def handle_error(self, mail: Mail) -> Done:
        """The error sign, with the reason."""
        report = read_note(mail.entries[0].body)
        await self._report(mail, report["answer_id"], DeliveryStatus.ERROR, report["text"])
        return Done()

    async def handle_read(self, mail: Mail) -> Done:
        """Two ticks for every answer above the customer's message."""
        report = read_note(mail.entries[0].body)
        answer_ids = await self._chats.unread_before(mail.chat, report["message_id"])
        for answer_id in answer_ids:
            try:
                await self._report(mail, answer_id, DeliveryStatus.READ)
            except Refused as refused:
                log.warning("planfix.status_refused", chat=mail.chat, reason=refused.reason)
            await self._chats.forget_unread(mail.chat, answer_id)
        return Done(reached=bool(answer_ids))

    async def _report(
        self, mail: Mail, answer_id: str, status: DeliveryStatus, text: str = ""
    ) -> None:
        with planfix_call(self._metrics, "messageStatus", mail.chat):
            await self._planfix.message_status(MessageStatus(MessageId(answer_id), status, text))
