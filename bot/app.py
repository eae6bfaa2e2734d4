"""The bridge as a whole: started from the store outwards, and taken down in the opposite order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final

import structlog

from bot.chats.memory import Memory
from bot.customers.menu import Menu
from bot.journal.backlog import Backlog
from bot.journal.worker import Worker
from bot.monitoring.history import History
from bot.monitoring.watch import Watch
from bot.planfix.file_hosts import FileHosts
from bot.planfix.files import PlanfixFiles
from bot.settings.settings import Settings
from bot.store import store
from bot.tasks import cancel
from bot.version import program_version
from bot.web.server import serving
from bot.wiring import connected, source_of, web_app, workers_of

log = structlog.get_logger("bot.app")

GRACE: Final = 7.0
"""Seconds that work in hand may take after SIGTERM."""


async def run(settings: Settings) -> None:
    """Run the bridge until SIGTERM or SIGINT; a second one ends it at once.

    Raises:
        StoreError: Redis cannot be trusted with messages.
        EmbeddedError: The embedded Valkey does not start.
        OSError: The server's port cannot be had.
        CancelledError: It was told twice, and did not finish what it had in hand.
    """
    stop = _Stop()
    try:
        async with running(settings):
            stop.started = True
            await stop.wait()
            log.info("bridge.stopping")
    except asyncio.CancelledError:
        if stop.started:
            raise
    log.info("bridge.stopped")


class _Stop:
    """The signals to end: before the start is complete, and the second time, they cut it short."""

    def __init__(self) -> None:
        self.started = False
        self._told = asyncio.Event()
        self._task = asyncio.current_task()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # on Windows, Ctrl-C cancels us by itself
                asyncio.get_running_loop().add_signal_handler(number, self._tell)

    def _tell(self) -> None:
        if self._task and (self._told.is_set() or not self.started):
            self._task.cancel()
        self._told.set()

    async def wait(self) -> None:
        """Return at the first signal."""
        await self._told.wait()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """The whole bridge, from the store outwards; taken down in the opposite order."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(store.opened(settings))
        core = await stack.enter_async_context(connected(settings, redis))
        files = PlanfixFiles(
            settings.storage.data_dir / "files",
            FileHosts(settings.planfix.url, settings.planfix.file_hosts),
            core.words.delivery,
        )
        stack.push_async_callback(files.close)
        memory = Memory(core.chats)
        stack.push_async_callback(memory.close)
        source = source_of(core)
        workers = workers_of(core, source, files, memory)
        watch = Watch(redis, core.prefix, core.journal, source, workers)
        history = History(redis, core.prefix, core.metrics, watch)
        app = web_app(core, source, watch, history)
        await stack.enter_async_context(serving(app, settings.server))
        await stack.enter_async_context(_beside(Backlog(redis, core.prefix).follow(), "backlog"))
        await stack.enter_async_context(core.bans.followed())
        await stack.enter_async_context(_working(workers))
        await stack.enter_async_context(_beside(history.keep(), "history"))
        await stack.enter_async_context(_beside(source.run(), "telegram source"))
        menu = Menu(core.bot, core.languages, shown=settings.customers.menu)
        await stack.enter_async_context(_beside(menu.run(), "menu of commands"))
        log.info(
            "bridge.started", version=program_version(), mode=settings.telegram.mode,
            bot_id=settings.telegram.bot_id,
        )  # fmt: skip
        yield


@asynccontextmanager
async def _working(workers: list[Worker]) -> AsyncIterator[None]:
    """The workers; at the end what they have in hand is finished, if it does not take long."""
    grace = GRACE
    for worker in workers:
        worker.start()
    try:
        yield
    except BaseException:
        grace = 0.0  # something is wrong, or we were told a second time
        raise
    finally:
        await asyncio.gather(*(worker.stop(grace) for worker in workers))


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Do `work` in the background, until the end of the `with` block."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await cancel(task)
