"""Russian texts."""

from bot.texts.content_ru import CONTENT
from bot.texts.delivery_ru import DELIVERY, FILES
from bot.texts.model import CustomerTexts, OperatorTexts

CUSTOMER = CustomerTexts(
    greeting="Здравствуйте! Напишите свой вопрос — мы ответим здесь.",
    blocked="Мы больше не принимаем от вас сообщения. Это сообщение оператор не увидит.",
    files=FILES,
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    message_missing=(
        "[здесь не хватает сообщения клиента: ПланФикс его не принял — {reason}. "
        "Администратор увидит его командой python -m bot queue show {entry}]"
    ),
    alarm=(
        "ПланФикс не принял сообщение клиента (чат {chat}): {reason}\n"
        "Оно отложено: python -m bot queue show {entry}"
    ),
    alarms_held_back="После прошлого предупреждения отложено ещё: {count}.",
    telegram_id="ID в Telegram: {id}",
    language="Язык: {code}",
    content=CONTENT,
    delivery=DELIVERY,
    impossible_chat="В Telegram не бывает чата с таким номером.",
    unknown_phone=(
        "Этот номер боту неизвестен. Первым он написать не может: сначала клиент должен написать "
        "ему и поделиться номером телефона."
    ),
)
