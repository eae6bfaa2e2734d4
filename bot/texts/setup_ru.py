"""Russian texts of `setup`."""

from bot.texts.setup import SetupTexts

SETUP = SetupTexts(
    welcome="Настроим мост. Ctrl-C в любой момент прервёт настройку и ничего не изменит.",
    questions={
        "telegram.token": "Токен бота",
        "telegram.proxy": "Прокси, если Telegram здесь заблокирован (Enter — без него)",
        "planfix.url": "Адрес ПланФикса",
        "planfix.token": "Ключ ПланФикса",
        "server.public_url": "Адрес этого сервера",
    },
    hints={
        "telegram.token": (
            "\nTelegram. Откройте @BotFather, создайте бота командой /newbot и скопируйте токен."
        ),
        "telegram.proxy": "Например, socks5://user:password@host:1080 или http://host:3128.",
        "planfix.url": (
            "\nПланФикс. Откройте окно «API ПланФикса для чатов». В нём указаны адрес вида\n"
            "https://example.planfix.ru/webchat/api и ключ (токен)."
        ),
        "planfix.token": "",
        "server.public_url": (
            "\nЭтот сервер. ПланФикс должен достучаться до него по HTTPS, "
            "например https://bridge.example.com"
        ),
    },
    keep="Enter оставляет то, что показано в скобках.",
    hidden="(при вводе и вставке ничего не видно)",
    wrong="Так не годится: {mistake}.",
    keep_anyway="Всё равно сохранить? [д/Н]",
    yes=frozenset({"д", "да", "y", "yes"}),
    checking="Спрашиваем {what}…",
    not_toml="{path} — не TOML, файл оставлен как есть: {detail}",
    no_section="{path}: «{detail}» — раздел настроек, а не отдельное значение. Ничего не изменено.",
    unreadable="{path} не читается: {detail}",
    unwritable="{path} не записывается: {detail}. Ничего не изменено.",
    file_unreadable="{path} не читается: {reason}",
    missing="{key}: нет значения; укажите {ways}",
    wrong_given="{key} (из {origin}): {mistake}",
    no_terminal="Спросить некого, поэтому нужно указать всё:",
    check_failed="Ничего не изменено. С ключом --no-check всё сохранится и так.",
    cancelled="Прервано. Ничего не изменено.",
    introduction=(
        "Настройки моста между ПланФиксом и Telegram. Все они описаны в docs/settings.ru.md.\n"
        "Здесь есть секреты: не показывайте файл другим."
    ),
    comments={
        "telegram.token": "Выдал @BotFather.",
        "telegram.api_url": "Где находится Bot API.",
        "telegram.proxy": "Путь к Telegram.",
        "telegram.mode": "Как приходят обновления: «polling» или «webhook».",
        "planfix.url": "Из окна ПланФикса «API ПланФикса для чатов».",
        "planfix.token": "Ключ ПланФикса, из того же окна.",
        "planfix.webhook_token": "Наш ключ, для того же окна: с ним ПланФикс обращается к нам.",
        "planfix.provider_id": "Имя этой системы чатов в ПланФиксе. У каждого бота своё.",
        "server.public_url": "Адрес этого сервера; в самом ПланФиксе — с /planfix на конце.",
        "server.port": "Где слушает мост: порт из public_url.",
    },
    written="{path} записан; посторонние его не прочитают.",
    still_wrong="В {path} есть другие ошибки, которых setup не касается:",
    planfix=(
        "В окне ПланФикса «API ПланФикса для чатов» укажите:\n"
        "  адрес чата (URL):   {url}\n"
        "  ключ чата (token):  {key}\n"
        "  providerId:         {provider_id}\n"
        "и сохраните."
    ),
    botfather=(
        "У @BotFather: /setprivacy → {bot} → Enable. В личных чатах бот и так получает все "
        "сообщения,\nа в группах будет получать только обращённые к нему. (Disable нужен, только "
        "если\nв ПланФикс должна попадать вся переписка группы.)"
    ),
    privacy_is_off="Сейчас это выключено: в группах {bot} читает всё.",
    the_bot="ваш бот",
    next_steps="Затем:\n  {check}\n  {run}",
)
