"""The version of the layout in which a bot's keys lie in Redis, and how an older one is brought up.

A store of an earlier build is migrated step by step, by one process of those that start together;
one of a later build is refused. A step may be cut off and begun anew, so it has to be safe to
repeat; the version is written behind it. A server that takes over knows the version only if it
knows all that was written before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from redis.asyncio import Redis

from bot.journal.lanes import LANES
from bot.journal.scripts import load_script
from bot.store.errors import StoreError
from bot.store.leadership import Leadership
from bot.tasks import cancel

log = structlog.get_logger("bot.store.version")

Migration = Callable[[Redis, str], Awaitable[None]]
"""Brings the keys with a prefix from one version to the next. Safe to repeat after a cut."""

MIGRATIONS: Final[Sequence[Migration]] = ()
"""The first one leads from version 1 to 2, the next one from 2 to 3, and so on."""

_LOOK_EVERY: Final = 0.5


async def check_version(
    redis: Redis, prefix: str, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Make sure that this build and what is stored fit together. Changes nothing.

    Raises:
        StoreError: What is stored has another layout.
    """
    await _version(redis, prefix, migrations, oldest=len(migrations) + 1)


async def bring_up(redis: Redis, prefix: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make what is stored fit this build, and note the version; several may do so at once.

    Raises:
        StoreError: A later build has stored it.
    """
    version, noted = await _version(redis, prefix, migrations, oldest=1)
    if version <= len(migrations):
        await _migrate_once(redis, prefix, migrations)
    elif not noted:
        await redis.set(_key(prefix), version, nx=True)


async def _version(
    redis: Redis, prefix: str, migrations: Sequence[Migration], oldest: int
) -> tuple[int, bool]:
    """The version of what is stored, and whether it is written down."""
    current = len(migrations) + 1
    script = load_script(redis, "version")
    version, noted = await script(keys=[prefix], args=[current, *LANES])
    if version > current:
        raise StoreError(
            f"what is stored has layout {version}, and this version of the bridge knows layouts up "
            f"to {current}: a newer bridge has used the store; run that one, or a newer one"
        )
    if version < oldest:
        raise StoreError(
            f"what is stored has layout {version}, and this version of the bridge needs {current}: "
            "stop every older bridge and start this one once, with `run`: it brings the store up"
        )
    return int(version), bool(noted)


async def _migrate_once(redis: Redis, prefix: str, migrations: Sequence[Migration]) -> None:
    """Migrate, or wait until another process has."""

    async def migrate() -> None:
        while (version := (await _version(redis, prefix, migrations, oldest=1))[0]) <= len(
            migrations
        ):
            log.warning("store.migrating", layout=version, to=version + 1)
            await migrations[version - 1](redis, prefix)
            await redis.set(_key(prefix), version + 1)
            log.warning("store.migrated", layout=version + 1)

    leading = asyncio.create_task(Leadership(redis, f"{prefix}migrator").lead(migrate))
    try:
        while (await _version(redis, prefix, migrations, oldest=1))[0] <= len(migrations):
            await asyncio.wait([leading], timeout=_LOOK_EVERY)
            if leading.done():
                await leading  # it raises why the migration failed
    finally:
        await cancel(leading)


def _key(prefix: str) -> str:
    return f"{prefix}version"
