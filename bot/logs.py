"""Logging: events with fields, one line each, and no secret in any of them."""

import logging
import re
import sys
from collections.abc import Iterable

import structlog

from bot.settings import LogSettings

_TOKEN_SHAPE = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{30,}")
_SHORTEST_SECRET = 4


class Redactor:
    """Takes the given secrets, and whatever looks like a bot token, out of texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(
            {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """`text` with each secret replaced."""
        if self._known:
            text = self._known.sub("[secret]", text)
        return _TOKEN_SHAPE.sub("[secret]", text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step before the stream: what it lets through has no secret in it."""

    redact: Redactor

    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


def set_up_logging(settings: LogSettings, redact: Redactor) -> None:
    """Send every log line of the process to stderr, redacted."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json = settings.format == "json"
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, _json()] if as_json else [_console()]
    )
    formatter = _RedactingFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    formatter.redact = redact
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for noisy in ("aiogram", "asyncio", "aiohttp"):
        logging.getLogger(noisy).setLevel("WARNING")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _json() -> structlog.typing.Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _console() -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
