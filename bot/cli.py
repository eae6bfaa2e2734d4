"""The command line: `python -m bot …`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.settings import Settings
from bot.settings_loader import SettingsError, load_settings

FAILED, WRONG_SETTINGS = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 well, 1 failed, 2 wrong settings or usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return WRONG_SETTINGS
    try:
        settings = load_settings(options.config)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person at the terminal
        return WRONG_SETTINGS
    return _run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="PlanFix–Telegram bridge")
    parser.add_argument("--version", action="version", version=_version())
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: ./config.toml, if there)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", parents=[common], help="carry messages until stopped")
    return parser


def _version() -> str:
    try:
        return version("planfix-telegram-bridge")
    except PackageNotFoundError:
        return "not installed: run from its sources"


def _run(settings: Settings) -> int:
    # Imported here: wrong settings are told at once, without waiting for aiogram.
    from bot import app  # noqa: PLC0415
    from bot.embedded import EmbeddedError  # noqa: PLC0415
    from bot.log_safety import Redactor  # noqa: PLC0415
    from bot.logs import set_up_logging  # noqa: PLC0415
    from bot.store import StoreError  # noqa: PLC0415

    redact = Redactor(settings.secrets())
    set_up_logging(settings.log, redact)
    try:
        asyncio.run(app.run(settings))
    except (StoreError, EmbeddedError, OSError) as error:
        print(redact(f"The bridge cannot run: {error}"), file=sys.stderr)  # noqa: T201 - as above
        return FAILED
    except (asyncio.CancelledError, KeyboardInterrupt):
        return FAILED
    return 0
