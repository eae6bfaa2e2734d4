"""Russian texts."""

from bot.texts.content_ru import CONTENT
from bot.texts.delivery_ru import DELIVERY
from bot.texts.model import CustomerTexts, OperatorTexts, Speech
from bot.texts.opening import opens_ru

CUSTOMER = CustomerTexts(
    greeting="Здравствуйте! Напишите свой вопрос — мы ответим здесь.",
    outside_hours=(
        "Спасибо за сообщение! Сейчас у нас нерабочее время. Мы вернёмся {opens} и ответим вам."
    ),
    ask_phone=(
        "Поделитесь, пожалуйста, своим номером телефона: нажмите кнопку под строкой сообщения."
    ),
    phone_button="📱 Отправить мой номер",
    phone_thanks="Спасибо, мы получили ваш номер.",
    phone_foreign=(
        "Это номер другого человека. Чтобы отправить свой, нажмите кнопку под строкой сообщения."
    ),
    cannot_take_file=(
        "Не получилось принять: {files}. Telegram передаёт ботам файлы не больше {limit} МБ. "
        "Пришлите, пожалуйста, файл поменьше или ссылку на него."
    ),
    blocked="Мы больше не принимаем от вас сообщения. Это сообщение оператор не увидит.",
    help=(
        "Напишите сюда свой вопрос: вам ответит человек. "
        "Можно присылать фотографии, файлы и голосовые сообщения.\n"
        "\n"
        "/task — номер вашего обращения\n"
        "/help — эта подсказка"
    ),
    task="Номер вашего обращения: {number}.",
    no_task="Обращения пока нет. Напишите свой вопрос, и оно появится.",
    task_unavailable="Сейчас узнать номер не получилось. Попробуйте, пожалуйста, чуть позже.",
    file_link="📎 {name}: {url}",
    file_sized_link="📎 {name} ({size} МБ): {url}",
    file_lost="📎 {name} — этот файл отправить не удалось.",
    command_start="Начать разговор",
    command_help="Как пользоваться ботом",
    command_task="Номер моего обращения",
    speech=Speech(quoted="«{text}»", opens=opens_ru),
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    message_missing=(
        "[здесь не хватает сообщения клиента: ПланФикс его не принял — {reason}. "
        "Администратор увидит его командой python -m bot queue show {entry}]"
    ),
    command_answered="[клиент выбрал {command}, бот ответил: «{answer}»]",
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
