"""`python -m bot link`: a link to the bot that tells where a customer comes from."""

import argparse
import asyncio
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.commands.errors import CommandError
from bot.settings.settings import Settings
from bot.start.links import StartLinks
from bot.start.payload import CODES, NOTHING_SAID, TITLE, PayloadError, StartPayload

Say = Callable[[str], None]

UTM: Final = [name for name in CODES.values() if name != TITLE]

_BOT_NAME = re.compile(r"(?:https?://t\.me/|@)?([A-Za-z]\w{3,31})", re.ASCII)
_TERMINAL = "-"
_PICTURES = {".svg", ".png"}
_WHITE_ON_BLACK, _AS_BEFORE = "\x1b[97;40m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    for name in UTM:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=f"fills in {name}")
    parser.add_argument(
        "--field", action="append", default=[], metavar="NAME=VALUE", help="fills in another field"
    )
    parser.add_argument("--title", default="", help="the title of the task")
    parser.add_argument("--signed", action="store_true", help="nobody can change what it says")
    parser.add_argument(
        "--qr", metavar="FILE", help="its QR code: a .svg or .png file, or - for the terminal"
    )
    parser.add_argument(
        "--bot", metavar="NAME", help="the bot's name; without it Telegram is asked"
    )
    parser.add_argument(
        "--no-check", action="store_true", help="also take fields that start.fields does not have"
    )
    parser.add_argument("--json", action="store_true", help="for machines")


def run(settings: Settings, options: argparse.Namespace, say: Say) -> int:
    """Make the link and show it; returns the exit code.

    Raises:
        CommandError: No link can say this, or Telegram does not tell the bot's name.
        OSError: The file cannot be written.
    """
    payload = _payload(settings, options)
    name = _bot_name(options.bot) if options.bot else asyncio.run(_ask_name(settings))
    link = f"https://t.me/{name}" + (f"?start={payload}" if payload else "")
    if options.qr and options.qr != _TERMINAL:
        _save(link, Path(options.qr))
    if options.json:
        say(json.dumps({"link": link, "payload": payload}))
        return 0
    say(link)
    if options.qr == _TERMINAL or (not options.qr and sys.stdout.isatty()):
        say("\n" + _drawn(link, colours=sys.stdout.isatty()))
    return 0


def _payload(settings: Settings, options: argparse.Namespace) -> str:
    """What stands behind `?start=`; empty if the link is to say nothing."""
    wanted = StartPayload(dict(_fields(options)), options.title)
    if wanted == NOTHING_SAID:
        return ""
    start = settings.start
    links = StartLinks(
        settings.telegram.token.get_secret_value(),
        start.fields,
        require_signature=start.require_signature,
    )
    unknown = links.unknown(wanted)
    if unknown and not options.no_check:
        raise CommandError(
            f"the bridge would not fill in {', '.join(unknown)}: add that to start.fields in the "
            "settings, or make the link all the same with --no-check"
        )
    try:
        return links.payload(wanted, signed=options.signed)
    except PayloadError as error:
        raise CommandError(str(error)) from None


def _fields(options: argparse.Namespace) -> list[tuple[str, str]]:
    known = [(name, getattr(options, name)) for name in UTM]
    fields = [(name, value) for name, value in known if value is not None]
    for text in options.field:
        name, separator, value = text.partition("=")
        if not separator:
            raise CommandError(f"--field {text}: must be NAME=VALUE")
        fields.append((name, value))
    names = [name for name, _ in fields]
    if len(set(names)) < len(names):
        raise CommandError("a field is given twice")
    return fields


def _bot_name(text: str) -> str:
    found = _BOT_NAME.fullmatch(text)
    if not found:
        raise CommandError(f"--bot {text}: is no name of a bot, such as @example_bot")
    return found[1]


async def _ask_name(settings: Settings) -> str:
    """The bot's name, from Telegram."""
    # Imported here: without aiogram the command answers at once.
    from bot.telegram.api import TelegramCallError, make_bot, raw_call  # noqa: PLC0415

    bot = make_bot(settings.telegram)
    try:
        me = await raw_call(bot, "getMe", {}, seconds=15)
        return _bot_name(me["username"])
    except TelegramCallError as error:
        raise CommandError(
            f"Telegram does not tell the bot's name ({error}); you can name it with --bot"
        ) from None
    except (LookupError, TypeError):
        raise CommandError("Telegram tells no name of the bot; name it with --bot") from None
    finally:
        await bot.session.close()


def _save(link: str, path: Path) -> None:
    import segno  # noqa: PLC0415 - the bridge starts without it

    if path.suffix.lower() not in _PICTURES:
        raise CommandError(f"--qr {path}: must end with .svg or .png, or be - for the terminal")
    segno.make_qr(link, error="m").save(str(path), scale=8)


def _drawn(link: str, *, colours: bool) -> str:
    """The QR code as text; with colours it can be read on terminals of any colour."""
    import segno  # noqa: PLC0415 - as above

    out = io.StringIO()
    segno.make_qr(link).terminal(out, compact=True)
    lines = out.getvalue().splitlines()
    return "\n".join(f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}" if colours else line for line in lines)
