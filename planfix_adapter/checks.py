"""Checks what a client or a webhook is set up with, so that a mistake shows at once."""

from ipaddress import ip_address

from yarl import URL

from .models import ProviderId


def check_url(url: str) -> URL:
    """Gives PlanFix's address, ready to be called.

    Raises:
        ValueError: it is no address, holds a password, or is not HTTPS: plain HTTP may only go to
            loopback.
    """
    try:
        parsed = URL(url)
        (parsed.host or "").encode("idna")  # a name that DNS cannot hold would fail at each call
    except ValueError:
        parsed = URL()
    if parsed.user is not None or parsed.password is not None:
        raise ValueError("PlanFix's address must not hold a user name or a password.")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("PlanFix's address must look like https://account.planfix.com/webchat/api")
    if parsed.scheme == "http" and not _is_loopback(parsed.host):
        raise ValueError("PlanFix's address must start with https:// (http:// only on loopback).")
    return parsed.with_fragment(None)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_provider_id(provider_id: str) -> ProviderId:
    """Gives the id of a chat system.

    Raises:
        ValueError: it is blank, or holds the `~` that PlanFix keeps for itself.
    """
    if not provider_id.strip() or "~" in provider_id:
        raise ValueError("The provider_id must not be empty and must not hold a '~'.")
    return ProviderId(provider_id)


def check_token(token: str) -> str:
    """Gives a key.

    Raises:
        ValueError: it is blank.
    """
    if not token.strip():
        raise ValueError("A token must not be empty.")
    return token
