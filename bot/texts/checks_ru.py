"""Russian texts of `check`."""

from bot.texts.checks import (
    AddressTexts,
    CertificateTexts,
    CheckTexts,
    ClockTexts,
    DiskTexts,
    PortTexts,
    Told,
)
from bot.texts.checks_services_ru import NETWORK, PLANFIX, REDIS, TELEGRAM, UPDATES
from bot.texts.mistakes_ru import in_russian

_ADDRESS = AddressTexts(
    good=Told("{url} ведёт к этому мосту."),
    out_of_reach=Told(
        "ПланФикс не дойдёт до {url}: это адрес внутри вашей сети.",
        "Укажите в server.public_url адрес, по которому этот сервер доступен из интернета.",
    ),
    other_bridge=Told(
        "По адресу {url} отвечает мост с другим ботом.",
        "Дайте каждому мосту свой адрес или исправьте server.public_url.",
    ),
    redirect=Told(
        "{url} перенаправляет на {target}, а ПланФикс может туда не пойти.",
        "Укажите в server.public_url конечный адрес.",
    ),
    no_backend=Told(
        "По адресу {url} отвечает веб-сервер, но до моста он не достаёт (код {status}).",
        "Пусть он передаёт /planfix, /telegram, /media/ и /probe на {server}: там мост слушает "
        "(server.host, server.port).",
    ),
    no_path=Told(
        "По адресу {url} отвечает веб-сервер, который не передаёт /probe мосту (код {status}).",
        "Пусть он передаёт /planfix, /telegram, /media/ и /probe на {server}, "
        "или исправьте server.public_url.",
    ),
    closed=Told(
        "По адресу {url} отвечает веб-сервер, который никого не пускает (код {status}).",
        "Пустите туда ПланФикс без пароля: ключ мост проверяет сам.",
    ),
    stranger=Told(
        "По адресу {url} отвечает что-то другое (код {status}).",
        "Исправьте server.public_url, или пусть тот веб-сервер передаёт /planfix, /telegram, "
        "/media/ и /probe на {server}.",
    ),
    advice=(
        "Снаружи путь ведёт на {server}: его должны пропускать веб-сервер перед мостом, проброс "
        "порта и межсетевой экран. Некоторые роутеры не пускают изнутри на собственный внешний "
        "адрес — проверьте ещё и с телефона."
    ),
)

_PORT = PortTexts(
    free=Told("{where} свободен для моста."),
    running=Told("Мост работает на {where}."),
    taken=Told(
        "{where} занят другой программой.",
        "Остановите её или выберите другой server.port (и скажите о нём веб-серверу перед мостом).",
    ),
    forbidden=Told(
        "Мосту нельзя слушать на {where}.",
        "Выберите server.port больше 1023 или разрешите меньшие (CAP_NET_BIND_SERVICE).",
    ),
    no_host=Told(
        "У этой машины нет такого адреса: {where}.",
        "Укажите в server.host 127.0.0.1 или, для всех адресов, 0.0.0.0.",
    ),
    no_certificate=Told("Не проверено: сначала нужен верный сертификат."),
    refused=Told(
        "Мост не может слушать на {where}: {reason}.", "Исправьте server.host и server.port."
    ),
)

_CERTIFICATE = CertificateTexts(
    none=Told("Своего нет: за HTTPS отвечает веб-сервер перед мостом."),
    good=Told("Выдан для {host}, действует ещё дней: {days}."),
    soon=Told(
        "Скоро истекает, осталось дней: {days}.",
        "Обновите его и выясните, почему он не обновился сам.",
    ),
    expired=Told("Срок действия истёк.", "Обновите server.tls_certificate."),
    not_yet_valid=Told(
        "Он ещё не начал действовать.", "Проверьте часы этой машины и server.tls_certificate."
    ),
    wrong_host=Told(
        "Выдан не для {host}.",
        "Запишите в server.tls_certificate сертификат для хоста из server.public_url.",
    ),
    untrusted=Told(
        "В таком виде ему никто не доверяет ({reason}).",
        "Запишите в server.tls_certificate всю цепочку публичного центра сертификации "
        "(fullchain.pem, а не cert.pem).",
    ),
    unusable=Told("Он непригоден: {reason}.", "Замените server.tls_certificate."),
    no_pair=Told(
        "{path} и {key} — не сертификат и его ключ.",
        "Укажите в server.tls_certificate и server.tls_key файлы PEM, которые подходят друг "
        "к другу; ключ — без пароля.",
    ),
    unreadable=Told(
        "{path} не читается: {reason}.",
        "Разрешите пользователю, от имени которого работает мост, читать файл из {setting}.",
    ),
)

_CLOCK = ClockTexts(
    good=Told("Идут верно."),
    ahead=Told(
        "Спешат на {seconds} с, и ссылки на файлы истекают раньше срока.",
        "Пусть машина ставит их сама: timedatectl set-ntp true.",
    ),
    behind=Told(
        "Отстают на {seconds} с, и ссылки на файлы работают не так, как надо.",
        "Пусть машина ставит их сама: timedatectl set-ntp true.",
    ),
    unknown=Told("Сверить не с чем: не ответили ни Telegram, ни ПланФикс."),
)

_DISK = DiskTexts(
    good=Told("В {path} свободно {megabytes} МБ."),
    full=Told(
        "В {path} осталось всего {megabytes} МБ.",
        "Освободите место: мосту нужно 200 МБ, а для больших файлов и больше.",
    ),
    unusable=Told(
        "В {path} нельзя писать: {reason}.",
        "Укажите в storage.data_dir папку, которая принадлежит пользователю моста.",
    ),
)

CHECKS = CheckTexts(
    labels={
        "settings": "Настройки",
        "disk": "Диск",
        "redis": "Redis",
        "port": "Порт",
        "certificate": "Сертификат",
        "telegram": "Telegram",
        "planfix": "ПланФикс",
        "clock": "Часы",
        "public_address": "Внешний адрес",
        "updates": "Обновления",
    },
    settings_good=Told("{source}: ошибок нет."),
    settings_wrong=Told("{mistake}", "Исправьте и проверьте снова."),
    mistake=in_russian,
    skipped=Told("Не проверено: сначала нужно исправить «{before}»."),
    too_long=Told(
        "За {seconds} с ответа не получено.", "Проверьте сеть на этой машине и повторите."
    ),
    broke_down=Told(
        "Сломалась сама проверка ({reason}).", "Пожалуйста, сообщите о ней: так быть не должно."
    ),
    all_good="Всё в порядке.",
    some_failed="Не в порядке: {count}.",
    environment="Переменные окружения",
    network=NETWORK,
    telegram=TELEGRAM,
    updates=UPDATES,
    planfix=PLANFIX,
    redis=REDIS,
    public_address=_ADDRESS,
    port=_PORT,
    certificate=_CERTIFICATE,
    clock=_CLOCK,
    disk=_DISK,
)
