"""English texts."""

from bot.texts.content_en import CONTENT
from bot.texts.delivery_en import DELIVERY, FILES
from bot.texts.model import CustomerTexts, OperatorTexts

CUSTOMER = CustomerTexts(
    greeting="Hello! Write your question, and we will answer it here.",
    files=FILES,
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    alarm=(
        "PlanFix refused a customer's message (chat {chat}): {reason}\n"
        "It was put aside: python -m bot queue show {entry}"
    ),
    alarms_held_back="Also put aside since the last alarm: {count}.",
    language="Language: {code}",
    content=CONTENT,
    delivery=DELIVERY,
    impossible_chat="No Telegram chat can have this id.",
    unknown_phone="The bot cannot write first: the customer has to write to it before.",
)
