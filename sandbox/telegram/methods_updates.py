"""Methods by which the bot gets its updates."""

import re
from urllib.parse import urlsplit

from sandbox.telegram.errors import bad_request, conflict
from sandbox.telegram.registry import Call, method
from sandbox.telegram.webhook import DEFAULT_CONNECTIONS, WebhookSettings

LONGEST_POLL = 50
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
PORTS = frozenset({None, 80, 88, 443, 8443})


@method("getUpdates")
async def get_updates(call: Call) -> object:
    """Confirm what lies below `offset`, then wait for updates."""
    if call.webhook.settings is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    updates, parameters = call.world.updates, call.parameters
    updates.remember_allowed(parameters.json("allowed_updates"))
    updates.confirm(parameters.integer("offset"))
    limit = parameters.integer("limit", 100, minimum=1, maximum=100)
    seconds = parameters.integer("timeout", 0, minimum=0, maximum=LONGEST_POLL)
    return await updates.poll(limit, seconds)


@method("setWebhook")
async def set_webhook(call: Call) -> object:
    """Deliver updates to an address, or to none if `url` is empty."""
    parameters = call.parameters
    url = parameters.text("url")
    if not url:
        return await _delete(call)
    _check_url(url)
    secret = parameters.text("secret_token")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    places = parameters.integer("max_connections", DEFAULT_CONNECTIONS, minimum=1, maximum=100)
    if parameters.flag("drop_pending_updates"):
        call.world.updates.clear()
    call.world.updates.remember_allowed(parameters.json("allowed_updates"))
    call.world.updates.terminate_poller(conflict("terminated by setWebhook request"))
    address = parameters.text("ip_address")
    await call.webhook.set(WebhookSettings(url, secret, places, address))
    return True


def _check_url(url: str) -> None:
    """Check a webhook's address: HTTPS on Telegram's ports, or anything on this machine."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise bad_request("invalid webhook URL specified")
    if host in LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


@method("deleteWebhook")
async def delete_webhook(call: Call) -> object:
    """Go back to getUpdates."""
    return await _delete(call)


async def _delete(call: Call) -> bool:
    if call.parameters.flag("drop_pending_updates"):
        call.world.updates.clear()
    await call.webhook.delete()
    return True


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> object:
    """Return a WebhookInfo."""
    return call.webhook.info()
