"""Which start links fill in what: their signatures, and the names that they may use."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass

from bot.start.payload import MAX_PAYLOAD, NOTHING_SAID, PayloadError, StartPayload, build, parse

_SIGNATURE_BYTES = 6
"""48 bits, which can only be guessed by writing to the bot, and win nothing but a task's fields."""
_SIGNATURE = _SIGNATURE_BYTES * 4 // 3
_SIGNED = "_"
"""What a signed payload begins with; no part of a payload does."""


@dataclass(frozen=True, slots=True)
class Started:
    """What came with the customer's /start."""

    said: StartPayload = NOTHING_SAID
    """What fills in the task."""
    unsigned: bool = False
    """It says something, but without the signature that is required."""


class StartLinks:
    """Makes payloads and reads them.

    Args:
        secret: Any secret of the bot; the signing key is derived from it, one way.
        names: The fields of a task that a link may fill in.
        require_signature: Whether links without a signature fill in nothing.
    """

    def __init__(self, secret: str, names: Collection[str], *, require_signature: bool) -> None:
        self._key = hmac.digest(secret.encode(), b"start links", hashlib.sha256)
        self._names = frozenset(names)
        self.require_signature = require_signature

    def payload(self, wanted: StartPayload, *, signed: bool) -> str:
        """The payload that says `wanted`, signed if so asked or if it has to be.

        Raises:
            PayloadError: It is too long, or it holds what no link can hold.
        """
        if not wanted:
            raise PayloadError("there is nothing to say in the link")
        if not (signed or self.require_signature):
            return build(wanted)
        said = build(wanted, MAX_PAYLOAD - len(_SIGNED) - _SIGNATURE)
        return f"{_SIGNED}{self._signature(said)}{said}"

    def read(self, payload: str) -> Started:
        """What a payload fills in: nothing, if it is none of ours."""
        signed = payload.startswith(_SIGNED)
        text = payload[len(_SIGNED) + _SIGNATURE :] if signed else payload
        if signed and not self._is_signed(payload, text):
            return Started()
        said = parse(text)
        allowed = self._allowed(said) if said else NOTHING_SAID
        if allowed and self.require_signature and not signed:
            return Started(unsigned=True)
        return Started(allowed)

    def unknown(self, wanted: StartPayload) -> list[str]:
        """The fields in `wanted` that links may not fill in."""
        return [name for name in wanted.fields if name not in self._names]

    def _allowed(self, said: StartPayload) -> StartPayload:
        fields = {name: text for name, text in said.fields.items() if name in self._names}
        return StartPayload(fields, said.title)

    def _is_signed(self, payload: str, text: str) -> bool:
        given = payload[len(_SIGNED) : len(_SIGNED) + _SIGNATURE]
        return hmac.compare_digest(given.encode(errors="replace"), self._signature(text).encode())

    def _signature(self, text: str) -> str:
        code = hmac.digest(self._key, text.encode(errors="replace"), hashlib.sha256)
        return urlsafe_b64encode(code[:_SIGNATURE_BYTES]).decode()
