"""`python -m bot queue`: what waits, what was put aside, and what to do about it."""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.commands.progress import Progress, duration
from bot.journal.dead_letters import DeadLetter, DeadLetters
from bot.journal.lanes import LANES
from bot.journal.overview import LaneOverview, overview
from bot.logs.safety import escape
from bot.settings.settings import Settings
from bot.store import store
from bot.tasks import check_cancelled

Say = Callable[[str], None]
_RETRIED_AT_ONCE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="overview")
    parser.add_argument("--json", action="store_true", help="for machines")
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, metavar="FILE")
    shown = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shown.add_argument("--json", action="store_true", help="for machines")
    show = actions.add_parser(
        "show", parents=[common, shown], help="a dead letter with its raw message"
    )
    show.add_argument("id")
    retry = actions.add_parser(
        "retry", parents=[common], help="try a dead letter again, or all of them"
    )
    which = retry.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?")
    which.add_argument("--all", action="store_true")
    drop = actions.add_parser("drop", parents=[common], help="forget a dead letter for ever")
    drop.add_argument("id")


async def run(settings: Settings, options: argparse.Namespace, say: Say) -> int:
    """Carry the command out, also while the bridge runs.

    Returns the exit code: 0 well, 1 there is no such letter.

    Raises:
        StoreError, EmbeddedError, RedisError, OSError: The store cannot be had.
    """
    async with store.opened(settings, beside_bridge=True) as redis:
        prefix = store.key_prefix(settings.telegram.bot_id)
        return await _act(redis, prefix, options, _harmless(say))


def _harmless(say: Say) -> Say:
    """Let nothing that others have written act on the terminal."""
    return lambda text: say("\n".join(map(escape, text.split("\n"))))


async def _act(redis: Redis, prefix: str, options: argparse.Namespace, say: Say) -> int:
    letters = DeadLetters(redis, prefix)
    match options.action:
        case "show":
            return await _show(letters, options.id, say, as_json=options.json)
        case "retry":
            return await _retry(letters, options, say)
        case "drop":
            return _told(await letters.drop(options.id), f"Dropped {options.id}.", say)
    lanes = [await overview(redis, prefix, lane) for lane in LANES]
    dead = [letter async for letter in letters.all()]
    if options.json:
        say(json.dumps(_as_json(lanes, dead), ensure_ascii=False))
    else:
        _print_overview(lanes, dead, say)
    return 0


def _print_overview(lanes: list[LaneOverview], dead: list[DeadLetter], say: Say) -> None:
    say(f"{'lane':<10}{'waiting':>9}{'chats':>8}{'oldest':>10}")
    for lane in lanes:
        say(f"{lane.lane:<10}{lane.entries:>9}{lane.chats:>8}{duration(lane.oldest):>10}")
    for lane in lanes:
        for box in lane.longest:
            if box.tries.count:
                say(
                    f"\n{lane.lane} chat {box.chat}: {box.entries} waiting for "
                    f"{duration(box.age)}, {box.tries.count} tries: {box.tries.reason}"
                )
    say(f"\ndead letters: {len(dead)}")
    for letter in dead:
        age = duration(time.time() - letter.buried_at)
        say(f"  {letter.entry.id}  {letter.lane} chat {letter.chat}, {age} ago: {letter.reason}")


def _as_json(lanes: list[LaneOverview], dead: list[DeadLetter]) -> dict[str, Any]:
    return {
        "lanes": [asdict(lane) for lane in lanes],
        "dead_letters": [_letter_as_json(letter) for letter in dead],
    }


def _letter_as_json(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.entry.id,
        "lane": letter.lane,
        "chat": letter.chat,
        "kind": letter.entry.kind,
        "reason": letter.reason,
        "stored_at": letter.entry.stored_at,
        "buried_at": letter.buried_at,
    }


async def _show(letters: DeadLetters, entry_id: str, say: Say, *, as_json: bool) -> int:
    letter = await letters.get(entry_id)
    if letter is None:
        return _told(False, "", say)
    body = letter.entry.body.decode(errors="replace")
    about = _letter_as_json(letter)
    if as_json:
        say(json.dumps(about | {"body": body}, ensure_ascii=False))
    else:
        for name, value in about.items():
            say(f"{name}: {value}")
        say(f"\n{body}")
    return 0


async def _retry(letters: DeadLetters, options: argparse.Namespace, say: Say) -> int:
    if not options.all:
        found = await letters.retry([options.id])
        return _told(bool(found), f"Put {options.id} back into its mailbox.", say)
    return await _retry_all(letters, [entry_id async for entry_id in letters.ids()], say)


async def _retry_all(letters: DeadLetters, ids: Sequence[str], say: Say) -> int:
    """Put back all that are there now; cut off, it has put back some and can be begun anew."""
    if not ids:
        say("There are no dead letters.")
        return 0
    progress, done = Progress("Put back", len(ids)), 0
    try:
        for start in range(0, len(ids), _RETRIED_AT_ONCE):
            batch = ids[start : start + _RETRIED_AT_ONCE]
            await letters.retry(batch)
            done += len(batch)
            progress.show(done)
            check_cancelled()
    finally:
        progress.clear()
        rest = "." if done == len(ids) else "; the same command goes on with the rest."
        say(f"Put back {done} of {len(ids)}{rest}")
    return 0


def _told(found: bool, words: str, say: Say) -> int:
    say(words if found else "There is no such dead letter; `queue` lists them.")
    return 0 if found else 1
