"""All checks: side by side where they do not need each other, told in a fixed order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Final, Protocol, TypeVar

from aiohttp import ClientSession

from bot.checks import (
    certificate,
    machine,
    planfix,
    port,
    public_address,
    redis,
    telegram,
    updates,
)
from bot.checks.finding import Finding, State, found
from bot.settings.settings import Settings
from bot.tasks import cancel
from bot.texts.checks import CheckTexts

SETTINGS: Final = "settings"
NAMES: Final = (
    SETTINGS,
    machine.DISK,
    redis.NAME,
    port.NAME,
    certificate.NAME,
    telegram.NAME,
    planfix.NAME,
    machine.CLOCK,
    public_address.NAME,
    updates.NAME,
)
MOST_SECONDS: Final = 15.0


class _Found(Protocol):
    @property
    def finding(self) -> Finding: ...


_Look = TypeVar("_Look", bound=_Found)


async def check_everything(settings: Settings, words: CheckTexts) -> AsyncIterator[Finding]:
    """Every finding but that of the settings, in the order of `NAMES`, as soon as it is known."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(telegram.telegram_session(settings.telegram))
        checks = _start(_Shared(settings, words, session, stack))
        stack.push_async_callback(cancel, *checks.values())
        for name in NAMES[1:]:
            yield await checks[name]


class _Shared:
    """What several checks need to know, looked up once."""

    def __init__(
        self,
        settings: Settings,
        words: CheckTexts,
        session: ClientSession,
        stack: AsyncExitStack,
    ) -> None:
        self.settings = settings
        self.words = words
        self.session = session
        self._listening = AsyncExitStack()
        stack.push_async_exit(self._listening)
        self.port = asyncio.create_task(port.take_port(settings, words, self._listening))
        self.bot = asyncio.create_task(telegram.look_at_bot(session, settings.telegram, words))
        self.planfix = asyncio.create_task(planfix.look_at_planfix(settings.planfix, words))
        self.address = asyncio.create_task(self._look_at_address())
        stack.push_async_callback(cancel, self.port, self.bot, self.planfix, self.address)

    async def _look_at_address(self) -> public_address.AddressLook:
        await asyncio.wait([self.port])  # by now we listen, if nobody else does
        async with self._listening:  # and no longer: a bridge may be about to start
            return await public_address.look_at_address(self.settings, self.words)


def _start(shared: _Shared) -> dict[str, asyncio.Task[Finding]]:
    """All checks under way, by name."""
    settings, words = shared.settings, shared.words
    disk, server = settings.storage.data_dir, settings.server
    checks: dict[str, Coroutine[Any, Any, Finding]] = {
        machine.DISK: asyncio.to_thread(machine.look_at_disk, disk, words),
        redis.NAME: redis.look_at_redis(settings, words),
        port.NAME: _finding(shared.port),
        certificate.NAME: asyncio.to_thread(certificate.look_at_certificate, server, words),
        telegram.NAME: _finding(shared.bot),
        planfix.NAME: _finding(shared.planfix),
        machine.CLOCK: _clock(shared),
        public_address.NAME: _finding(shared.address),
        updates.NAME: _updates(shared),
    }
    end = asyncio.get_running_loop().time() + MOST_SECONDS
    return {
        name: asyncio.create_task(_guarded(name, check, end, words))
        for name, check in checks.items()
    }


async def _guarded(
    name: str, check: Coroutine[Any, Any, Finding], end: float, words: CheckTexts
) -> Finding:
    """The finding of a check, also if it takes too long or breaks down."""
    try:
        async with asyncio.timeout_at(end):
            return await check
    except TimeoutError:
        return found(name, State.FAILED, words.too_long, seconds=round(MOST_SECONDS))
    except Exception as error:  # noqa: BLE001 - a check that breaks down must not hide the others
        return found(name, State.FAILED, words.broke_down, reason=type(error).__name__)


async def _finding(look: asyncio.Task[_Look]) -> Finding:
    # Shielded: others wait for the same look, and must not lose it when one of them gives up.
    return (await asyncio.shield(look)).finding


async def _clock(shared: _Shared) -> Finding:
    bot, account = await asyncio.shield(shared.bot), await asyncio.shield(shared.planfix)
    return machine.look_at_clock([bot.skew, account.skew], shared.words)


async def _updates(shared: _Shared) -> Finding:
    words = shared.words
    if (await _finding(shared.bot)).state is not State.OK:
        before = words.labels[telegram.NAME]
        return found(updates.NAME, State.SKIPPED, words.skipped, before=before)
    here, address = await asyncio.shield(shared.port), await asyncio.shield(shared.address)
    # A bridge that answers at the public address may run elsewhere, in another container.
    running = here.running or (address.ours and not here.listening)
    return await updates.look_at_updates(shared.session, shared.settings, words, running=running)
