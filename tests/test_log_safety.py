"""What comes from outside stays what it is in the log: a harmless part of one event."""

import json
import subprocess
import sys

import pytest

from bot.logs.safety import cut, escape, escape_stack
from bot.logs.throttle import LogThrottle
from support import ROOT
from wire import is_harmless

HOSTILE = "\x1b[31m\r\n2026-01-01 [error] fake\x9b2J\u2028\u202e\ud800\x7f"
SECRET = "marker-secret-0123456789"


def test_what_acts_is_spelled_out() -> None:
    """Nothing acts on a terminal any more, and letters of all languages stay."""
    assert is_harmless(escape(HOSTILE))
    assert escape("Привет, 世界 💌\t") == "Привет, 世界 💌\\u0009"


def test_json_says_what_was_there() -> None:
    """Escaped JSON is JSON, and reads as the text that was written."""
    line = json.dumps({"a": HOSTILE}, ensure_ascii=False)
    assert json.loads(escape(line)) == {"a": HOSTILE}


def test_long_texts_are_cut() -> None:
    """A field of a megabyte does not become a line of a megabyte."""
    assert cut("a" * 10, 5) == "aaaaa…"
    assert cut("a" * 5, 5) == "aaaaa"


def test_no_line_of_a_stack_passes_for_an_event() -> None:
    """Every line of a stack trace is set in, also those that somebody else wrote."""
    assert escape_stack("a\n2026 [error] b").splitlines() == ["    a", "    2026 [error] b"]


CRASH = f"""
import threading
from bot.logs.safety import Redactor
from bot.logs.logs import set_up_logging
from bot.settings.settings import LogSettings
set_up_logging(LogSettings(format=FORMAT), Redactor([{SECRET!r}]))
def fail():
    raise RuntimeError({SECRET!r} + {HOSTILE!r})
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Odd:
    def __del__(self):
        fail()
Odd()
import warnings
warnings.warn("beware of " + {SECRET!r})
fail()
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_crashes_are_logged_like_everything_else(log_format: str) -> None:
    """What ends a thread, a destructor or the process goes through the same filter."""
    code = CRASH.replace("FORMAT", repr(log_format))
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("bridge.crashed") == 3
    assert "beware of [secret]" in done.stderr
    assert SECRET not in done.stderr
    assert all(is_harmless(line) for line in done.stderr.split("\n"))
    assert not [line for line in done.stderr.split("\n") if line.startswith("2026-01-01 [error]")]
    if log_format == "json":
        assert len([json.loads(line) for line in done.stderr.splitlines()]) == 4


def test_the_throttle_lets_a_few_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst of lines, then one now and then, which says how many were held back."""
    now = 100.0
    monkeypatch.setattr("bot.logs.throttle.time.monotonic", lambda: now)
    throttle = LogThrottle(burst=2, seconds_per_line=10)
    assert [throttle.held_back() for _ in range(5)] == [0, 0, None, None, None]
    now = 110.0
    assert [throttle.held_back() for _ in range(2)] == [3, None]
