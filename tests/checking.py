"""Runs `check` in the process of the tests, against real servers, and what may be wrong there."""

import argparse
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.commands import check
from bot.settings.loader import variable_of
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox
from support import PLANFIX_KEY, TOKEN, WEBHOOK_KEY, free_port
from wrong_servers import Certificates

SECRETS = (TOKEN, TOKEN.partition(":")[2], PLANFIX_KEY, WEBHOOK_KEY, "marker-proxy", "marker-redis")


@dataclass
class Place:
    """What the settings lead to, and the settings themselves, by key."""

    telegram: TelegramSandbox
    planfix: PlanfixSandbox
    redis: Redis
    certificates: Certificates
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def fill(self, redis_url: str) -> None:
        """Make every setting right."""
        port = free_port()
        self.settings = {
            "telegram.token": TOKEN,
            "telegram.api_url": self.telegram.url,
            "planfix.url": self.planfix.url,
            "planfix.token": PLANFIX_KEY,
            "planfix.webhook_token": WEBHOOK_KEY,
            "server.port": str(port),
            "server.public_url": f"http://127.0.0.1:{port}",
            "redis.url": redis_url,
            "storage.data_dir": str(self.folder / "data"),
        }

    @property
    def config(self) -> Path:
        """A settings file; nothing is in it at first."""
        return self.folder / "config.toml"


Break = Callable[[Place], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong, and what `check` must say about it."""

    check: str
    words: tuple[str, ...]
    spoil: Break
    state: str = "failed"


WRONG: dict[str, Wrong] = {}


def wrong(
    check_name: str, *words: str, state: str = "failed"
) -> Callable[[Callable[[Place], AsyncIterator[None]]], None]:
    """Take a function that spoils a place as something that `check` has to find."""

    def take(spoil: Callable[[Place], AsyncIterator[None]]) -> None:
        name = spoil.__name__.removeprefix("_")
        WRONG[name] = Wrong(check_name, words, asynccontextmanager(spoil), state)

    return take


def wrong_setting(name: str, check_name: str, *words: str, **settings: str) -> None:
    """Take settings (`section__key`) that are wrong in themselves as something to find."""

    @asynccontextmanager
    async def spoil(place: Place) -> AsyncIterator[None]:
        place.settings |= {key.replace("__", "."): value for key, value in settings.items()}
        yield

    WRONG[name] = Wrong(check_name, words, spoil)


async def run_check(place: Place, language: str = "en") -> tuple[int, dict[str, Any]]:
    """Run the command with the settings of a place: its exit code, and what it told as JSON."""
    told: list[str] = []
    config = place.config if place.config.exists() else None
    options = argparse.Namespace(config=config, json=True, language=language)
    with _alone(place.settings):
        code = await check.run(options, told.append)
    [text] = told
    assert not [secret for secret in SECRETS if secret in text]
    return code, json.loads(text)


class _alone:  # noqa: N801 - reads as a statement
    """The environment with these settings alone, and logging as it was afterwards."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._settings = {variable_of(key): value for key, value in settings.items()}

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._before = (root.handlers, root.level, sys.excepthook, sys.unraisablehook)
        self._environment = dict(os.environ)
        for name in list(os.environ):
            if name.upper().startswith("BRIDGE_"):
                del os.environ[name]
        os.environ.update(self._settings)

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        logging.captureWarnings(capture=False)
        root.handlers, root.level, sys.excepthook, sys.unraisablehook = self._before
        structlog.reset_defaults()
        os.environ.clear()
        os.environ.update(self._environment)
