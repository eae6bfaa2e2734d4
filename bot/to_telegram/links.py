"""Addresses in operators' texts: which become links, and how the others are shown."""

import re
from typing import Final
from urllib.parse import urlsplit

from yarl import URL

_WEB: Final = frozenset({"http", "https"})
_SHOWN_WITHOUT: Final = re.compile(r"(?i)^(?:mailto|tel):(?://)?")
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[\w-]{2,}|\d+(?:\.\d+){3}")
_LONGEST_LINK: Final = 2048
_LONGEST_SHOWN: Final = 200


def safe_link(address: str) -> str:
    """The address as Telegram takes it in a link; empty if it must not or cannot be one.

    Links are made to web pages, and to Telegram's `tg://resolve`. Mail addresses and phone numbers
    are links by themselves wherever they are written. Everything else, scripts above all, is not.
    """
    address = _CONTROLS.sub("", address)
    if address.startswith("//"):
        address = f"https:{address}"
    if address.lower().startswith("tg://resolve?"):
        return address
    try:
        parts = urlsplit(address)
        if parts.scheme.lower() not in _WEB or parts.username or len(address) > _LONGEST_LINK:
            return ""
        link = URL(address)
        host = link.raw_host or ""
        _ = link.port
    except ValueError:
        return ""
    return str(link) if _HOST.fullmatch(host) else ""


def shown_address(address: str, label: str) -> str:
    """What to write behind `label` for an address that is no link; empty if nothing is needed."""
    address = _SHOWN_WITHOUT.sub("", _CONTROLS.sub("", address))
    if not address or address[0] == "#" or address.lower().startswith("data:"):
        return ""
    if address in label or address.partition("?")[0] == label.strip():
        return ""
    shown = address if len(address) <= _LONGEST_SHOWN else f"{address[:_LONGEST_SHOWN]}…"
    return f"({shown})"
