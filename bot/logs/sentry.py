"""Errors and crashes for Sentry: what happened and where, and nothing of what people wrote.

An event has the name of a log line of level `error` or worse, a few fields that hold no words of
others, and the stack if there is one: without local variables and without the exceptions' own
words, which may quote a message. Everything else is in the log, on the machine.
"""

import atexit
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import sentry_sdk
import structlog
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import event_from_exception
from structlog.typing import EventDict, WrappedLogger

from bot.logs.safety import Redactor
from bot.logs.throttle import LogThrottle
from bot.version import program_version

_FIELDS: Final = frozenset(
    {"lane", "entry", "cmd", "kind", "attempt", "seconds", "code", "setting"}
)
"""Fields of log lines that hold none of people's words and name no chat."""
_REPORTED: Final = frozenset({"error", "critical"})
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
    reporter = _Reporter()
    structlog.get_config()["processors"].insert(0, reporter.report_own)
    logging.getLogger().addHandler(_LibrariesHandler(reporter))
    atexit.register(sentry_sdk.flush, _END_SECONDS)


class _Reporter:
    """Makes an event of each line, unless there is a flood of them."""

    def __init__(self) -> None:
        self._throttle = LogThrottle()

    def report_own(self, logger: WrappedLogger, level: str, fields: EventDict) -> EventDict:
        """Report a line of ours, if it is an error: a step of structlog's."""
        if level in _REPORTED:
            self.report({**fields, "level": level, "logger": logger.name})
        return fields

    def report(self, fields: Mapping[str, Any]) -> None:
        """Report an error, unless there were too many."""
        unsent = self._throttle.held_back()
        with suppress(Exception):  # a report must not break what it reports; the log has it anyway
            if unsent is not None:
                sentry_sdk.capture_event(_event(fields, unsent))


class _LibrariesHandler(logging.Handler):
    """Reports the errors that other libraries log."""

    def __init__(self, reporter: _Reporter) -> None:
        super().__init__(logging.ERROR)
        self._reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("sentry_sdk", "urllib3")):
            self._reporter.report(
                {
                    "event": str(record.msg).partition("\n")[0],
                    "level": record.levelname.lower(),
                    "logger": record.name,
                    "exc_info": record.exc_info,
                }
            )


def _event(fields: Mapping[str, Any], unsent: int) -> Event:
    error = _exception(fields.get("exc_info"))
    event: Event = _without_words(error) if error else {}
    if not error:
        event["fingerprint"] = [fields["logger"], fields["event"]]
    event["level"] = "fatal" if fields["level"] == "critical" else "error"
    event["logger"] = fields["logger"]
    event["message"] = fields["event"]
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
