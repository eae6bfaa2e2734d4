"""Our certificate for HTTPS, picked up again whenever its files are renewed."""

import asyncio
import ssl
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger("bot.web.certificate")

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the files."""

_LOOKS_BEFORE_WARNING = 3
_Stamp = tuple[tuple[int, ...] | None, ...]


class Certificate:
    """A certificate chain and its key, as PEM files without a password.

    Clients that connect after a renewal see the new one; connections that are open go on. Files
    that do not fit together, because one of them is still to be replaced or for good, change
    nothing: the certificate before stays.

    Raises:
        OSError, ValueError: The files are no pair of a certificate and its key.
    """

    def __init__(self, chain: Path, key: Path) -> None:
        self._chain = chain
        self._key = key
        self._seen = self._stamp()
        self.context = self._newest = self._load()
        """For the server."""
        self.context.sni_callback = self._give_newest

    async def watch(self) -> None:
        """Look for renewed files, until cancelled."""
        failures = 0
        while True:
            await asyncio.sleep(LOOK_EVERY)
            stamp = self._stamp()
            if stamp == self._seen:
                failures = 0
                continue
            try:
                self._newest = self._load()
            except (OSError, ValueError) as error:
                failures += 1
                # Between the first of them and the second, two new files never fit.
                if failures == _LOOKS_BEFORE_WARNING:
                    self._warn(error)
            else:
                self._seen, failures = stamp, 0
                log.info("certificate.renewed", certificate=str(self._chain))

    def _load(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        # Without one, OpenSSL would ask for a password at the terminal.
        context.load_cert_chain(self._chain, self._key, password=lambda: "")
        return context

    def _give_newest(
        self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _: ssl.SSLContext
    ) -> None:
        """Change the certificate of a connection that begins; OpenSSL asks this for each."""
        connection.context = self._newest

    def _stamp(self) -> _Stamp:
        """What changes when a file is written or replaced."""
        return tuple(_stamp_of(path) for path in (self._chain, self._key))

    def _warn(self, error: Exception) -> None:
        log.error(
            "certificate.not_renewed",
            certificate=str(self._chain),
            key=str(self._key),
            reason=type(error).__name__,
            note="the new files are no pair of a certificate and its key; the old ones stay in use",
        )


def _stamp_of(path: Path) -> tuple[int, ...] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ctime_ns, about.st_ino, about.st_size
