"""PlanFix's chat API, both ways: connects any messenger with the operators in PlanFix.

`PlanfixClient` takes customers' messages to PlanFix, `PlanfixWebhook` takes operators' messages
from PlanFix. This connects a messenger with a single customer, who sits at the terminal and writes
until an empty line:

```python
import asyncio
import os
import sys

from aiohttp import web
from planfix_adapter import (
    ChatId, ChatRef, Contact, ContactId, NewMessage, OperatorMessage, PlanfixClient, PlanfixWebhook
)

CHAT = ChatId("terminal")
CUSTOMER = Contact(ContactId("terminal"), name="Somebody", last_name="At The Terminal")


async def show(message: OperatorMessage) -> ChatRef:
    files = " ".join(attachment.url for attachment in message.attachments)
    print(f"{message.user_name}: {message.text} {files}", flush=True)
    return ChatRef(CHAT, CUSTOMER.contact_id)


async def main() -> None:
    app = web.Application()
    PlanfixWebhook("terminal", [os.environ["OUR_KEY"]], show).register(app, "/planfix")
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", int(os.environ["PORT"])).start()
    url, key = os.environ["PLANFIX_URL"], os.environ["PLANFIX_KEY"]
    async with PlanfixClient(url, key, "terminal") as planfix:
        while text := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await planfix.new_message(NewMessage(CHAT, text, CUSTOMER))
    await server.cleanup()


asyncio.run(main())
```

A call to PlanFix that did not succeed raises a `PlanfixError`, whose `outcome` says whether it may
be sent again.
"""

from .client import PlanfixClient
from .exceptions import (
    InvalidParameters,
    InvalidToken,
    MessageRejected,
    Outcome,
    PlanfixError,
    PlanfixOutcomeUnknown,
    PlanfixRefused,
    PlanfixUnauthorized,
    PlanfixUnavailable,
    WebhookError,
)
from .models import (
    Attachment,
    ChatId,
    ChatRef,
    Command,
    Contact,
    ContactId,
    DeliveryStatus,
    GetContact,
    GetTask,
    MessageId,
    MessageStatus,
    NewMessage,
    OperatorMessage,
    ProviderId,
    UpdateContact,
)
from .webhook import PlanfixWebhook

__all__ = [
    "Attachment",
    "ChatId",
    "ChatRef",
    "Command",
    "Contact",
    "ContactId",
    "DeliveryStatus",
    "GetContact",
    "GetTask",
    "InvalidParameters",
    "InvalidToken",
    "MessageId",
    "MessageRejected",
    "MessageStatus",
    "NewMessage",
    "OperatorMessage",
    "Outcome",
    "PlanfixClient",
    "PlanfixError",
    "PlanfixOutcomeUnknown",
    "PlanfixRefused",
    "PlanfixUnauthorized",
    "PlanfixUnavailable",
    "PlanfixWebhook",
    "ProviderId",
    "UpdateContact",
    "WebhookError",
]
