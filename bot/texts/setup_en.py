"""English texts of `setup`."""

from bot.texts.setup import SetupTexts

SETUP = SetupTexts(
    welcome="Let us set up the bridge. Ctrl-C ends this at any time and changes nothing.",
    questions={
        "telegram.token": "The bot's token",
        "telegram.proxy": "A proxy, if Telegram is blocked here (Enter: none)",
        "planfix.url": "PlanFix's address",
        "planfix.token": "PlanFix's key",
        "server.public_url": "The address of this server",
    },
    hints={
        "telegram.token": (
            "\nTelegram. Open @BotFather, make a bot with /newbot, and copy its token."
        ),
        "telegram.proxy": "Such as socks5://user:password@host:1080 or http://host:3128.",
        "planfix.url": (
            "\nPlanFix. Open the window “API ПланФикса для чатов”. It shows an address, such as\n"
            "https://example.planfix.ru/webchat/api, and a key (token)."
        ),
        "planfix.token": "",
        "server.public_url": (
            "\nThis server. PlanFix must reach it by HTTPS, such as https://bridge.example.com"
        ),
    },
    keep="Enter keeps what is shown in brackets.",
    hidden="(nothing is shown while you type or paste)",
    wrong="It {mistake}.",
    keep_anyway="Save it anyway? [y/N]",
    yes=frozenset({"y", "yes"}),
    checking="Asking {what}…",
    not_toml="{path} is no valid TOML, and was left as it is: {detail}",
    no_section="{path}: “{detail}” is a section of settings, not a single one. "
    "Nothing was changed.",
    unreadable="{path} cannot be read: {detail}",
    unwritable="{path} cannot be written: {detail}. Nothing was changed.",
    file_unreadable="{path} cannot be read: {reason}",
    missing="{key}: is missing; give {ways}",
    wrong_given="{key} (from {origin}): {mistake}",
    no_terminal="There is nobody to ask, so everything has to be given:",
    check_failed="Nothing was changed. With --no-check it is saved all the same.",
    cancelled="Ended. Nothing was changed.",
    introduction=(
        "The settings of the PlanFix–Telegram bridge. docs/settings.md has all that can be set.\n"
        "There are secrets in here: keep the file to yourself."
    ),
    comments={
        "telegram.token": "From @BotFather.",
        "telegram.api_url": "Where the Bot API is.",
        "telegram.proxy": "The way to Telegram.",
        "telegram.mode": "How updates come: “polling” or “webhook”.",
        "planfix.url": "From PlanFix's window “API ПланФикса для чатов”.",
        "planfix.token": "PlanFix's key, from the same window.",
        "planfix.webhook_token": "Our key, for the same window: PlanFix sends it to us.",
        "planfix.provider_id": "Names this chat system in PlanFix. One per bot.",
        "server.public_url": "How PlanFix reaches this server; in PlanFix, with /planfix added.",
        "server.port": "Where the bridge listens: the port of public_url.",
    },
    written="{path} is written; others cannot read it.",
    still_wrong="{path} has other mistakes, which setup does not touch:",
    planfix=(
        "In PlanFix's window “API ПланФикса для чатов”, fill in:\n"
        "  the chat's address (URL):   {url}\n"
        "  the chat's key (token):     {key}\n"
        "  providerId:                 {provider_id}\n"
        "and save."
    ),
    botfather=(
        "At @BotFather: /setprivacy → {bot} → Enable. In private chats the bot gets every "
        "message\nall the same; in groups it then gets only what is meant for it. (Choose Disable "
        "only if\nwhole group chats are to be carried to PlanFix.)"
    ),
    privacy_is_off="Now it is off: in groups, {bot} reads everything.",
    the_bot="your bot",
    next_steps="Then:\n  {check}\n  {run}",
)
