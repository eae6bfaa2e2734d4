"""`GET /probe`: proves that an address leads to a bridge of this bot."""

import hashlib
import hmac
import re
from typing import Final

from aiohttp import web

from bot.web.paths import PROBE_PATH

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Probe:
    """Answers challenges with a key that only a bridge of the same bot has.

    Args:
        secret: The bot's token; the key is derived from it, one way.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"address probe", hashlib.sha256)

    def answer(self, challenge: str) -> str:
        """What only we can answer to `challenge`."""
        return hmac.digest(self._key, challenge.encode(), hashlib.sha256).hex()

    def is_answer(self, challenge: str, answer: bytes) -> bool:
        """Whether somebody who has the same secret answered so."""
        return hmac.compare_digest(self.answer(challenge).encode(), answer.strip())

    def register(self, app: web.Application) -> None:
        """Add the route to `app`."""
        app.router.add_get(PROBE_PATH, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """200 with the answer to `?challenge=`; 400 for what is no challenge."""
        challenge = request.query.get("challenge", "")
        if not _CHALLENGE.fullmatch(challenge):
            return web.Response(status=400)
        return web.Response(text=self.answer(challenge), headers={"Cache-Control": "no-store"})
