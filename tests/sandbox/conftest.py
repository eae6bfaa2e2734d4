"""Fixtures for the tests of the sandbox's Telegram."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from bot_api import BotApiClient

from sandbox.telegram import Customer, TelegramSandbox


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """A listening Telegram."""
    async with TelegramSandbox(webhook_pause_scale=0.01) as server:
        yield server


@pytest.fixture
async def api(telegram: TelegramSandbox) -> AsyncIterator[BotApiClient]:
    """The bot's side of it, in plain HTTP."""
    async with aiohttp.ClientSession() as session:
        yield BotApiClient(session, telegram.url, telegram.token)


@pytest.fixture
async def customer(telegram: TelegramSandbox) -> Customer:
    """A person who has started the bot."""
    person = telegram.add_customer("Иван", "Петров", username="ivan_petrov")
    person.start()
    telegram.updates.clear()
    return person
