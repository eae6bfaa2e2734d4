"""English texts of `check` about the servers that the bridge speaks to."""

from bot.texts.checks import (
    NetworkTexts,
    PlanfixTexts,
    RedisTexts,
    TelegramTexts,
    Told,
    UpdatesTexts,
)

_COPY_ADDRESS = "Copy the address from PlanFix's window “API ПланФикса для чатов” into planfix.url."

NETWORK = NetworkTexts(
    dns=Told(
        "The name {host} cannot be found.",
        "Look for a slip in {setting}, and whether this machine can look up names (DNS) at all.",
    ),
    refused=Told(
        "{host} refuses the connection.",
        "Check the host and the port in {setting}, and whether the server there runs.",
    ),
    unreachable=Told(
        "There is no way to {host} ({detail}).",
        "Check {setting}, and the network of this machine.",
    ),
    timeout=Told(
        "{host} does not answer within {seconds} s.",
        "Check {setting}, and whether a firewall is in the way.",
    ),
    expired=Told(
        "The certificate of {host} is not valid today ({detail}).",
        "Renew it there. If it is in order, this machine's clock is wrong.",
    ),
    wrong_host=Told(
        "The certificate that {host} shows is for another host.",
        "Write the host in {setting} as the certificate has it, "
        "or get a certificate for this host.",
    ),
    untrusted=Told(
        "The certificate of {host} is not trusted ({detail}).",
        "The server must send the whole chain of a public authority (fullchain.pem). "
        "If it does, install ca-certificates on this machine.",
    ),
    tls=Told(
        "{host} does not speak HTTPS as it should.",
        "Check the port in {setting}, and whether https:// is right there.",
    ),
    broken=Told(
        "{host} breaks the connection off without an answer.",
        "Check {setting}: perhaps something else listens at that port.",
    ),
    proxy_away=Told(
        "The proxy cannot be reached.",
        "Check the host and the port in telegram.proxy, and whether the proxy runs.",
    ),
    proxy_login=Told(
        "The proxy does not accept the user name and the password.",
        "Correct them in telegram.proxy; write special characters as %40 for @, %3A for :.",
    ),
    proxy_no_way=Told(
        "The proxy answers, but gives no way to {host} ({detail}).",
        "Take another proxy in telegram.proxy, or ask whoever runs this one.",
    ),
)

TELEGRAM = TelegramTexts(
    good=Told("@{username} (“{name}”) answers."),
    good_by_proxy=Told("@{username} (“{name}”) answers, by the proxy."),
    wrong_token=Told(
        "Telegram does not accept the token.",
        "Copy it again from @BotFather (/mybots → API Token) into telegram.token.",
    ),
    unknown_bot=Told(
        "{host} knows no such bot ({reason}).",
        "Copy telegram.token again from @BotFather, and check that telegram.api_url is the "
        "server's address and nothing more.",
    ),
    not_api=Told(
        "{host} answers, but not as Telegram's Bot API does (status {status}).",
        "Correct telegram.api_url. If it is right, something on the way answers in Telegram's "
        "place: set telegram.proxy.",
    ),
    refused=Told(
        "Telegram answers: {reason}",
        "Try again in a few minutes. After “Logged out”, the bot belongs to another Bot API "
        "server: name that one in telegram.api_url.",
    ),
    advice="If Telegram is blocked where you are, set telegram.proxy.",
)

UPDATES = UpdatesTexts(
    alone=Told("Nobody else receives the bot's updates."),
    running=Told("The running bridge receives them."),
    other_poller=Told(
        "Another program polls with the same token.",
        "End it, or make the token useless to it: @BotFather → /revoke, "
        "then put the new one into telegram.token.",
    ),
    not_told=Told("Telegram does not tell: {reason}", "Try again in a few minutes."),
    own_webhook=Told(
        "A webhook to this bridge is left from telegram.mode = “webhook”.",
        "Nothing to do: `run` removes it.",
    ),
    foreign_webhook=Told(
        "A forgotten webhook, or another program: Telegram delivers the bot's updates to {host}.",
        "If that program is no longer in use, just start `run`, which removes the webhook. "
        "Otherwise make another bot for the bridge, and put its token into telegram.token.",
    ),
    webhook_good=Told("Telegram delivers them to {host}."),
    webhook_later=Told("The webhook is not set yet: `run` will set it."),
    webhook_gone=Told(
        "The bridge runs, but Telegram has no webhook: another program has removed it.",
        "End that program, then restart the bridge.",
    ),
    webhook_elsewhere=Told(
        "Telegram delivers the bot's updates elsewhere, to {host}.",
        "End the program there, or give it a bot of its own. Then restart the bridge, "
        "which sets its own address.",
    ),
    webhook_error=Told(
        "Telegram could not deliver lately, and {count} updates wait: {reason}",
        "Make server.public_url reachable for Telegram, on port 443, 80, 88 or 8443, "
        "or use telegram.mode = “polling”.",
    ),
    webhook_pending=Told(
        "{count} updates wait at Telegram.",
        "Wait a little and check again. If they grow more, look into the bridge's log.",
    ),
)

PLANFIX = PlanfixTexts(
    good=Told("{host} accepts the key."),
    wrong_key=Told(
        "{host} does not accept the key.",
        "Copy PlanFix's key from the window “API ПланФикса для чатов” into planfix.token. "
        "The integration must be saved and switched on there.",
    ),
    wrong_path=Told("{host} has no chat API at {path} (status {status}).", _COPY_ADDRESS),
    redirect=Told("{host} redirects to {target}.", _COPY_ADDRESS),
    page=Told("{host}{path} answers with a page for people (status {status}).", _COPY_ADDRESS),
    not_planfix=Told(
        "{host}{path} answers, but not as PlanFix does (status {status}).", _COPY_ADDRESS
    ),
    refused=Told(
        "{host} accepts the key, but refuses a harmless question: {reason}",
        "Check that planfix.provider_id is the providerId in PlanFix's window.",
    ),
    server_error=Told(
        "{host} has an error of its own (status {status}).",
        "Try again in a few minutes. The bridge itself would wait.",
    ),
)

REDIS = RedisTexts(
    good=Told("Redis {version} answers, keeps what it is given, and throws nothing away."),
    good_embedded=Told("The embedded Valkey {version} works."),
    no_embedded=Told(
        "The embedded Valkey does not start: {reason}.",
        "Make storage.data_dir a folder that the bridge may write to, "
        "or name a Redis of yours in redis.url.",
    ),
    wrong_password=Told(
        "Redis at {host} does not accept the password.",
        "Correct the user name and the password in redis.url.",
    ),
    refused=Told(
        "Redis at {host} refuses: {reason}",
        "Correct redis.url: the number of the database, and the rights of its user.",
    ),
    dns=Told("Redis: the name {host} cannot be found.", "Look for a slip in redis.url."),
    away=Told(
        "Redis at {host} cannot be reached.",
        "Start it, or correct the host and the port in redis.url.",
    ),
    tls=Told(
        "Redis at {host} cannot be spoken to by TLS ({reason}).",
        "Write redis:// in redis.url if it has no TLS, or correct its certificate.",
    ),
    silent=Told(
        "Redis at {host} does not answer in time.",
        "Check redis.url, and whether a firewall is in the way.",
    ),
    broken=Told(
        "What answers at {host} is no Redis that works: {reason}",
        "Correct redis.url; look into the log of that Redis.",
    ),
    layout=Told(
        "What is stored does not fit this version of the bridge: {reason}.",
        "Install the version that is named there, or start `run` once.",
    ),
    too_old=Told("Redis {value} is too old.", "Install 6.2 or newer, or Valkey."),
    evicting=Told(
        "Redis throws messages away when its memory is full (maxmemory-policy {value}).",
        "Set there: maxmemory-policy noeviction.",
    ),
    no_replica=Told(
        "Redis has no replica now, so the bridge takes nothing in.",
        "Connect a replica, better two.",
    ),
    volatile=Told(
        "Redis keeps nothing on disk.",
        "Set there: appendonly yes, appendfsync always. Or accept the loss of messages "
        "with redis.allow_volatile = true.",
    ),
    snapshots=Told(
        "Redis writes to disk now and then only: messages may be lost when it stops.",
        "Set there: appendonly yes, appendfsync always.",
    ),
    every_second=Told(
        "Redis writes to disk every second: a power cut may lose messages.",
        "Set there: appendfsync always.",
    ),
)
