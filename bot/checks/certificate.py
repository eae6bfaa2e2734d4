"""Our own certificate: readable, with its key, for the public host, and not about to expire."""

import ssl
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.checks.finding import Finding, State, found
from bot.settings.settings import ServerSettings
from bot.texts.checks import CheckTexts

NAME: Final = "certificate"

SOON_DAYS: Final = 14
_DAY = 86_400
_SETTING = "server.tls_certificate"
_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_ADDRESS = 10, 9, 62, 64


def look_at_certificate(server: ServerSettings, words: CheckTexts) -> Finding:
    """Look at `server.tls_certificate` and `server.tls_key` as a client would."""
    texts = words.certificate
    certificate, key = server.tls_certificate, server.tls_key
    if certificate is None or key is None:
        return found(NAME, State.OK, texts.none)
    for path, setting in ((certificate, _SETTING), (key, "server.tls_key")):
        if reason := _unreadable(path):
            fields = {"path": str(path), "reason": reason}
            return found(NAME, State.FAILED, texts.unreadable, setting=setting, **fields)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An empty password, so that nobody is asked for one.
        ours.load_cert_chain(certificate, key, password=b"")
        alone = _client(certificate)
    except (OSError, ValueError):
        fields = {"path": str(certificate), "key": str(key)}
        return found(NAME, State.FAILED, texts.no_pair, setting=_SETTING, **fields)
    host = urlsplit(server.public_url).hostname or ""
    return _judge(ours, alone, host, words)


def _judge(ours: ssl.SSLContext, alone: ssl.SSLContext, host: str, words: CheckTexts) -> Finding:
    texts = words.certificate
    try:
        until = _shake_hands(ours, alone, host)
    except ssl.SSLCertVerificationError as error:
        told = {
            _EXPIRED: texts.expired,
            _NOT_YET_VALID: texts.not_yet_valid,
            _OTHER_HOST: texts.wrong_host,
            _OTHER_ADDRESS: texts.wrong_host,
        }.get(error.verify_code, texts.unusable)
        fields = {"host": host, "reason": error.verify_message}
        return found(NAME, State.FAILED, told, setting=_SETTING, **fields)
    days = int((until - time.time()) / _DAY)
    try:
        _shake_hands(ours, ssl.create_default_context(), host)
    except ssl.SSLCertVerificationError as error:
        fields = {"reason": error.verify_message}
        return found(NAME, State.WARNING, texts.untrusted, setting=_SETTING, **fields)
    if days < SOON_DAYS:
        return found(NAME, State.WARNING, texts.soon, setting=_SETTING, days=days)
    return found(NAME, State.OK, texts.good, host=host, days=days)


def _unreadable(path: Path) -> str:
    """Why a file cannot be read; empty if it can."""
    try:
        path.read_bytes()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _client(certificate: Path) -> ssl.SSLContext:
    """A client that trusts this certificate itself, whoever has signed it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificate)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _shake_hands(ours: ssl.SSLContext, client: ssl.SSLContext, host: str) -> float:
    """Let a client connect to us in memory; returns until when our certificate holds.

    Raises:
        SSLCertVerificationError: It does not like our certificate.
    """
    to_us, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ours.wrap_bio(to_us, to_client, server_side=True)
    caller = client.wrap_bio(to_client, to_us, server_hostname=host)
    for _ in range(10):  # it takes two turns
        with suppress(ssl.SSLWantReadError):
            caller.do_handshake()
            break
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()
    certificate = caller.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))
