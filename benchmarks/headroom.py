"""What the far side itself can do: it must not be what is measured.

A second far side plays a bridge that does nothing but ask: its operators post at the first one's
servers, over as many connections as the figures use.
"""

from typing import Final

from .far_side.process import FarSideProcess, far_side
from .figures.figure import Values

CALLS: Final = 10_000
AT_ONCE: Final = 32
CHATS: Final = 300


async def headroom(far: FarSideProcess, *, quick: bool) -> Values:
    """The calls per second that each server answers, asked by a process that does nothing else."""
    calls = CALLS // 10 if quick else CALLS
    async with far_side() as press:
        found = {
            "planfix_most": await _rate(far, press, far.planfix_url, calls),
            "telegram_most": await _rate(far, press, f"{far.telegram_url}/bot/sendMessage", calls),
        }
    await far.stage.reset()
    return found


async def _rate(far: FarSideProcess, press: FarSideProcess, url: str, calls: int) -> float:
    await far.stage.reset()
    posts = await press.stage.post(url=url, messages=calls, chats=CHATS, at_once=AT_ONCE)
    return len(posts) / (max(post[2] for post in posts) - min(post[1] for post in posts))
