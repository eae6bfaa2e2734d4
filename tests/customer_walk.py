"""What the scenarios of the customers' way share."""

from typing import Any

from sandbox.planfix import Call, Message
from support import World

Raw = dict[str, Any]


def messages(running: World, chat_id: int) -> list[Message]:
    """What stands in a chat's task from the customer."""
    task = running.planfix.tasks.get(str(chat_id))
    return [m for m in task.messages if m.author == "contact"] if task else []


def texts(running: World, chat_id: int) -> list[str]:
    """Their texts."""
    return [message.text for message in messages(running, chat_id)]


async def wait_for_messages(
    running: World, chat_id: int, count: int, seconds: float = 15
) -> list[str]:
    """Wait until so many messages of a customer have arrived; returns their texts."""
    await running.planfix.wait_for(
        lambda: len(messages(running, chat_id)) >= count, timeout=seconds
    )
    return texts(running, chat_id)


async def wait_for_files(running: World, message: Message) -> list[bytes | None]:
    """Wait until PlanFix has fetched a message's files; returns what it got."""
    await running.planfix.wait_for(lambda: all(a.settled for a in message.attachments))
    return [attachment.data for attachment in message.attachments]


def calls(running: World, cmd: str, contact_id: int) -> list[Call]:
    """PlanFix's accepted calls of a command for a contact."""
    return [
        call for call in running.planfix.accepted(cmd) if call.get("contactId") == str(contact_id)
    ]


def troubles(running: World) -> list[Raw]:
    """What the bridge logged of crashes and of dead letters."""
    names = {"worker.handler_crashed", "worker.refused", "worker.crashed"}
    return [event for event in running.bridge.events if event.get("event") in names]


def with_real_files(running: World, value: object) -> Any:  # noqa: ANN401 - as it came
    """A copy of a message's fields whose files can be fetched from the Telegram of `running`."""
    if isinstance(value, dict):
        copy = {name: with_real_files(running, part) for name, part in value.items()}
        if "file_id" in copy:
            copy["file_id"] = running.telegram.add_file(copy["file_id"].encode())
        return copy
    return [with_real_files(running, part) for part in value] if isinstance(value, list) else value
