"""The bridge as the sandbox's child: watched, started again, ended."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import pytest

from sandbox.bridge_process import Bridge

STAND_IN = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
print("started", os.getpid(), flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["STAND_IN_PORT"])), Ready).serve_forever()
"""


@pytest.fixture
async def bridge() -> AsyncIterator[Bridge]:
    """A stand-in for the bridge, run as a child."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (sys.executable, "-c", STAND_IN)
    child = Bridge(f"http://127.0.0.1:{port}", {"STAND_IN_PORT": str(port)}, command)
    child.start()
    yield child
    await child.close()


async def test_a_killed_bridge_is_started_again(bridge: Bridge) -> None:
    """After a kill the child is run anew, becomes ready, and both lives are in the log."""
    await bridge.wait_ready(20)
    bridge.kill()
    await bridge.feed.wait_until(lambda: bridge.starts == 2 and bridge.state == "ready", timeout=20)
    lines = list(bridge.log)
    assert lines[0].startswith("started")
    assert lines[1] == "(the bridge ended: signal 9)"
    assert lines[2].startswith("started")


async def test_the_child_ends_with_us(bridge: Bridge) -> None:
    """Closing ends the child for good."""
    await bridge.wait_ready(20)
    port = int(bridge.url.rpartition(":")[2])
    await bridge.close()
    assert bridge.state == "stopped"
    assert bridge.starts == 1
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_bridge_that_somebody_else_runs_is_watched_alone() -> None:
    """Without an environment nothing is started, and what does not answer is not ready."""
    bridge = Bridge("http://127.0.0.1:1")
    bridge.start()
    with pytest.raises(TimeoutError):
        await bridge.wait_ready(1)
    assert (bridge.managed, bridge.starts, bridge.state) == (False, 0, "starting")
    await bridge.close()
