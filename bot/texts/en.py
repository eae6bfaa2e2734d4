"""English texts."""

from bot.texts.model import CustomerTexts, OperatorTexts

CUSTOMER = CustomerTexts(
    greeting="Hello! Write your question, and we will answer it here.",
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    language="Language: {code}",
    unsupported="[a message of the kind “{kind}” is not carried yet: see it in Telegram]",
    too_large="[the file “{name}”, {size} MB: Telegram gives bots files of up to {limit} MB]",
    blocked="The customer has blocked the bot.",
    deactivated="The customer has deleted their Telegram account.",
    chat_not_found="Telegram knows no such chat: the customer has not written yet, or left.",
    impossible_chat="No Telegram chat can have this id.",
    unknown_phone="The bot cannot write first: the customer has to write to it before.",
    refused="Telegram refused the message: {reason}",
    file_not_fetched="The file “{name}” could not be downloaded from PlanFix: {reason}",
)
