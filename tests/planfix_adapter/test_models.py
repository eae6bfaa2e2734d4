"""What can be said to PlanFix at all."""

from collections.abc import Callable

import pytest

from planfix_adapter import (
    Attachment,
    ChatId,
    Contact,
    ContactId,
    DeliveryStatus,
    GetContact,
    GetTask,
    MessageId,
    MessageStatus,
    NewMessage,
    OperatorMessage,
)

ANNA = Contact(ContactId("7"), "Anna")


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Contact(ContactId(" "), "Anna"), "contactId"),
        (lambda: GetContact(ContactId("")), "contactId"),
        (lambda: GetTask(ChatId("")), "chatId"),
        (lambda: NewMessage(ChatId(""), "hi", ANNA), "chatId"),
        (lambda: MessageStatus(MessageId(""), DeliveryStatus.SENT), "messageId"),
        (lambda: Attachment("a.pdf", ""), "url"),
    ],
)
def test_a_required_field_that_is_blank_is_named(make: Callable[[], object], field: str) -> None:
    """What lacks a field that PlanFix requires cannot be made, and the error names the field."""
    with pytest.raises(ValueError, match=field):
        make()


def test_a_message_needs_a_content() -> None:
    """A message without a text is possible beside an attachment, and only there."""
    NewMessage(ChatId("1"), "", ANNA, (Attachment("a.pdf", "https://x/a.pdf"),))
    with pytest.raises(ValueError, match="text or an attachment"):
        NewMessage(ChatId("1"), " \n", ANNA)


@pytest.mark.parametrize(
    ("contact", "names"),
    [
        (Contact(ContactId("7"), "Anna", "Ivanova"), ("Anna", "Ivanova")),
        (Contact(ContactId("7"), " ", "Ivanova", phone="+7"), ("Ivanova", "")),
        (Contact(ContactId("7"), "", phone="+7", email="a@b.c"), ("+7", "")),
        (Contact(ContactId("7"), "", email="a@b.c"), ("a@b.c", "")),
        (Contact(ContactId("7"), ""), ("7", "")),
    ],
)
def test_a_contact_always_has_a_name(contact: Contact, names: tuple[str, str]) -> None:
    """A customer with a blank name is sent under the best that is known instead."""
    assert contact.names == names


def test_the_raw_call_stays_out_of_the_repr() -> None:
    """A logged message does not repeat the whole call."""
    assert "secret text" not in repr(OperatorMessage(None, ChatId("1"), raw="secret text"))


def test_values_can_be_compared_and_hashed() -> None:
    """Commands are values: equal ones are one in a set."""
    message = NewMessage(ChatId("1"), "hi", ANNA, task_fields={"utm_source": "site"})
    twin = NewMessage(ChatId("1"), "hi", ANNA, task_fields={"utm_source": "site"})
    assert len({message, twin}) == 1
