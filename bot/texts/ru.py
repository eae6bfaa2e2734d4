"""Russian texts."""

from bot.texts.model import CustomerTexts, OperatorTexts

CUSTOMER = CustomerTexts(
    greeting="Здравствуйте! Напишите свой вопрос — мы ответим здесь.",
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    language="Язык: {code}",
    unsupported="[сообщение вида «{kind}» пока не передаётся — посмотрите его в Telegram]",
    too_large="[файл «{name}», {size} МБ: Telegram отдаёт ботам файлы до {limit} МБ]",
    blocked="Клиент заблокировал бота.",
    deactivated="Клиент удалил свой аккаунт Telegram.",
    chat_not_found="Telegram не знает такого чата: клиент ещё не писал боту или удалил переписку.",
    impossible_chat="В Telegram не бывает чата с таким номером.",
    unknown_phone="Бот не может написать первым: сначала ему должен написать клиент.",
    refused="Telegram не принял сообщение: {reason}",
    file_not_fetched="Файл «{name}» не удалось скачать из ПланФикса: {reason}",
)
