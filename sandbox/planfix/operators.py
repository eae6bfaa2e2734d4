"""What operators do: answer in a task, write first by phone, have a call repeated."""

import time
from collections.abc import Sequence

from sandbox.pictures import avatar
from sandbox.planfix.account import Account, new_id
from sandbox.planfix.files import FileStore
from sandbox.planfix.models import Attachment, Message, Operator, Pairs
from sandbox.planfix.webhook import OperatorCall, Reply, Webhook

_OK = 200


class NotConnectedError(RuntimeError):
    """No bridge is connected yet."""


class Operators:
    """Sends operators' messages to the bridge and keeps them in the account."""

    def __init__(self, account: Account, files: FileStore, webhook: Webhook) -> None:
        self.webhook = webhook
        self.base_url = ""  # where the files are served
        self._account = account
        self._files = files
        self._sent: dict[str, Pairs] = {}
        self._pictures: dict[Operator, str] = {}

    async def answer(
        self,
        chat_id: str,
        text: str,
        attachments: Sequence[tuple[str, bytes]],
        *,
        operator: Operator,
        message_id: str | None,
        phone: str | None,
    ) -> Reply:
        """Send `text` and the files into the chat; see `PlanfixSandbox.answer`."""
        task = self._account.open_task(chat_id)
        message = self._message(chat_id, text, attachments, operator, message_id)
        self._account.add_message(message)
        call = OperatorCall(
            text,
            operator,
            chat_id=chat_id,
            phone=phone or "",
            channel=task.channel,
            message_id=message.id if message.id_told else "",
            picture_url=self._picture_of(operator),
            task_email=f"task.{task.number}@planfix.example",
            attachments=tuple((file.name, file.url) for file in message.attachments),
        )
        return await self._send(message, call.pairs())

    async def write_first(
        self, phone: str, text: str, operator: Operator, message_id: str | None
    ) -> Reply:
        """Send `text` to whoever has `phone`; see `PlanfixSandbox.write_first`."""
        message = self._message("", text, (), operator, message_id)
        self._account.messages[message.id] = message
        told_id = message.id if message.id_told else ""
        call = OperatorCall(
            text,
            operator,
            phone=phone,
            message_id=told_id,
            picture_url=self._picture_of(operator),
        )
        status, answer = await self._send(message, call.pairs())
        if status == _OK:
            self._open_chat(message, phone, answer)
        return status, answer

    async def resend(self, message_id: str) -> Reply:
        """Make the call of that message again, exactly as it was."""
        return await self._send(self._account.messages[message_id], self._sent[message_id])

    async def close(self) -> None:
        """Close the connections to the bridge."""
        await self.webhook.close()

    def _message(
        self,
        chat_id: str,
        text: str,
        attachments: Sequence[tuple[str, bytes]],
        operator: Operator,
        message_id: str | None,
    ) -> Message:
        return Message(
            id=message_id or new_id(),
            chat_id=chat_id,
            author="operator",
            author_name=" ".join(filter(None, operator)),
            text=text,
            time=time.time(),
            attachments=[self._offer(name, data) for name, data in attachments],
            id_told=message_id != "",
        )

    def _offer(self, name: str, data: bytes) -> Attachment:
        path, content_type = self._files.add(name, data)
        return Attachment(name, self.base_url + path, data, content_type)

    def _picture_of(self, operator: Operator) -> str:
        if operator not in self._pictures:
            path, _type = self._files.add("operator.png", avatar(" ".join(operator)))
            self._pictures[operator] = path
        return self.base_url + self._pictures[operator]

    async def _send(self, message: Message, pairs: Pairs) -> Reply:
        if not self.webhook.url:
            raise NotConnectedError("connect() the sandbox to a bridge first")
        self._sent[message.id] = pairs
        status, answer = await self.webhook.post(pairs)
        message.delivery = "" if status == _OK else f"{status} {answer.get('error', '')}".strip()
        self._account.publish_message(message)
        return status, answer

    def _open_chat(self, message: Message, phone: str, answer: dict[str, object]) -> None:
        chat_id, contact_id = answer.get("chatId"), answer.get("contactId")
        if not (
            isinstance(chat_id, str) and chat_id and isinstance(contact_id, str) and contact_id
        ):
            message.delivery = "the answer lacks chatId or contactId"
            self._account.publish_message(message)
            return
        contact = self._account.open_contact(contact_id, phone, phone)
        task = self._account.open_task(chat_id, contact.full_name, contact_id)
        task.contact_id = task.contact_id or contact_id
        message.chat_id = chat_id
        self._account.add_message(message)
