"""Errors and crashes for Sentry: what happened and where, and nothing of what people wrote.

An event has the name of a log line of level `error` or worse, a few fields that hold no words of
others, and the stack if there is one: without local variables and without the exceptions' own
words, which may quote a message. Everything else is in the log, on the machine.
"""

import atexit
import logging
from collections.abc import Mapping
from typing import Any, Final

import sentry_sdk
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import event_from_exception

from bot.logs.safety import Redactor
from bot.logs.throttle import LogThrottle
from bot.version import program_version

_FIELDS: Final = frozenset(
    {"lane", "entry", "cmd", "kind", "attempt", "seconds", "code", "setting"}
)
"""Fields of log lines that hold none of people's words and name no chat."""
_END_SECONDS: Final = 2.0
"""So long the program's end waits for the last events."""


def report_errors(dsn: str, redact: Redactor) -> None:
    """Send every error that is logged from now on to the Sentry at `dsn`."""

    def before_send(event: Event, _: Hint) -> Event | None:
        redacted: Event = _redacted(event, redact)
        return redacted

    sentry_sdk.init(
        dsn,
        release=f"planfix-telegram-bridge@{program_version()}",
        server_name="",
        default_integrations=False,
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_client_reports=False,
        auto_session_tracking=False,
        before_send=before_send,
    )
    logging.getLogger().addHandler(_SentryHandler())
    atexit.register(sentry_sdk.flush, _END_SECONDS)


class _SentryHandler(logging.Handler):
    """Makes an event of each line, unless there is a flood of them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._throttle = LogThrottle()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sentry_sdk", "urllib3")):
            return
        unsent = self._throttle.held_back()
        if unsent is not None:
            sentry_sdk.capture_event(_event(record, unsent))


def _event(record: logging.LogRecord, unsent: int) -> Event:
    # structlog hands its fields over as the record's message.
    fields: Mapping[str, Any] = record.msg if isinstance(record.msg, dict) else {}
    error = _exception(fields.get("exc_info") or record.exc_info)
    event: Event = _without_words(error) if error else {}
    name = str(fields["event"]) if fields else str(record.msg).partition("\n")[0]
    if not error:
        event["fingerprint"] = [record.name, name]
    event["level"] = "fatal" if record.levelno >= logging.CRITICAL else "error"
    event["logger"] = record.name
    event["message"] = name
    event["tags"] = {"unsent": str(unsent)} | {
        field: str(fields[field]) for field in _FIELDS & fields.keys()
    }
    return event


def _exception(info: Any) -> BaseException | None:  # noqa: ANN401 - whatever logging takes for exc_info
    found = info[1] if isinstance(info, tuple) else info
    return found if isinstance(found, BaseException) else None


def _without_words(error: BaseException) -> Event:
    event, _ = event_from_exception(error, sentry_sdk.get_client().options)
    for value in event["exception"]["values"]:
        value["value"] = ""
        value.pop("mechanism", None)  # it holds the error's number and the like
    return event


def _redacted(value: Any, redact: Redactor) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _redacted(each, redact) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(each, redact) for each in value]
    return value
