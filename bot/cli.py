"""The command line: `python -m bot …`."""

import argparse
import asyncio
import gc
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from bot.commands import chats as chats_command
from bot.commands import link as link_command
from bot.commands import queue as queue_command
from bot.commands.errors import CommandError
from bot.logs.logs import set_up_logging
from bot.logs.safety import Redactor
from bot.settings.loader import SettingsError, load_settings
from bot.settings.settings import Settings
from bot.setup.answers import add_arguments as add_setup_arguments
from bot.store.embedded_folder import EmbeddedError
from bot.store.store import StoreError
from bot.version import program_version

FAILED, WRONG_SETTINGS = 1, 2

_GARBAGE_THRESHOLDS = (10_000, 20, 20)
"""A message makes hundreds of objects, few of them in circles: so look for those rarely."""

COMMAND: Final = "planfix-telegram-bridge"
"""What we are called where we are installed; from the sources, `python -m bot`."""

Command = Callable[[Settings, argparse.Namespace, Redactor], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 well, 1 failed, 2 wrong settings or usage."""
    try:
        return _carry_out(arguments)
    except BrokenPipeError:  # whoever reads us, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more
        return FAILED


def _carry_out(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return WRONG_SETTINGS
    if options.command in _WITHOUT_SETTINGS:
        return _WITHOUT_SETTINGS[options.command](options)
    try:
        settings = load_settings(options.config)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person at the terminal
        return WRONG_SETTINGS
    return _in_words(settings, _COMMANDS[options.command], options)


def _parser() -> argparse.ArgumentParser:
    name = Path(sys.argv[0]).stem
    prog = name if name == COMMAND else "python -m bot"
    parser = argparse.ArgumentParser(prog=prog, description="PlanFix–Telegram bridge")
    parser.add_argument("--version", action="version", version=program_version())
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: ./config.toml, if there)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    run = commands.add_parser("run", parents=[common], help="carry messages until stopped")
    run.add_argument("-v", "--verbose", action="store_true", help="log every step (level debug)")
    spoken = argparse.ArgumentParser(add_help=False)
    spoken.add_argument("--language", choices=("ru", "en"), help="default: the terminal's")
    setup = commands.add_parser(
        "setup", parents=[common, spoken], help="write config.toml, step by step or from flags"
    )
    add_setup_arguments(setup)
    setup.set_defaults(program=prog)
    check = commands.add_parser(
        "check", parents=[common, spoken], help="is everything in order, and if not, what to do"
    )
    check.add_argument("--json", action="store_true", help="for machines")
    queue = commands.add_parser(
        "queue", parents=[common], help="what waits, and what was put aside for good"
    )
    queue_command.add_arguments(queue)
    chats = commands.add_parser("chats", parents=[common], help="list, ban or forget customers")
    chats_command.add_arguments(chats)
    link = commands.add_parser(
        "link", parents=[common], help="a link to the bot that tells where a customer comes from"
    )
    link_command.add_arguments(link)
    return parser


def _in_words(settings: Settings, command: Command, options: argparse.Namespace) -> int:
    """Carry a command out; what goes wrong with it is told in one line, without a secret."""
    redact = Redactor(settings.secrets())
    try:
        return command(settings, options, redact)
    except CommandError as error:
        print(redact(str(error)), file=sys.stderr)  # noqa: T201 - as above
        return FAILED
    except BrokenPipeError:
        raise
    except (StoreError, EmbeddedError, RedisError, OSError) as error:
        print(redact(f"The bridge cannot {options.command}: {_reason(error)}"), file=sys.stderr)  # noqa: T201 - as above
        return FAILED
    except (asyncio.CancelledError, KeyboardInterrupt):
        return FAILED


def _reason(error: Exception) -> str:
    """An error's words, without the number that the system has for it."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _check(options: argparse.Namespace) -> int:
    from bot.commands import check  # noqa: PLC0415 - as below

    with suppress(KeyboardInterrupt):
        return asyncio.run(check.run(options, _say))
    return FAILED


def _setup(options: argparse.Namespace) -> int:
    from bot.commands import setup  # noqa: PLC0415 - as below

    return setup.run(options, _say)


def _say(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may lack some of our characters
    print(text, flush=True)  # noqa: T201 - for the person at the terminal


_WITHOUT_SETTINGS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check,
    "setup": _setup,
}
"""Commands that tell by themselves what is wrong with the settings."""


def _run(settings: Settings, options: argparse.Namespace, redact: Redactor) -> int:
    # Imported here: everything else is told at once, without waiting for aiogram.
    with _lasting():
        from bot import app  # noqa: PLC0415

    log = settings.log.model_copy(update={"level": "debug"} if options.verbose else {})
    set_up_logging(log, redact)
    if settings.sentry.dsn:
        from bot.logs.sentry import report_errors  # noqa: PLC0415 - an extra, not always installed

        report_errors(settings.sentry.dsn.get_secret_value(), redact)
    asyncio.run(app.run(settings))
    return 0


@contextmanager
def _lasting() -> Iterator[None]:
    """What is made in the `with` block stays for ever: never look there for garbage again.

    aiogram's models are some hundred thousand objects, and to walk through them takes longer than
    to carry a hundred messages.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


def _queue(settings: Settings, options: argparse.Namespace, redact: Redactor) -> int:
    _log_warnings_alone(settings, redact)
    return asyncio.run(queue_command.run(settings, options, _saying(redact)))


def _chats(settings: Settings, options: argparse.Namespace, redact: Redactor) -> int:
    _log_warnings_alone(settings, redact)
    return asyncio.run(chats_command.run(settings, options, _saying(redact)))


def _link(settings: Settings, options: argparse.Namespace, redact: Redactor) -> int:
    _log_warnings_alone(settings, redact)
    return link_command.run(settings, options, _saying(redact))


_COMMANDS: Final[dict[str, Command]] = {
    "run": _run,
    "queue": _queue,
    "chats": _chats,
    "link": _link,
}


def _log_warnings_alone(settings: Settings, redact: Redactor) -> None:
    set_up_logging(settings.log.model_copy(update={"level": "warning"}), redact)


def _saying(redact: Redactor) -> Callable[[str], None]:
    def say(text: str) -> None:
        _say(redact(text))

    return say
