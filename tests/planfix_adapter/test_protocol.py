"""The rules of the chat API, without a network."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planfix_adapter import (
    Attachment,
    ChatId,
    Command,
    Contact,
    ContactId,
    DeliveryStatus,
    GetContact,
    GetTask,
    InvalidParameters,
    InvalidToken,
    MessageId,
    MessageStatus,
    NewMessage,
    OperatorMessage,
    Outcome,
    PlanfixError,
    PlanfixOutcomeUnknown,
    PlanfixRefused,
    PlanfixUnauthorized,
    PlanfixUnavailable,
    ProviderId,
    UpdateContact,
)
from planfix_adapter.protocol import (
    MAX_FIELDS,
    authenticate,
    check_provider,
    encode,
    encode_form,
    parse_form,
    parse_operator_message,
    read_answer,
)

PROVIDER = ProviderId("telegram")
ANNA = Contact(ContactId("7"), "Anna")
FULL_CONTACT = Contact(
    ContactId("7"), "Anna", "Ivanova", "https://x/i.jpg", "a@b.c", "+79", "about"
)
FULL_CONTACT_FIELDS = [
    ("contactId", "7"),
    ("contactName", "Anna"),
    ("contactLastName", "Ivanova"),
    ("contactIco", "https://x/i.jpg"),
    ("contactEmail", "a@b.c"),
    ("contactPhone", "+79"),
    ("contactData", "about"),
]
FILES = (Attachment("a.jpg", "https://x/1"), Attachment("b.jpg", "https://x/2"))
CALL = [
    ("cmd", "newMessage"),
    ("providerId", "telegram"),
    ("token", "our key"),
    ("chatId", "42"),
    ("message", "Good day"),
    ("messageId", "m1"),
]


def replaced(**fields: str | None) -> list[tuple[str, str]]:
    """The usual call with some fields set, or left out where None."""
    return [
        (name, value) for name, value in ({**dict(CALL), **fields}).items() if value is not None
    ]


def answer(
    command: Command,
    status: int = 200,
    body: bytes = b"",
    content_type: str = "application/json",
    retry_after: str | None = None,
) -> int | None:
    """What PlanFix's answer means."""
    return read_answer(command, status, body, content_type, retry_after)


@pytest.mark.parametrize(
    ("command", "cmd", "fields"),
    [
        (
            NewMessage(ChatId("42"), "Hi", ANNA),
            "newMessage",
            [("chatId", "42"), ("message", "Hi"), ("contactId", "7"), ("contactName", "Anna")],
        ),
        (
            NewMessage(
                ChatId("42"),
                "Hi",
                FULL_CONTACT,
                FILES,
                "shop",
                "A question",
                is_echo=True,
                user_email="op@b.c",
                task_fields={"utm_source": "site", "utm_medium": "", "Город": "Омск"},
            ),
            "newMessage",
            [
                ("chatId", "42"),
                ("message", "Hi"),
                *FULL_CONTACT_FIELDS,
                ("channel", "shop"),
                ("title", "A question"),
                ("attachments[name]", "a.jpg"),
                ("attachments[url]", "https://x/1"),
                ("attachments[name]", "b.jpg"),
                ("attachments[url]", "https://x/2"),
                ("isEcho", "true"),
                ("userEmail", "op@b.c"),
                ("data_utm_source", "site"),
                ("data_Город", "Омск"),
            ],
        ),
        (GetTask(ChatId("42")), "getTask", [("chatId", "42")]),
        (GetContact(ContactId("7")), "getContact", [("contactId", "7")]),
        (UpdateContact(FULL_CONTACT), "updateContact", FULL_CONTACT_FIELDS),
        (
            MessageStatus(MessageId("m1"), DeliveryStatus.ERROR, "Blocked"),
            "messageStatus",
            [("messageId", "m1"), ("messageStatus", "error"), ("messageStatusText", "Blocked")],
        ),
        (
            MessageStatus(MessageId("m1"), DeliveryStatus.READ),
            "messageStatus",
            [("messageId", "m1"), ("messageStatus", "read")],
        ),
    ],
)
def test_each_command_has_its_fields(
    command: Command, cmd: str, fields: list[tuple[str, str]]
) -> None:
    """Every command carries its required fields, the optional ones it has, and the key twice."""
    head = [("cmd", cmd), ("providerId", "telegram"), ("planfix_token", "k"), ("token", "k")]
    assert encode(command, PROVIDER, "k") == head + fields


def test_a_message_of_files_alone_gets_a_text() -> None:
    """PlanFix requires a text, so the files' names become one."""
    assert ("message", "a.jpg, b.jpg") in encode(
        NewMessage(ChatId("42"), "", ANNA, FILES), PROVIDER, "k"
    )


def test_half_a_character_does_not_stop_a_message() -> None:
    """A lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    assert encode_form([("message", "a\ud83db")]) == b"message=a%3Fb"


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"{}", b"OK", b"[1]", b"null", b'{"error": ""}'])
def test_any_200_without_an_error_is_a_success(body: bytes) -> None:
    """PlanFix promises no body, so whatever does not contradict counts as taken."""
    assert answer(NewMessage(ChatId("42"), "Hi", ANNA), 200, body) is None


def test_an_empty_html_body_is_a_success() -> None:
    """A server that calls its empty bodies HTML has still said 200."""
    assert answer(UpdateContact(ANNA), 200, b"", "text/html") is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!doctype html><h1>Back soon</h1>", "text/html"),
        (b"\xef\xbb\xbf\r\n<html>", "application/octet-stream"),
        (b"Maintenance", "text/html"),
    ],
)
def test_a_page_is_no_success(body: bytes, content_type: str) -> None:
    """A maintenance page with status 200 leaves it open whether the message was taken."""
    with pytest.raises(PlanfixOutcomeUnknown):
        answer(NewMessage(ChatId("42"), "Hi", ANNA), 200, body, content_type)


@pytest.mark.parametrize("body", [b'{"data": {"number": 1014}}', b'{"data": {"number": "1014"}}'])
def test_numbers_are_read(body: bytes) -> None:
    """The number of a task or a contact is given as an int, in quotes or not."""
    assert answer(GetTask(ChatId("42")), 200, body) == 1014
    assert answer(GetContact(ContactId("7")), 200, body) == 1014


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"data": 5}',
        b'{"data": {}}',
        b'{"data": {"number": true}}',
        b'{"data": {"number": 1.5}}',
        b'{"data": {"number": "many"}}',
        b"[" * 60_000,
        b'{"data": {"number": ' + b"9" * 60_000 + b"}}",
        b"\xff\xfe\x00",
    ],
)
def test_anything_else_is_no_number(body: bytes) -> None:
    """A 200 that is not the promised JSON is an unknown outcome, however it is broken."""
    with pytest.raises(PlanfixOutcomeUnknown):
        answer(GetTask(ChatId("42")), 200, body)


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (400, PlanfixRefused, Outcome.REFUSED),
        (401, PlanfixUnauthorized, Outcome.FAILED),
        (403, PlanfixUnavailable, Outcome.FAILED),
        (404, PlanfixUnavailable, Outcome.FAILED),
        (405, PlanfixUnavailable, Outcome.FAILED),
        (408, PlanfixUnavailable, Outcome.FAILED),
        (413, PlanfixRefused, Outcome.REFUSED),
        (414, PlanfixRefused, Outcome.REFUSED),
        (422, PlanfixRefused, Outcome.REFUSED),
        (429, PlanfixUnavailable, Outcome.FAILED),
        (301, PlanfixUnavailable, Outcome.FAILED),
        (308, PlanfixUnavailable, Outcome.FAILED),
        (500, PlanfixOutcomeUnknown, Outcome.UNKNOWN),
        (502, PlanfixOutcomeUnknown, Outcome.UNKNOWN),
        (503, PlanfixUnavailable, Outcome.FAILED),
        (504, PlanfixOutcomeUnknown, Outcome.UNKNOWN),
        (599, PlanfixOutcomeUnknown, Outcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("body", [b"", b'{"error": "Because"}', b"<html>oops</html>"])
def test_each_status_has_its_outcome(
    status: int, kind: type[PlanfixError], outcome: Outcome, body: bytes
) -> None:
    """Each status says for sure whether the call failed, was refused, or leaves it open."""
    with pytest.raises(PlanfixError) as caught:
        answer(GetTask(ChatId("42")), status, body)
    error = caught.value
    assert (type(error), error.outcome, error.status) == (kind, outcome, status)
    assert ("Because" in error.reason) == (b"Because" in body)
    assert "<" not in error.reason
    assert str(error) == error.reason


def test_planfix_speaks_in_its_own_words() -> None:
    """The reason of a refusal is what PlanFix said, without control characters and not too long."""
    with pytest.raises(PlanfixRefused) as caught:
        answer(GetTask(ChatId("42")), 400, b'{"error": "task\\r\\nnot found' + b"!" * 9_000 + b'"}')
    assert caught.value.reason.startswith("task not found!")
    assert len(caught.value.reason) == 500


def test_an_error_with_status_200_is_a_refusal() -> None:
    """An error in a 200 answer is believed: a message taken for sent would be lost."""
    with pytest.raises(PlanfixRefused, match="unknown contact"):
        answer(UpdateContact(ANNA), 200, b'{"error": "unknown contact"}')


def test_a_wrong_address_is_named() -> None:
    """A redirect or a 404 points to the setting that is wrong."""
    for status in (302, 404):
        with pytest.raises(PlanfixUnavailable, match=r"planfix\.url"):
            answer(GetTask(ChatId("42")), status)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("9" * 6_000, 3_600.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        (format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True), 3_600.0),
    ],
    ids=itertools.count(),  # one of them holds the present time
)
def test_the_time_to_wait_is_honoured(header: str | None, seconds: float | None) -> None:
    """`Retry-After` is read as a number or as a date, never negative and at most an hour."""
    for status in (429, 503):
        with pytest.raises(PlanfixUnavailable) as caught:
            answer(GetTask(ChatId("42")), status, retry_after=header)
        assert caught.value.retry_after == seconds


def test_a_form_is_read_in_order() -> None:
    """Fields keep their order and repeat; blank ones stay; plus and percent are decoded."""
    body = b"a=1+2&b=&a=%D0%94%26&c&&\xd0\xb4=%2B"
    assert parse_form(body) == [("a", "1 2"), ("b", ""), ("a", "Д&"), ("c", ""), ("д", "+")]


@pytest.mark.parametrize(
    "body",
    [
        b"a=%",
        b"a=%4",
        b"a=%zz",
        b"%=1",
        b"a=%FF",
        b"a=\xff",
        b"a=%ED%A0%BD",
        b"a=%00",
        b"a\0=1",
        b"&".join([b"a=1"] * (MAX_FIELDS + 1)),
    ],
)
def test_a_broken_form_is_refused(body: bytes) -> None:
    """Broken encodings, a NUL and too many fields are invalid; the error holds nothing of them."""
    with pytest.raises(InvalidParameters) as caught:
        parse_form(body)
    assert caught.value.__context__ is None


def test_a_form_may_be_long() -> None:
    """As many fields as allowed pass."""
    assert len(parse_form(b"&".join([b"a=1"] * MAX_FIELDS))) == MAX_FIELDS


@pytest.mark.parametrize("token", ["new", "ключ"])
def test_any_of_our_keys_opens(token: str) -> None:
    """While keys are rotated, each of them is accepted."""
    authenticate([("token", token)], ["old", "new", "ключ"])


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("token", "")],
        [("token", "ol")],
        [("token", "older")],
        [("planfix_token", "old")],
        [("token", "old"), ("token", "old")],
        [("token", "guess"), ("token", "old")],
    ],
)
def test_any_other_key_does_not(pairs: list[tuple[str, str]]) -> None:
    """No key, a wrong one, or several are refused with the API's own words."""
    with pytest.raises(InvalidToken) as caught:
        authenticate(pairs, ["old", "new"])
    assert (caught.value.status, caught.value.error) == (401, "Invalid token")


@pytest.mark.parametrize("ids", [[], ["other"], [""], ["telegram", "telegram"]])
def test_calls_for_other_systems_are_refused(ids: list[str]) -> None:
    """A call has to name this chat system, once."""
    with pytest.raises(InvalidParameters):
        check_provider([("providerId", value) for value in ids], PROVIDER)


def test_an_operators_message_is_read() -> None:
    """Every field of PlanFix's call finds its place, and the key is nowhere."""
    pairs = [
        *replaced(contactPhone="+79", channel="shop", userName="Olga", userLastName="P."),
        ("userIco", "https://p/o.png"),
        ("taskEmail", "task@p"),
        ("attachments[name]", "a.jpg"),
        ("attachments[name]", "b.jpg"),
        ("attachments[url]", "https://x/1"),
        ("attachments[url]", "https://x/2"),
        ("unknown", "1"),
        ("unknown", "2"),
    ]
    message = parse_operator_message(pairs)
    assert message == OperatorMessage(
        message_id=MessageId("m1"),
        chat_id=ChatId("42"),
        contact_phone="+79",
        channel="shop",
        text="Good day",
        attachments=FILES,
        user_name="Olga",
        user_last_name="P.",
        user_picture_url="https://p/o.png",
        task_email="task@p",
        raw=urlencode([pair for pair in pairs if pair[0] != "token"]),
    )
    assert "our" not in repr(message) + message.raw


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"messageId": None}, {"message_id": None}),
        ({"messageId": ""}, {"message_id": None}),
        ({"messageId": " \t"}, {"message_id": None}),
        ({"chatId": None, "contactPhone": "+79"}, {"chat_id": None, "contact_phone": "+79"}),
        ({"chatId": "", "contactPhone": "+79"}, {"chat_id": None}),
        ({"message": None, "attachments[name]": "", "attachments[url]": "https://x"}, {"text": ""}),
    ],
)
def test_what_may_be_absent_may_be_absent(
    fields: dict[str, str | None], expected: dict[str, Any]
) -> None:
    """PlanFix may leave out the id, one of the two addresses, and the text beside a file."""
    message = parse_operator_message(replaced(**fields))
    assert {name: getattr(message, name) for name in expected} == expected


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        replaced(cmd=None),
        replaced(cmd="getTask"),
        replaced(cmd="newmessage"),
        replaced(chatId=None),
        replaced(chatId="", contactPhone=""),
        replaced(message=None),
        replaced(message=" \n"),
        [*CALL, ("attachments[name]", "a.jpg")],
        [*CALL, ("attachments[url]", "https://x")],
        [*CALL, ("attachments[name]", "a.jpg"), ("attachments[url]", " ")],
        *([*CALL, (name, value)] for name, value in CALL if name != "token"),
    ],
)
def test_anything_else_is_refused(pairs: list[tuple[str, str]]) -> None:
    """A wrong command, a missing or repeated field and unpaired attachments are invalid."""
    with pytest.raises(InvalidParameters) as caught:
        parse_operator_message(pairs)
    assert (caught.value.status, caught.value.error) == (400, "Invalid parameters")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FILLED = TEXT.filter(str.strip)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_what_is_encoded_is_parsed(pairs: list[tuple[str, str]]) -> None:
    """Any fields survive the way through a form, and Python's own reader finds the same."""
    form = encode_form(pairs)
    assert parse_form(form) == pairs
    assert form == urlencode(pairs).encode()


@given(st.text("&=+%0aF;п\x80"))
def test_any_form_is_read_as_python_reads_it(text: str) -> None:
    """Whatever comes, broken percents but for, is read as by Python's own reader, or refused."""
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except ValueError:
        expected = None
    try:
        assert parse_form(text.encode()) == expected
    except InvalidParameters:
        assert expected is None or re.search("%(?![0-9A-Fa-f]{2})|%00", text)


@given(
    st.builds(
        NewMessage,
        FILLED,
        FILLED,
        st.builds(Contact, FILLED, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
        st.lists(st.builds(Attachment, TEXT, FILLED), max_size=3).map(tuple),
        TEXT,
    )
)
def test_a_message_survives_the_wire(message: NewMessage) -> None:
    """The receiving side reads the chat, text, channel and files that the sending side wrote."""
    pairs = parse_form(encode_form(encode(message, PROVIDER, "k")))
    received = parse_operator_message(pairs)
    assert (received.chat_id, received.text) == (message.chat_id, message.message)
    assert (received.channel, received.attachments) == (message.channel, message.attachments)
    assert dict(pairs)["contactName"].strip()


@given(
    st.lists(
        st.tuples(st.sampled_from(["token", "userName", "taskEmail", "other"]), TEXT), max_size=6
    ),
    st.lists(st.tuples(TEXT, FILLED), max_size=3),
)
def test_the_stored_call_gives_the_same_message(
    extra: list[tuple[str, str]], files: list[tuple[str, str]]
) -> None:
    """What is stored parses to the very message that it came from, now and ever again."""
    extra = list(dict(extra).items())
    pairs = [*replaced(token=None), *extra]
    for name, url in files:
        pairs += [("attachments[name]", name), ("attachments[url]", url)]
    message = parse_operator_message(pairs)
    assert parse_operator_message(parse_form(message.raw.encode())) == message
