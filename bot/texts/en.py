"""English texts."""

from bot.texts.content_en import CONTENT
from bot.texts.delivery_en import DELIVERY, FILES
from bot.texts.model import CustomerTexts, OperatorTexts

CUSTOMER = CustomerTexts(
    greeting="Hello! Write your question, and we will answer it here.",
    blocked="We no longer take messages from you. Nobody will read this one.",
    files=FILES,
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    message_missing=(
        "[a message of the customer is missing here: PlanFix refused it — {reason}. "
        "An administrator can see it with python -m bot queue show {entry}]"
    ),
    alarm=(
        "PlanFix refused a customer's message (chat {chat}): {reason}\n"
        "It was put aside: python -m bot queue show {entry}"
    ),
    alarms_held_back="Also put aside since the last alarm: {count}.",
    telegram_id="Telegram ID: {id}",
    language="Language: {code}",
    content=CONTENT,
    delivery=DELIVERY,
    impossible_chat="No Telegram chat can have this id.",
    unknown_phone=(
        "The bot does not know this number. It cannot write first: the customer must write first "
        "and share the phone number."
    ),
)
