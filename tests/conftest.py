"""Fixtures for all tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect, key_prefix
from support import World, world


@pytest.fixture
async def bridged(tmp_path: Path) -> AsyncIterator[World]:
    """A running bridge between a Telegram and a PlanFix."""
    async with world(tmp_path) as running:
        yield running


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    """A real, empty Valkey."""
    valkey = EmbeddedValkey(tmp_path)
    await valkey.start()
    connection = connect(valkey.url)
    yield connection
    await connection.aclose()
    await valkey.stop()


@pytest.fixture
def prefix() -> str:
    """What a bot's keys begin with."""
    return key_prefix(42)
