"""Logging: events with fields, one line each, and no secret in any of them."""

import logging
import sys
import threading
from types import TracebackType
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.logs.safety import Redactor, cut, escape, escape_stack
from bot.settings.settings import LogSettings

log = structlog.get_logger("bot.logs")

LONGEST_STACK: Final = 20_000
"""Characters of a stack trace."""

LONGEST_TEXT: Final = 200
"""Characters of what people wrote, where it is asked for."""

_STACKS = frozenset({"exception", "stack"})


class _Lines:
    """The last step before the stream: what it lets through has no secret in it.

    structlog's loggers write here without the detour through Python's own: most lines are events of
    messages, and the detour takes longer than all else that is done for a line.
    """

    def __init__(self, redact: Redactor, name: str) -> None:
        self._redact = redact
        self.name = name
        """What `add_logger_name` puts into the event."""

    def write(self, line: str) -> None:
        """Write one line, or an event with its stack."""
        sys.stderr.write(f"{self._redact(line)}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = write


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The same for lines of other libraries, which log in Python's own way."""

    redact: Redactor

    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


def set_up_logging(settings: LogSettings, redact: Redactor) -> None:
    """Send every log line of the process to stderr, redacted; warnings and crashes too."""
    named: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered: list[Processor] = [
        structlog.processors.format_exc_info,
        _cut_fields,
        *(_json() if settings.format == "json" else _console()),
    ]
    structlog.configure(
        processors=[*named, _cut_text if settings.message_texts else _drop_text, *rendered],
        logger_factory=lambda name: _Lines(redact, name),
        wrapper_class=structlog.make_filtering_bound_logger(settings.level),
        cache_logger_on_first_use=False,
    )
    _take_over_from_libraries(settings, redact, named, rendered)
    _take_over_from_python()
    if settings.message_texts:
        log.warning(
            "log.message_texts", note="what people write is in this log: see to who reads it"
        )


def _take_over_from_libraries(
    settings: LogSettings, redact: Redactor, named: list[Processor], rendered: list[Processor]
) -> None:
    formatter = _RedactingFormatter(
        foreign_pre_chain=named,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    formatter.redact = redact
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for noisy in ("aiogram", "asyncio", "aiohttp"):
        logging.getLogger(noisy).setLevel("WARNING")


def _take_over_from_python() -> None:
    """Log what Python would write to stderr by itself, with every secret that is in it."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
    sys.unraisablehook = lambda failed: _log_crash(
        failed.exc_type, failed.exc_value, failed.exc_traceback
    )
    threading.excepthook = lambda failed: _log_crash(
        failed.exc_type, failed.exc_value, failed.exc_traceback
    )


def _log_crash(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("bridge.crashed", exc_info=(kind, error, trace))


def _drop_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The field `text` is for what people wrote: nobody reads it who has not asked for it."""
    event.pop("text", None)
    return event


def _cut_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if "text" in event:
        event["text"] = cut(str(event["text"]), LONGEST_TEXT)
    return event


def _cut_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = cut(value, LONGEST_STACK) if name in _STACKS else cut(value)
    return event


def _json() -> list[Processor]:
    def escape_line(_: WrappedLogger, __: str, line: str) -> str:
        return escape(line)  # JSON itself leaves some characters as they are

    # structlog's types do not know that a renderer may be followed by a further step.
    return [structlog.processors.JSONRenderer(ensure_ascii=False), escape_line]  # type: ignore[list-item]


def _console() -> list[Processor]:
    return [
        _escape_fields,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _escape_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = escape_stack(value) if name in _STACKS else escape(value)
        elif value is not None and not isinstance(value, bool | int | float):
            event[name] = escape(cut(repr(value)))
    return event
