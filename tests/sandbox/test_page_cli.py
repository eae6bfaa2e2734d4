"""`python -m sandbox` as a process: what it prints, and that it ends and leaves nothing."""

import asyncio
import re
import signal
import sys

import aiohttp
import pytest

ORPHAN = """
import asyncio, subprocess
from sandbox.orphans import adopt_orphans, end_children
adopt_orphans()
# The shell dies at once, its child lives on.
made = subprocess.check_output(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"], text=True)
asyncio.run(end_children())
print(made.strip())
"""


async def test_it_prints_the_page_and_ends_on_ctrl_c() -> None:
    """Without a bridge it says how to set one up, and the page's address; SIGINT ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--no-bridge", "--page-port", "0",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    text = (await process.stdout.readuntil(b"Ctrl-C ends everything.")).decode()
    assert re.search(r"python -m bot setup --api-url http://127\.0\.0\.1:\d+\n", text)
    assert re.search(r"PlanFix's address +http://127\.0\.0\.1:\d+/webchat/api\n", text)
    address = re.search(r"Open (http://\S+/)", text)
    assert address
    async with aiohttp.ClientSession() as session, session.get(address[1]) as response:
        assert response.status == 200
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone lets us adopt orphans")
async def test_orphans_are_ended() -> None:
    """A process whose parent died is ended with us."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    gone = await asyncio.create_subprocess_exec(
        "kill", "-0", out.decode().strip(), stderr=asyncio.subprocess.DEVNULL
    )
    assert await gone.wait() != 0
