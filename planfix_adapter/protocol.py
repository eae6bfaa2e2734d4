"""The rules of PlanFix's chat API, both ways, without any network.

Our calls: `encode` makes the form of a command, `read_answer` says what PlanFix's answer means.
PlanFix's calls: `parse_form`, then `authenticate` and `check_provider`, then
`parse_operator_message`.

The rules are those of https://planfix.com/help/API_commands_and_script_examples
"""

import hmac
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from .exceptions import (
    InvalidParameters,
    InvalidToken,
    PlanfixError,
    PlanfixOutcomeUnknown,
    PlanfixRefused,
    PlanfixUnauthorized,
    PlanfixUnavailable,
)
from .models import (
    Attachment,
    ChatId,
    Command,
    Contact,
    GetContact,
    GetTask,
    MessageId,
    MessageStatus,
    NewMessage,
    OperatorMessage,
    ProviderId,
    UpdateContact,
)

Pairs = list[tuple[str, str]]
"""The fields of a form in their order. Names may repeat, so this is no mapping."""

MAX_FIELDS = 1_000
MAX_RETRY_AFTER = 3_600.0
"""Seconds. A slip in PlanFix's answer must not silence a chat for days."""
MAX_WORDS = 500

FORM_TYPE = "application/x-www-form-urlencoded"

SUCCESS = range(200, 300)
_REDIRECT = range(300, 400)
_CALLERS_FAULT = range(400, 500)

_ATTACHMENT_NAME, _ATTACHMENT_URL = "attachments[name]", "attachments[url]"
_KEYS = frozenset({"token", "planfix_token"})
_SINGLE = frozenset(
    {
        "cmd",
        "providerId",
        "chatId",
        "contactPhone",
        "channel",
        "message",
        "messageId",
        "userName",
        "userLastName",
        "userIco",
        "taskEmail",
    }
)
_TO_QUOTE = re.compile("[^A-Za-z0-9_.~-]+")
_QUOTED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]+")

_LOOKS_WRONG = "PlanFix's address (planfix.url) looks wrong: it answered with status {}"
_NOT_TAKEN = {
    402: "PlanFix asks for payment before it takes calls",
    403: _LOOKS_WRONG,
    404: _LOOKS_WRONG,
    405: _LOOKS_WRONG,
    407: "A proxy before PlanFix asks for a password",
    408: "PlanFix did not get the whole call in time",
    410: _LOOKS_WRONG,
    421: _LOOKS_WRONG,
    425: "PlanFix asked for the call to be sent again later",
    429: "PlanFix gets too many calls",
    503: "PlanFix is temporarily unavailable",
}
"""Statuses that say nothing about the call itself: it was surely not carried out."""


def encode_form(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Gives the body of a form; what UTF-8 cannot hold becomes a question mark."""
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs).encode("ascii")


def _quote(text: str) -> str:  # urllib's takes three times as long, a tenth of a whole message
    return _TO_QUOTE.sub(_percents, text).replace("%20", "+")


def _percents(run: re.Match[str]) -> str:
    return "%" + run[0].encode("utf-8", "replace").hex("%").upper()


def encode(command: Command, provider_id: ProviderId, token: str) -> Pairs:
    """Gives the fields of a call to PlanFix, without the optional ones that are empty.

    PlanFix's pages do not agree on how the key's field is called, so it goes under both names.
    """
    cmd, fields = _encode_command(command)
    call = [("cmd", cmd), ("providerId", provider_id), ("planfix_token", token), ("token", token)]
    return call + fields


def _encode_command(command: Command) -> tuple[str, Pairs]:
    match command:
        case NewMessage():
            return "newMessage", _encode_new_message(command)
        case GetTask(chat_id):
            return "getTask", [("chatId", chat_id)]
        case GetContact(contact_id):
            return "getContact", [("contactId", contact_id)]
        case UpdateContact(contact):
            fields = _encode_contact(contact)
            if not contact.names[1]:
                fields.append(("contactLastName", ""))  # a last name that was taken away
            return "updateContact", fields
        case MessageStatus(message_id, status, text):
            fields = [("messageId", message_id), ("messageStatus", status.value)]
            return "messageStatus", fields + _given([("messageStatusText", text)])


def _encode_new_message(message: NewMessage) -> Pairs:
    text = message.message
    if not text.strip():
        text = ", ".join(attachment.name or attachment.url for attachment in message.attachments)
    fields = [("chatId", message.chat_id), ("message", text), *_encode_contact(message.contact)]
    fields += _given([("channel", message.channel), ("title", message.title)])
    for attachment in message.attachments:
        fields += [(_ATTACHMENT_NAME, attachment.name), (_ATTACHMENT_URL, attachment.url)]
    if message.is_echo:
        fields.append(("isEcho", "true"))
    fields += _given([("userEmail", message.user_email)])
    return fields + _given((f"data_{name}", value) for name, value in message.task_fields.items())


def _encode_contact(contact: Contact) -> Pairs:
    name, last_name = contact.names
    optional = [
        ("contactLastName", last_name),
        ("contactIco", contact.picture_url),
        ("contactEmail", contact.email),
        ("contactPhone", contact.phone),
        ("contactData", contact.data),
    ]
    return [("contactId", contact.contact_id), ("contactName", name), *_given(optional)]


def _given(fields: Iterable[tuple[str, str]]) -> Pairs:
    return [(name, value) for name, value in fields if value]


def read_answer(
    command: Command,
    status: int,
    body: bytes,
    content_type: str,
    retry_after_header: str | None,
) -> int | None:
    """Says what PlanFix's answer to `command` means.

    Args:
        command: what was asked.
        status: the answer's HTTP status.
        body: the answer's body, or its beginning.
        content_type: the answer's media type.
        retry_after_header: the answer's `Retry-After`, None if it has none.

    Returns:
        The number that `GetTask` and `GetContact` ask for, None for all other commands.

    Raises:
        PlanfixError: one of its kinds, if the answer is anything but a success.
    """
    answer = _parse_json(body)
    words = _error_words(answer)
    if status not in SUCCESS:
        raise _failure(status, words, _parse_retry_after(retry_after_header))
    if words:
        raise PlanfixRefused(words, status=status)
    if isinstance(command, GetTask | GetContact):
        return _read_number(answer, status)
    if answer is None and _is_page(body, content_type):
        reason = "PlanFix answered with a page for people, perhaps because of maintenance."
        raise PlanfixOutcomeUnknown(reason, status=status)
    return None


def _failure(status: int, words: str, retry_after: float | None) -> PlanfixError:
    def reason(sentence: str) -> str:
        return f"{sentence.format(status)}: {words}" if words else f"{sentence.format(status)}."

    kind: type[PlanfixError]
    if status == HTTPStatus.UNAUTHORIZED:
        kind, text = PlanfixUnauthorized, reason("PlanFix does not accept our key (planfix.token)")
    elif status in _NOT_TAKEN:
        kind, text = PlanfixUnavailable, reason(_NOT_TAKEN[status])
    elif status in _REDIRECT:
        kind, text = PlanfixUnavailable, reason(_LOOKS_WRONG)
    elif status in _CALLERS_FAULT:
        kind, text = PlanfixRefused, words or f"PlanFix refused the call with status {status}."
    else:
        kind, text = PlanfixOutcomeUnknown, reason("PlanFix had an error of its own (status {})")
    return kind(text, status=status, retry_after=retry_after)


def _parse_json(body: bytes) -> object:
    if not body:  # most answers are empty, and an exception takes longer than a look
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _error_words(answer: object) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return _CONTROL_CHARACTERS.sub(" ", error).strip()[:MAX_WORDS] if isinstance(error, str) else ""


def _read_number(answer: object, status: int) -> int:
    data = answer.get("data") if isinstance(answer, dict) else None
    number = str(data.get("number")) if isinstance(data, dict) else ""
    if not re.fullmatch("[0-9]{1,18}", number):
        raise PlanfixOutcomeUnknown("PlanFix's answer holds no number.", status=status)
    return int(number)


def _is_page(body: bytes, content_type: str) -> bool:
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<") or (bool(text) and "html" in content_type.lower())


def _parse_retry_after(header: str | None) -> float | None:
    """Gives the seconds of a `Retry-After` header, which may be a number or a date."""
    header = (header or "").strip()
    if re.fullmatch("[0-9]+", header):
        return min(float(header), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(header).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def parse_form(body: bytes) -> Pairs:
    """Gives the fields of a form in their order.

    Raises:
        InvalidParameters: broken percent-encoding, broken UTF-8, a NUL, or more than `MAX_FIELDS`.
    """
    pairs = None if _BROKEN_PERCENT.search(body) else _split(body)
    if pairs is None or any("\0" in name or "\0" in value for name, value in pairs):
        raise InvalidParameters
    return pairs


def _split(body: bytes) -> Pairs | None:
    if body.count(b"&") >= MAX_FIELDS:
        return None
    try:
        fields = [field.partition("=") for field in body.decode().split("&") if field]
        return [(_unquote(name), _unquote(value)) for name, _, value in fields]
    except ValueError:  # it holds the whole body: it must not go on as the context of another
        return None


def _unquote(text: str) -> str:
    return _QUOTED.sub(_characters, text.replace("+", " "))


def _characters(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", " ")).decode()


def authenticate(pairs: Pairs, tokens: Sequence[str]) -> None:
    """Checks that the call carries one of our keys, in a time that does not depend on which.

    Raises:
        InvalidToken: it carries none, another one, or several.
    """
    given = [value.encode() for name, value in pairs if name == "token"]
    matches = [hmac.compare_digest(value, token.encode()) for value in given for token in tokens]
    if len(given) != 1 or not any(matches):
        raise InvalidToken


def check_provider(pairs: Pairs, provider_id: ProviderId) -> None:
    """Checks that the call is meant for this chat system.

    Raises:
        InvalidParameters: it is meant for another one, or does not say.
    """
    if [value for name, value in pairs if name == "providerId"] != [provider_id]:
        raise InvalidParameters


def parse_operator_message(pairs: Pairs, *, raw: str | None = None) -> OperatorMessage:
    """Reads an operator's message from PlanFix's call, whose key is left out of `raw`.

    `parse_operator_message(parse_form(message.raw.encode()))` gives the same message again.

    Args:
        pairs: the call.
        raw: the message's `raw`, if it is at hand; else it is made from `pairs`.

    Raises:
        InvalidParameters: the call is no `newMessage`, lacks an address or a content, repeats a
            field that has to be single, or names attachments that do not pair with their URLs.
    """
    fields = _single_fields(pairs)
    attachments = _parse_attachments(pairs)
    text, chat_id, phone = (fields.get(name, "") for name in ("message", "chatId", "contactPhone"))
    has_content = bool(text.strip() or attachments)
    if fields.get("cmd") != "newMessage" or not has_content or not (chat_id or phone):
        raise InvalidParameters
    message_id = fields.get("messageId", "")
    return OperatorMessage(
        message_id=MessageId(message_id) if message_id.strip() else None,
        chat_id=ChatId(chat_id) if chat_id else None,
        contact_phone=phone,
        channel=fields.get("channel", ""),
        text=text,
        attachments=attachments,
        user_name=fields.get("userName", ""),
        user_last_name=fields.get("userLastName", ""),
        user_picture_url=fields.get("userIco", ""),
        task_email=fields.get("taskEmail", ""),
        raw=_without_keys(pairs) if raw is None else raw,
    )


def _without_keys(pairs: Pairs) -> str:
    return encode_form(pair for pair in pairs if pair[0] not in _KEYS).decode()


def _single_fields(pairs: Pairs) -> dict[str, str]:
    single = [pair for pair in pairs if pair[0] in _SINGLE]
    fields = dict(single)
    if len(fields) != len(single):
        raise InvalidParameters
    return fields


def _parse_attachments(pairs: Pairs) -> tuple[Attachment, ...]:
    names = [value for name, value in pairs if name == _ATTACHMENT_NAME]
    urls = [value for name, value in pairs if name == _ATTACHMENT_URL]
    if len(names) != len(urls) or not all(url.strip() for url in urls):
        raise InvalidParameters
    return tuple(map(Attachment, names, urls))
