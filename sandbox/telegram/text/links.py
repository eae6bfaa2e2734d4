"""Which links Telegram accepts inside a text."""

import re

OWN_SCHEMES = ("tg://", "ton://", "tonsite://")
WEB = re.compile(
    r"(?:(?P<scheme>https?)://)?"
    r"(?P<user>[^/?#@\s]*@)?(?P<host>[^/?#@:\s\[\]]+\.[^/?#@:.\s]{2,}|\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])"
    r"(?P<port>:\d{1,5})?(?P<rest>[/?#]\S*)?",
    re.IGNORECASE,
)
MENTION = re.compile(r"tg://user/?\?(?:.*&)?id=(\d+)", re.IGNORECASE)


def checked_link(url: str) -> str:
    """Return `url` as Telegram would keep it; empty if it would not accept it."""
    url = url.strip()
    if url.lower().startswith(OWN_SCHEMES):
        return url
    found = WEB.fullmatch(url)
    if found is None:
        return ""
    scheme, rest = (found["scheme"] or "http").lower(), found["rest"] or ""
    path = rest if rest.startswith("/") else f"/{rest}"
    return f"{scheme}://{found['user'] or ''}{found['host'].lower()}{found['port'] or ''}{path}"


def mentioned_user(url: str) -> int | None:
    """Return the user that a `tg://user?id=…` link mentions."""
    found = MENTION.fullmatch(url.strip())
    return int(found[1]) if found else None
