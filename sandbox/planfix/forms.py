"""URL-encoded forms, read strictly and kept as ordered pairs, since names repeat."""

import re
from urllib.parse import unquote_to_bytes

from sandbox.planfix.models import Pairs

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 1_000

_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class FormError(ValueError):
    """The body is not a proper URL-encoded form."""


def parse_form(body: bytes) -> Pairs:
    """Read `body` as pairs in their order.

    Raises:
        FormError: Non-ASCII bytes, broken percent-encoding, invalid UTF-8, a nameless field or
            too many fields.
    """
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise FormError("the form holds bytes that are not percent-encoded") from None
    parts = text.split("&") if text else []
    if len(parts) > MAX_FIELDS:
        raise FormError(f"more than {MAX_FIELDS} fields")
    return [_pair(part) for part in parts]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    if not name:
        raise FormError("a field without a name")
    return _decode(name), _decode(value)


def _decode(text: str) -> str:
    if _BROKEN_PERCENT.search(text):
        raise FormError("broken percent-encoding")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise FormError("invalid UTF-8") from None
