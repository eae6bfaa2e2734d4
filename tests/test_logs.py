"""No secret in any log line, whatever shape it takes."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
import structlog

from bot.logs.logs import set_up_logging
from bot.logs.safety import Redactor
from bot.settings.settings import LogSettings

SECRET = 'пароль "with\\ all/of it'


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    logging.captureWarnings(capture=False)
    root.handlers, root.level = handlers, level
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    structlog.reset_defaults()


def test_a_secret_is_found_in_every_shape() -> None:
    """As it is, as JSON, as Python shows it, in an address: it is taken out."""
    redact = Redactor([SECRET])
    shapes = (
        SECRET, json.dumps(SECRET), json.dumps(SECRET, ensure_ascii=False), repr(SECRET),
        quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), json.dumps(repr([SECRET])),
    )  # fmt: skip
    for shape in shapes:
        assert "[secret]" in redact(f"before {shape} after")
        assert "with" not in redact(shape)


def test_what_looks_like_a_token_goes_too() -> None:
    """A bot token that nobody told the filter of is taken out by its shape."""
    text = "https://api.telegram.org/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456/getMe"
    assert Redactor([])(text) == "https://api.telegram.org/bot[secret]/getMe"


def test_longer_secrets_go_first() -> None:
    """A secret that begins with another one leaves no rest of itself."""
    assert Redactor(["marker", "marker-long"])("marker-long") == "[secret]"


def test_short_secrets_do_not_eat_the_log() -> None:
    """A secret of one or two letters would make every line unreadable; it is left."""
    assert Redactor(["a", ""])("a line") == "a line"


@pytest.mark.parametrize("as_json", [True, False])
def test_nothing_gets_past(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    """Events, tracebacks, other libraries' lines and warnings: all of them are redacted."""
    settings = LogSettings(format="json" if as_json else "console", level="debug")
    set_up_logging(settings, Redactor([SECRET]))
    log = structlog.get_logger("test")
    log.error("failed", exc_info=ValueError(SECRET), field=SECRET, about={SECRET: [SECRET]})
    logging.getLogger("another.library").error("said %r", SECRET)
    shown = capsys.readouterr().err
    assert shown.count("[secret]") >= 5
    assert "пароль" not in shown
    assert "with" not in shown


def test_json_lines_stay_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Taking a secret out does not break the line it was in."""
    set_up_logging(LogSettings(format="json"), Redactor([SECRET]))
    structlog.get_logger("test").info("told", key=SECRET, name="Анна")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["key"], event["name"]) == ("told", "[secret]", "Анна")
    assert re.fullmatch(r"\d{4}-.*Z", event["timestamp"])


@pytest.mark.parametrize("asked_for", [True, False])
def test_what_people_write_is_not_logged(
    capsys: pytest.CaptureFixture[str], asked_for: bool
) -> None:
    """The words of a message are left out; who asks gets their beginning and a warning."""
    set_up_logging(LogSettings(message_texts=asked_for), Redactor([]))
    structlog.get_logger("test").info("message.forwarded", text="Здравствуйте! " + "а" * 1000)
    shown = capsys.readouterr().err
    assert ("Здравствуйте!" in shown) is asked_for
    assert ("see to who reads it" in shown) is asked_for
    assert "а" * 300 not in shown
    assert "message.forwarded" in shown


def test_the_level_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """What is below the level is not written."""
    set_up_logging(LogSettings(level="warning"), Redactor([]))
    structlog.get_logger("test").info("quiet")
    structlog.get_logger("test").warning("loud")
    shown = capsys.readouterr().err
    assert "loud" in shown
    assert "quiet" not in shown
