"""English texts of `check`."""

from bot.texts.checks import (
    AddressTexts,
    CertificateTexts,
    CheckTexts,
    ClockTexts,
    DiskTexts,
    PortTexts,
    Told,
)
from bot.texts.checks_services_en import NETWORK, PLANFIX, REDIS, TELEGRAM, UPDATES

_ADDRESS = AddressTexts(
    good=Told("{url} leads to this bridge."),
    out_of_reach=Told(
        "PlanFix cannot reach {url}: that is an address inside your own network.",
        "Put the address by which this server is reached from the internet into server.public_url.",
    ),
    other_bridge=Told(
        "At {url} a bridge with another bot answers.",
        "Give each bridge an address of its own, or correct server.public_url.",
    ),
    redirect=Told(
        "{url} redirects to {target}, and PlanFix may not follow.",
        "Put the final address into server.public_url.",
    ),
    no_backend=Told(
        "At {url} a web server answers that does not reach the bridge (status {status}).",
        "Let it pass /planfix, /telegram, /media/ and /probe on to {server}, where the bridge "
        "listens (server.host, server.port).",
    ),
    no_path=Told(
        "At {url} a web server answers that does not pass /probe on (status {status}).",
        "Let it pass /planfix, /telegram, /media/ and /probe on to {server}, "
        "or correct server.public_url.",
    ),
    closed=Told(
        "At {url} a web server answers that lets nobody in (status {status}).",
        "Let PlanFix in there without a password: the bridge checks the key by itself.",
    ),
    stranger=Told(
        "At {url} something else answers (status {status}).",
        "Correct server.public_url, or let the web server there pass /planfix, /telegram, /media/ "
        "and /probe on to {server}.",
    ),
    advice=(
        "From outside, the way goes to {server}: the web server in front, the port's forwarding "
        "and the firewall must allow it. Some routers do not let you reach your own address from "
        "inside: try it from a phone too."
    ),
)

_PORT = PortTexts(
    free=Told("{where} is free for the bridge."),
    running=Told("The bridge is running at {where}."),
    taken=Told(
        "Another program has {where}.",
        "End it, or choose another server.port (and tell the web server in front).",
    ),
    forbidden=Told(
        "The bridge may not listen at {where}.",
        "Choose a server.port above 1023, or allow lower ones (CAP_NET_BIND_SERVICE).",
    ),
    no_host=Told(
        "This machine has no such address: {where}.",
        "Set server.host to 127.0.0.1, or to 0.0.0.0 for all addresses.",
    ),
    no_certificate=Told("Not tried: the certificate has to be right first."),
    refused=Told(
        "The bridge cannot listen at {where}: {reason}.", "Correct server.host and server.port."
    ),
)

_CERTIFICATE = CertificateTexts(
    none=Told("None of our own: a web server in front speaks HTTPS."),
    good=Told("It is for {host}, and valid for {days} more days."),
    soon=Told("It expires in {days} days.", "Renew it, and see why it was not renewed by itself."),
    expired=Told("It has expired.", "Renew server.tls_certificate."),
    not_yet_valid=Told(
        "It is not valid yet.", "Check this machine's clock and server.tls_certificate."
    ),
    wrong_host=Told(
        "It is not for {host}.",
        "Get a certificate for the host of server.public_url into server.tls_certificate.",
    ),
    untrusted=Told(
        "Nobody trusts it as it is ({reason}).",
        "Put the whole chain of a public authority into server.tls_certificate "
        "(fullchain.pem, not cert.pem).",
    ),
    unusable=Told("It cannot be used: {reason}.", "Replace server.tls_certificate."),
    no_pair=Told(
        "{path} and {key} are no certificate and its key.",
        "Name PEM files that belong together, the key without a password, "
        "in server.tls_certificate and server.tls_key.",
    ),
    unreadable=Told(
        "{path} cannot be read: {reason}.", "Let the bridge's user read the file in {setting}."
    ),
)

_CLOCK = ClockTexts(
    good=Told("It is right."),
    ahead=Told(
        "It is {seconds} s ahead, so links to files expire too early.",
        "Let the machine set it by itself: timedatectl set-ntp true.",
    ),
    behind=Told(
        "It is {seconds} s behind, so links to files do not work as they should.",
        "Let the machine set it by itself: timedatectl set-ntp true.",
    ),
    unknown=Told("Not compared: neither Telegram nor PlanFix has answered."),
)

_DISK = DiskTexts(
    good=Told("{path} has {megabytes} MB free."),
    full=Told(
        "{path} has only {megabytes} MB free.",
        "Make room: the bridge wants 200 MB, or more for large files.",
    ),
    unusable=Told(
        "{path} cannot be written to: {reason}.",
        "Make storage.data_dir a folder that belongs to the bridge's user.",
    ),
)

CHECKS = CheckTexts(
    labels={
        "settings": "Settings",
        "disk": "Disk",
        "redis": "Redis",
        "port": "Port",
        "certificate": "Certificate",
        "telegram": "Telegram",
        "planfix": "PlanFix",
        "clock": "Clock",
        "public_address": "Public address",
        "updates": "Updates",
    },
    settings_good=Told("{source} has no mistakes."),
    settings_wrong=Told("{mistake}", "Correct it and check again."),
    mistake=str,
    skipped=Told("Not checked: “{before}” has to be in order first."),
    too_long=Told(
        "There was no result within {seconds} s.", "Check the network of this machine, and again."
    ),
    broke_down=Told(
        "The check itself broke down ({reason}).", "Please report it: this should not happen."
    ),
    all_good="Everything is in order.",
    some_failed="Not in order: {count}.",
    environment="The environment",
    network=NETWORK,
    telegram=TELEGRAM,
    updates=UPDATES,
    planfix=PLANFIX,
    redis=REDIS,
    public_address=_ADDRESS,
    port=_PORT,
    certificate=_CERTIFICATE,
    clock=_CLOCK,
    disk=_DISK,
)
