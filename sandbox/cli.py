"""`python -m sandbox`: both servers, the page, and the bridge between them."""

import argparse
import asyncio
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from sandbox.bridge_process import COMMAND, Bridge
from sandbox.orphans import adopt_orphans, end_children
from sandbox.page_server import PageServer
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox

LOOPBACK = "127.0.0.1"
PAGE_PORT, BRIDGE_PORT = 8800, 8080
READY_SECONDS = 60
MOST_STARTS = 3

PLANFIX_TOKEN = "planfix-key"  # noqa: S105 - made up, opens nothing beyond this machine
WEBHOOK_TOKEN = "bridge-key"  # noqa: S105 - made up, opens nothing beyond this machine

_HOW_TO_SET_UP = """
Telegram and PlanFix are up. Set up a bridge of yours in another terminal:

  python -m bot setup --api-url {BRIDGE_TELEGRAM__API_URL}

It asks for

  the bot's token              {BRIDGE_TELEGRAM__TOKEN}
  PlanFix's address            {BRIDGE_PLANFIX__URL}
  PlanFix's key                {BRIDGE_PLANFIX__TOKEN}
  the address of this server   {BRIDGE_SERVER__PUBLIC_URL}

and names the chat's address and key for the window "API ПланФикса для чатов": on the page,
the plug at the top of PlanFix's half opens it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox until Ctrl-C or SIGTERM; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_run(options))
    except OSError as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)  # noqa: T201 - a command line speaks
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK, help="where the page listens (%(default)s)")
    parser.add_argument(
        "--page-port", type=int, help=f"the page's port ({PAGE_PORT}, or a free one if taken)"
    )
    parser.add_argument("--telegram-port", type=int, default=0, help="0: a free one")
    parser.add_argument("--planfix-port", type=int, default=0, help="0: a free one")
    parser.add_argument(
        "--no-bridge", action="store_true", help="run no bridge, and say how to set up one"
    )
    parser.add_argument("--data-dir", type=Path, help="the bridge's data (a temporary directory)")
    return parser


async def _run(options: argparse.Namespace) -> None:
    ended = _ended_by_signal()
    adopt_orphans()
    async with AsyncExitStack() as stack:
        telegram, planfix = await _open_servers(stack, options)
        port = _port_for_a_bridge() if options.no_bridge else _free_port()
        url = f"http://{LOOPBACK}:{port}"
        if not options.no_bridge:
            planfix.connect(f"{url}/planfix", WEBHOOK_TOKEN)
        data_dir = options.data_dir or Path(stack.enter_context(_temporary_directory()))
        settings = _settings(telegram, planfix, url, port, data_dir)
        bridge = Bridge(url) if options.no_bridge else _child(url, settings, data_dir)
        page = await _open_page(stack, PageServer(telegram, planfix, bridge), options)
        stack.push_async_callback(end_children)
        stack.push_async_callback(bridge.close)
        bridge.start()
        await _announce(page, bridge, settings, ended)
        await ended.wait()
        _say("Ending…")


async def _open_servers(
    stack: AsyncExitStack, options: argparse.Namespace
) -> tuple[TelegramSandbox, PlanfixSandbox]:
    # A new bot each time: kept data of an earlier run speaks of that run's updates.
    telegram = TelegramSandbox(f"{int(time.time())}:SANDBOX", enforce_limits=True)
    stack.push_async_callback(telegram.close)
    await telegram.start(port=options.telegram_port)
    planfix = PlanfixSandbox(PLANFIX_TOKEN, webhook_token="")
    stack.push_async_callback(planfix.close)
    await planfix.start(port=options.planfix_port)
    return telegram, planfix


async def _open_page(
    stack: AsyncExitStack, page: PageServer, options: argparse.Namespace
) -> PageServer:
    page.telegram.add_customer("Мария", "Соколова", "maria_sokolova", "ru")
    page.telegram.add_customer("James", "Miller", "jmiller", "en")
    stack.push_async_callback(page.close)
    if options.page_port is not None:
        await page.start(options.host, options.page_port)
        return page
    try:
        await page.start(options.host, PAGE_PORT)
    except OSError:  # taken
        await page.start(options.host, 0)
    return page


def _child(url: str, settings: Mapping[str, str], data_dir: Path) -> Bridge:
    data_dir.mkdir(parents=True, exist_ok=True)
    config = data_dir / "sandbox.toml"  # empty, so that no ./config.toml has a say
    config.touch()
    return Bridge(url, settings, (*COMMAND, "--config", str(config)))


def _ended_by_signal() -> asyncio.Event:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def _settings(
    telegram: TelegramSandbox, planfix: PlanfixSandbox, url: str, port: int, data_dir: Path
) -> dict[str, str]:
    return {
        "BRIDGE_TELEGRAM__TOKEN": telegram.token,
        "BRIDGE_TELEGRAM__API_URL": telegram.url,
        "BRIDGE_PLANFIX__URL": planfix.url,
        "BRIDGE_PLANFIX__TOKEN": PLANFIX_TOKEN,
        "BRIDGE_PLANFIX__WEBHOOK_TOKEN": WEBHOOK_TOKEN,
        "BRIDGE_SERVER__PORT": str(port),
        "BRIDGE_SERVER__PUBLIC_URL": url,
        "BRIDGE_STORAGE__DATA_DIR": str(data_dir),
        "BRIDGE_CUSTOMERS__ASK_PHONE": "word",
    }


async def _announce(
    page: PageServer, bridge: Bridge, settings: Mapping[str, str], ended: asyncio.Event
) -> None:
    if not bridge.managed:
        _say(_HOW_TO_SET_UP.format_map(settings))
    elif not await _becomes_ready(bridge, ended) and not ended.is_set():
        _say("The bridge is not ready yet. The last lines of its log:", *list(bridge.log)[-10:])
    if not ended.is_set():
        _say("", f"  Open {page.url}", "  Ctrl-C ends everything.", "")


async def _becomes_ready(bridge: Bridge, ended: asyncio.Event) -> bool:
    waits = [
        asyncio.create_task(bridge.wait_ready(READY_SECONDS, starts=MOST_STARTS)),
        asyncio.create_task(ended.wait()),
    ]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    return bridge.state == "ready"


def _port_for_a_bridge() -> int:
    try:
        return _free_port(BRIDGE_PORT)
    except OSError:  # taken
        return _free_port()


def _free_port(wanted: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, wanted))
        return int(probe.getsockname()[1])


def _temporary_directory() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="bridge-sandbox-", ignore_cleanup_errors=True)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a command line speaks
