"""The person at the terminal, if there is one."""

import getpass
import sys
from collections.abc import Callable

from bot.logs.safety import Redactor

MASKED = "•••"


class Dialogue:
    """Asks and tells.

    Args:
        interactive: Whether there is somebody to ask.
        say: Where to tell.
    """

    def __init__(self, say: Callable[[str], None], *, interactive: bool) -> None:
        self.interactive = interactive
        self._say = say
        self._secrets: set[str] = set()

    def keep_secret(self, *secrets: str) -> None:
        """Never tell them, unless on purpose."""
        self._secrets.update(secrets)

    def tell(self, text: str) -> None:
        """Tell something, without the secrets that are known."""
        self._say(Redactor(self._secrets)(text))

    def hand_over(self, text: str) -> None:
        """Tell something that holds a secret, which the person needs."""
        self._say(text)

    def ask(self, question: str, default: str = "", *, secret: bool = False) -> str:
        """What the person answers; `default` if nothing.

        Raises:
            EOFError, KeyboardInterrupt: The person has had enough.
        """
        shown = MASKED if secret else default
        prompt = f"{question} [{shown}]: " if default else f"{question}: "
        if not secret:
            return input(prompt).strip() or default
        sys.stdout.flush()
        answer = getpass.getpass(prompt).strip() or default
        self.keep_secret(answer)
        return answer

    def agrees(self, question: str, yes: frozenset[str]) -> bool:
        """Whether the answer is one of those that mean yes; no answer means no."""
        return input(f"{question} ").strip().lower() in yes
