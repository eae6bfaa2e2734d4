"""Media links served in the test's own process, over a sandbox Telegram or any other server."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
from aiogram import Bot
from aiohttp import web
from yarl import URL

from bot.media.links import FileRef, MediaLinks
from bot.media.view import MediaView
from bot.settings.settings import TelegramSettings
from bot.telegram.api import http_session, make_bot
from bot.telegram.files import TelegramFiles
from sandbox.telegram import TelegramSandbox
from support import TOKEN

MEGABYTE = 1024 * 1024
DATA = os.urandom(300_000)
WEEK = timedelta(days=7)


class Media:
    """A media view of our own over a Telegram."""

    def __init__(self, api_url: str, telegram: TelegramSandbox, lifetime: timedelta) -> None:
        self.telegram = telegram
        self.bot: Bot = make_bot(
            TelegramSettings.model_validate({"token": TOKEN, "api_url": api_url})
        )
        self.links = MediaLinks(TOKEN, "", lifetime)
        self.view = MediaView(self.links, TelegramFiles(self.bot), at_once=2)
        self.http = aiohttp.ClientSession()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        self.view.register(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop everything."""
        await self.http.close()
        assert self._runner
        await self._runner.cleanup()
        await (await http_session(self.bot)).close()  # aiogram would sleep for a moment

    def link(self, data: bytes = DATA, name: str = "a.bin", mime_type: str = "") -> str:
        """A link to a new file."""
        file_id = self.telegram.add_file(data, name)
        return self.url + self.links.link(FileRef(file_id, name, mime_type))

    async def fetch(
        self, url: str, method: str = "GET", **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Fetch a link: status, headers, body. Redirects are not followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(
            method, URL(url, encoded=True), headers=named, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()


@asynccontextmanager
async def serving(
    telegram: TelegramSandbox, *, api_url: str = "", lifetime: timedelta = WEEK
) -> AsyncIterator[Media]:
    """A media view over `telegram`, or over another server at `api_url`."""
    media = Media(api_url or telegram.url, telegram, lifetime)
    await media.start()
    try:
        yield media
    finally:
        await media.close()
