"""The command line: `python -m bot …`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings, SettingsError, load_settings

WRONG_SETTINGS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 well, 1 failed, 2 wrong settings or usage."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings(options.config)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person at the terminal
        return WRONG_SETTINGS
    return _run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="PlanFix–Telegram bridge")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: ./config.toml, if there)"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", parents=[common], help="carry messages until stopped")
    return parser


def _run(settings: Settings) -> int:
    # Imported here: wrong settings are told at once, without waiting for aiogram.
    from bot import app  # noqa: PLC0415
    from bot.embedded import EmbeddedError  # noqa: PLC0415
    from bot.logs import Redactor, set_up_logging  # noqa: PLC0415
    from bot.store import StoreError  # noqa: PLC0415

    redact = Redactor(settings.secrets())
    set_up_logging(settings.log, redact)
    try:
        asyncio.run(app.run(settings))
    except (StoreError, EmbeddedError, OSError) as error:
        print(redact(f"The bridge cannot run: {error}"), file=sys.stderr)  # noqa: T201 - as above
        return 1
    return 0
