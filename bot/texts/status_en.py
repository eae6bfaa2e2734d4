"""English texts of the page `/status`."""

from bot.texts.content_en import plural
from bot.texts.status import ChartTexts, FactTexts, StatusTexts, VerdictTexts

VERDICT = VerdictTexts(
    levels={"good": "Working", "warn": "Needs a look", "bad": "Trouble"},
    works="All is well: messages go both ways.",
    busy=(
        "All is well; {count} message is on its way.",
        "All is well; {count} messages are on their way.",
    ),
    redis_away=(
        "The store (Redis) does not answer. The bridge takes in no new messages for now; those "
        "that it has taken are safe. Check that Redis is running."
    ),
    redis_not_saving=(
        "Redis could not write its data to disk. Check that the disk has room, and what Redis's "
        "log says."
    ),
    redis_full=(
        "Redis has almost used up its memory: {used} of {limit}. Raise maxmemory while the bridge "
        "can still take messages in."
    ),
    no_updates="No messages come in from Telegram. It keeps them for a day and gives them later.",
    away={
        "planfix": (
            "PlanFix has not answered since {since}. Customers' messages wait, and go out by "
            "themselves as soon as it does."
        ),
        "telegram": (
            "Telegram has not answered since {since}. Operators' answers wait, and go out by "
            "themselves as soon as it does."
        ),
        "status": "PlanFix has taken no delivery reports since {since}. They wait for it.",
    },
    failing={
        "planfix": "Not all customers' messages reach PlanFix at the first try.",
        "telegram": "Not all operators' answers reach Telegram at the first try.",
        "status": "Not all delivery reports reach PlanFix at the first try.",
    },
    late="Messages are late: the oldest has waited for {duration}.",
    dead=(
        "{count} message was refused and put aside: decide what to do with it.",
        "{count} messages were refused and put aside: decide what to do with them.",
    ),
    because="Reason: {reason}",
)

CHARTS = ChartTexts(
    last_hour="Last hour",
    last_day="Last day",
    messages="Messages a minute",
    to_planfix="to PlanFix",
    to_telegram="to customers",
    messages_summary="To PlanFix: {planfix}, to customers: {telegram}. Most in a minute: {most}.",
    waiting="How long messages take",
    average="on average",
    oldest="the oldest of those that wait",
    waiting_summary="On average: {average}. The longest wait of a message: {oldest}.",
    failures="Failures a minute",
    failed="a try failed; there will be another",
    refused="a message was put aside",
    failures_summary="Failed tries: {failed}, messages put aside: {refused}.",
    none_yet="The first point appears within a minute.",
    unavailable="The graphs are kept in Redis, which does not answer.",
    by_hour="By the hour, in numbers",
    hour="Hour",
    gaps="Where a line is broken, the bridge was not running.",
)

FACTS = FactTexts(
    version="Version",
    bot="Bot id",
    mode="How messages come in",
    modes={
        "polling": "the bridge asks Telegram (polling)",
        "webhook": "Telegram delivers them (webhook)",
    },
    role="This process",
    leading="takes messages from Telegram in, and carries them",
    standing_by="carries messages; another process takes them in from Telegram",
    processes="Processes",
    redis="Redis",
    redis_answers="version {version}, answers in {ms} ms",
    redis_away="does not answer",
    memory="Redis's memory",
    memory_of="{used} of {limit}",
    disk="Writing to disk",
    disk_at_once="goes on, without errors",
    disk_later="now and then only: if Redis fails, what came last is lost",
    disk_fails="the last write failed",
    replicas="Replicas",
    uptime="Running for",
)

STATUS = StatusTexts(
    language="en",
    plural=plural,
    time_format="%H:%M",
    day_format="%Y-%m-%d %H:%M",
    decimal_point=".",
    units={"s": "s", "min": "min", "h": "h", "d": "d", "MB": "MB", "ms": "ms"},
    title="PlanFix–Telegram bridge",
    switch_language="Русский",
    log_out="Log out",
    skip="Skip to the state of the bridge",
    verdict=VERDICT,
    waiting_title="What waits",
    nothing_waits="Nothing: everything is delivered.",
    direction="Direction",
    messages="Messages",
    chats="Chats",
    oldest="The oldest waits for",
    lanes={
        "planfix": "Customers → PlanFix",
        "telegram": "Operators → customers",
        "status": "Delivery reports → PlanFix",
    },
    stuck_title="Tries that fail",
    stuck_chat="Chat {chat}: messages {messages}, waiting for {duration}, tries {tries}",
    chat="Chat",
    reason="Why",
    estimated="Very many chats wait, so the messages and the oldest of them are an estimate.",
    dead_title="Refused and put aside",
    dead_help=(
        "PlanFix or Telegram refused these messages, and will go on doing so. Remove the reason, "
        "and try again. To forget a message for ever: python -m bot queue drop"
    ),
    no_dead="There are none.",
    kinds={
        "update": "a customer's message",
        "echo": "a message of the bot, as a copy for operators",
        "answer": "an operator's answer",
        "notice": "a message of the bot",
        "alarm": "a warning for the administrator",
        "sent": "a delivery report",
        "error": "an error report",
        "read": "a read report",
    },
    put_aside="Put aside",
    details="Details",
    retry="Try again",
    retry_all="Try all of them again",
    retried=(
        "{count} message is back in the queue.",
        "{count} messages are back in the queue.",
    ),
    not_retried="This message is no longer among those put aside.",
    further=(
        "And {count} more: python -m bot queue shows it.",
        "And {count} more: python -m bot queue shows them.",
    ),
    no_letter="There is no such message among those put aside. Perhaps it has been delivered.",
    raw_message="The message as it came",
    back="Back to the state of the bridge",
    charts=CHARTS,
    about_title="About the bridge",
    facts=FACTS,
    as_of="As of {time} by the server's clock.",
    lost="The bridge does not answer this page. Below is what it said last.",
    login_title="Log in",
    login_label="Key",
    login_help="This is server.status_key of the bridge's settings.",
    login_button="Log in",
    wrong_key="This is not the key.",
    no_cookie=(
        "The key is right, but the browser did not remember it. Open the page with HTTPS, and "
        "allow cookies for it."
    ),
    closed_title="This page is closed",
    closed=(
        "Without a key it can be seen on the server itself alone, at http://127.0.0.1 and the "
        "bridge's port. To open it from here, set server.status_key in the bridge's settings."
    ),
    foreign_form="The page was out of date. Open it again and repeat what you did.",
)
