"""Russian texts of `check` about the servers that the bridge speaks to."""

from bot.texts.checks import (
    NetworkTexts,
    PlanfixTexts,
    RedisTexts,
    TelegramTexts,
    Told,
    UpdatesTexts,
)

_COPY_ADDRESS = "Скопируйте в planfix.url адрес из окна ПланФикса «API ПланФикса для чатов»."

NETWORK = NetworkTexts(
    dns=Told(
        "Имя {host} не находится.",
        "Проверьте, нет ли опечатки в {setting} и работает ли на этой машине DNS.",
    ),
    refused=Told(
        "{host} не принимает соединение.",
        "Проверьте хост и порт в {setting} и то, запущен ли там сервер.",
    ),
    unreachable=Told(
        "До {host} нет пути ({detail}).",
        "Проверьте {setting} и сеть на этой машине.",
    ),
    timeout=Told(
        "{host} не отвечает уже {seconds} с.",
        "Проверьте {setting} и то, не мешает ли межсетевой экран.",
    ),
    expired=Told(
        "Сертификат {host} сегодня недействителен ({detail}).",
        "Обновите его на том сервере. Если он в порядке, врут часы этой машины.",
    ),
    wrong_host=Told(
        "Сертификат, который показывает {host}, выдан другому хосту.",
        "Укажите в {setting} тот хост, что назван в сертификате, "
        "или получите сертификат для этого хоста.",
    ),
    untrusted=Told(
        "Сертификату {host} нельзя доверять ({detail}).",
        "Сервер должен отдавать всю цепочку публичного центра сертификации (fullchain.pem). "
        "Если так и есть, установите на этой машине ca-certificates.",
    ),
    tls=Told(
        "{host} не говорит по HTTPS как положено.",
        "Проверьте порт в {setting} и то, нужен ли там https://.",
    ),
    broken=Told(
        "{host} обрывает соединение без ответа.",
        "Проверьте {setting}: возможно, на этом порту работает что-то другое.",
    ),
    proxy_away=Told(
        "Прокси недоступен.",
        "Проверьте хост и порт в telegram.proxy и то, запущен ли прокси.",
    ),
    proxy_login=Told(
        "Прокси не принимает имя и пароль.",
        "Исправьте их в telegram.proxy; особые знаки пишутся так: %40 вместо @, %3A вместо «:».",
    ),
    proxy_no_way=Told(
        "Прокси отвечает, но до {host} не доводит ({detail}).",
        "Укажите в telegram.proxy другой прокси или спросите владельца этого.",
    ),
)

TELEGRAM = TelegramTexts(
    good=Told("@{username} («{name}») отвечает."),
    good_by_proxy=Told("@{username} («{name}») отвечает, через прокси."),
    wrong_token=Told(
        "Telegram не принимает токен.",
        "Скопируйте его заново у @BotFather (/mybots → API Token) в telegram.token.",
    ),
    unknown_bot=Told(
        "{host} не знает такого бота ({reason}).",
        "Скопируйте telegram.token заново у @BotFather и проверьте, что в telegram.api_url "
        "только адрес сервера и ничего больше.",
    ),
    not_api=Told(
        "{host} отвечает, но не так, как Bot API Telegram (код {status}).",
        "Исправьте telegram.api_url. Если он верен, вместо Telegram отвечает кто-то по дороге: "
        "укажите telegram.proxy.",
    ),
    refused=Told(
        "Telegram отвечает: {reason}",
        "Повторите через несколько минут. Если в ответе «Logged out», бот привязан к другому "
        "серверу Bot API: укажите его в telegram.api_url.",
    ),
    advice="Если Telegram у вас заблокирован, укажите telegram.proxy.",
)

UPDATES = UpdatesTexts(
    alone=Told("Кроме моста, обновления бота никто не получает."),
    running=Told("Их получает работающий мост."),
    other_poller=Told(
        "Другая программа опрашивает Telegram с тем же токеном.",
        "Остановите её или отзовите токен (@BotFather → /revoke) и запишите новый "
        "в telegram.token.",
    ),
    not_told=Told("Telegram этого не сообщает: {reason}", "Повторите через несколько минут."),
    own_webhook=Told(
        "Остался вебхук этого моста — от режима telegram.mode = «webhook».",
        "Делать ничего не нужно: команда run его удалит.",
    ),
    foreign_webhook=Told(
        "Забытый вебхук или другая программа: обновления бота Telegram отправляет на {host}.",
        "Если та программа больше не нужна, просто запустите run: он удалит вебхук. "
        "Если нужна, создайте для моста другого бота и запишите его токен в telegram.token.",
    ),
    webhook_good=Told("Telegram отправляет их на {host}."),
    webhook_later=Told("Вебхук ещё не установлен: это сделает команда run."),
    webhook_gone=Told(
        "Мост работает, а вебхука у Telegram нет: его удалила другая программа.",
        "Остановите её и перезапустите мост.",
    ),
    webhook_elsewhere=Told(
        "Обновления бота Telegram отправляет в другое место, на {host}.",
        "Остановите ту программу или дайте ей своего бота. Затем перезапустите мост: "
        "он установит свой адрес.",
    ),
    webhook_error=Told(
        "Недавно Telegram не смог доставить обновления (в очереди: {count}): {reason}",
        "Сделайте server.public_url доступным для Telegram на порту 443, 80, 88 или 8443 "
        "или выберите telegram.mode = «polling».",
    ),
    webhook_pending=Told(
        "У Telegram накопились обновления: {count}.",
        "Подождите и проверьте снова. Если их всё больше, загляните в журнал моста.",
    ),
)

PLANFIX = PlanfixTexts(
    good=Told("{host} принимает ключ."),
    wrong_key=Told(
        "{host} не принимает ключ.",
        "Скопируйте ключ ПланФикса из окна «API ПланФикса для чатов» в planfix.token. "
        "Интеграция там должна быть сохранена и включена.",
    ),
    wrong_path=Told("На {host} по адресу {path} нет API чатов (код {status}).", _COPY_ADDRESS),
    redirect=Told("{host} перенаправляет на {target}.", _COPY_ADDRESS),
    page=Told("{host}{path} отвечает веб-страницей (код {status}).", _COPY_ADDRESS),
    not_planfix=Told("{host}{path} отвечает, но не как ПланФикс (код {status}).", _COPY_ADDRESS),
    refused=Told(
        "{host} принимает ключ, но не отвечает на безобидный вопрос: {reason}",
        "Проверьте, что в planfix.provider_id записан providerId из окна ПланФикса.",
    ),
    server_error=Told(
        "У {host} внутренняя ошибка (код {status}).",
        "Повторите через несколько минут. Сам мост подождал бы.",
    ),
)

REDIS = RedisTexts(
    good=Told("Redis {version} отвечает, хранит всё на диске и ничего не выбрасывает."),
    good_embedded=Told("Встроенный Valkey {version} работает."),
    no_embedded=Told(
        "Встроенный Valkey не запускается: {reason}.",
        "Укажите в storage.data_dir папку, в которую мост может писать, "
        "или свой Redis в redis.url.",
    ),
    wrong_password=Told(
        "Redis на {host} не принимает пароль.",
        "Исправьте имя и пароль в redis.url.",
    ),
    refused=Told(
        "Redis на {host} отказывает: {reason}",
        "Исправьте redis.url: номер базы и права пользователя.",
    ),
    dns=Told("Redis: имя {host} не находится.", "Проверьте, нет ли опечатки в redis.url."),
    away=Told(
        "Redis на {host} недоступен.",
        "Запустите его или исправьте хост и порт в redis.url.",
    ),
    tls=Told(
        "С Redis на {host} не получается говорить по TLS ({reason}).",
        "Если TLS там нет, пишите в redis.url redis://, иначе исправьте его сертификат.",
    ),
    silent=Told(
        "Redis на {host} не отвечает вовремя.",
        "Проверьте redis.url и то, не мешает ли межсетевой экран.",
    ),
    broken=Told(
        "На {host} отвечает не Redis или неисправный Redis: {reason}",
        "Исправьте redis.url; загляните в журнал этого Redis.",
    ),
    layout=Told(
        "Хранимые данные не подходят этой версии моста: {reason}.",
        "Установите указанную там версию или один раз запустите run.",
    ),
    too_old=Told("Redis {value} слишком стар.", "Установите 6.2 или новее либо Valkey."),
    evicting=Told(
        "Redis выбрасывает сообщения, когда кончается память (maxmemory-policy {value}).",
        "Установите в нём maxmemory-policy noeviction.",
    ),
    no_replica=Told(
        "У Redis сейчас нет реплики, и мост ничего не принимает.",
        "Подключите реплику, лучше две.",
    ),
    volatile=Told(
        "Redis ничего не хранит на диске.",
        "Установите в нём appendonly yes и appendfsync always. Или смиритесь с потерей "
        "сообщений: redis.allow_volatile = true.",
    ),
    snapshots=Told(
        "Redis пишет на диск лишь время от времени: при остановке сообщения могут пропасть.",
        "Установите в нём appendonly yes и appendfsync always.",
    ),
    every_second=Told(
        "Redis пишет на диск раз в секунду: при отключении питания сообщения могут пропасть.",
        "Установите в нём appendfsync always.",
    ),
)
