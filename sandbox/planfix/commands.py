"""The fields of the chat API's commands: which are required, which are allowed, what they hold."""

from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from sandbox.planfix.models import Pairs

ATTACHMENT_NAME = "attachments[name]"
ATTACHMENT_URL = "attachments[url]"
TASK_FIELD_PREFIX = "data_"

_COMMON = frozenset({"cmd", "providerId", "planfix_token", "token"})
_CONTACT = frozenset(
    {"contactLastName", "contactIco", "contactEmail", "contactPhone", "contactData"}
)
_MESSAGE = frozenset({"channel", "title", "isEcho", "userEmail", ATTACHMENT_NAME, ATTACHMENT_URL})
_REPEATABLE = frozenset({ATTACHMENT_NAME, ATTACHMENT_URL})
_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"", "0", "false"})


class BadParametersError(ValueError):
    """The call's fields break the API's rules; the text is the answer's `error`."""


@dataclass(frozen=True)
class _Command:
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    takes_task_fields: bool = False

    def allows(self, name: str) -> bool:
        if self.takes_task_fields and name.startswith(TASK_FIELD_PREFIX):
            return len(name) > len(TASK_FIELD_PREFIX)
        return name in _COMMON | self.required | self.optional


COMMANDS = {
    "newMessage": _Command(
        frozenset({"chatId", "message", "contactId", "contactName"}),
        _CONTACT | _MESSAGE,
        takes_task_fields=True,
    ),
    "getTask": _Command(frozenset({"chatId"})),
    "getContact": _Command(frozenset({"contactId"})),
    "updateContact": _Command(frozenset({"contactId", "contactName"}), _CONTACT),
    "messageStatus": _Command(
        frozenset({"messageId", "messageStatus"}), frozenset({"messageStatusText"})
    ),
}


def check_command(pairs: Pairs) -> dict[str, str]:
    """Check a call's fields against its command and return those that do not repeat.

    Raises:
        BadParametersError: An unknown command or field, a repeated, missing or malformed one.
    """
    fields = dict(pairs)
    command = COMMANDS.get(fields.get("cmd", ""))
    if command is None:
        raise BadParametersError("unknown cmd")
    _check_names(pairs, command)
    _check_required(pairs, fields, command)
    _check_values(fields)
    return {name: value for name, value in fields.items() if name not in _REPEATABLE}


def attachment_pairs(pairs: Pairs) -> Pairs:
    """The (name, URL) of each attachment, in order.

    Raises:
        BadParametersError: Names and URLs do not alternate, or one is unusable.
    """
    flat = [pair for pair in pairs if pair[0] in _REPEATABLE]
    names, urls = flat[::2], flat[1::2]
    alternating = all(key == ATTACHMENT_NAME for key, _ in names) and all(
        key == ATTACHMENT_URL for key, _ in urls
    )
    if not alternating or len(names) != len(urls):
        raise BadParametersError("attachments[name] and attachments[url] must come in pairs")
    if not all(name for _, name in names):
        raise BadParametersError("attachments[name] is empty")
    for _, url in urls:
        _check_url(ATTACHMENT_URL, url)
    return [(name, url) for (_, name), (_, url) in zip(names, urls, strict=True)]


def is_echo(fields: dict[str, str]) -> bool:
    """Whether the message is an outgoing one, written by the chat's own side."""
    return fields.get("isEcho", "") in _TRUE


def _check_names(pairs: Pairs, command: _Command) -> None:
    for name, count in Counter(name for name, _ in pairs).items():
        if not command.allows(name):
            raise BadParametersError(f"unknown parameter {name}")
        if count > 1 and name not in _REPEATABLE:
            raise BadParametersError(f"{name} is repeated")


def _check_required(pairs: Pairs, fields: dict[str, str], command: _Command) -> None:
    has_files = bool(attachment_pairs(pairs))
    for name in sorted(command.required):
        may_be_empty = name == "message" and has_files and name in fields
        if not fields.get(name, "").strip() and not may_be_empty:
            raise BadParametersError(f"{name} is required")


def _check_values(fields: dict[str, str]) -> None:
    if fields.get("isEcho", "") not in _TRUE | _FALSE:
        raise BadParametersError("isEcho must be 1 or 0")
    if fields.get("userEmail") and not is_echo(fields):
        raise BadParametersError("userEmail belongs to an outgoing message")
    if fields.get("contactIco"):
        _check_url("contactIco", fields["contactIco"])


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return
    raise BadParametersError(f"{name} must be an https:// address")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself, where plain HTTP is allowed."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
