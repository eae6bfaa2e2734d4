"""Russian texts about operators' messages that did not arrive as they were."""

from bot.texts.delivery import DeliveryTexts

DELIVERY = DeliveryTexts(
    blocked="Клиент заблокировал бота.",
    banned="Не отправлено: администратор закрыл переписку с этим клиентом.",
    deactivated="Клиент удалил свой аккаунт Telegram.",
    chat_not_found="Telegram не знает такого чата: клиент ещё не писал боту или удалил переписку.",
    never_wrote="Бот не может написать первым: сначала ему должен написать клиент.",
    kicked="Бота удалили из этого чата.",
    not_member="Бот не состоит в этом чате.",
    chat_gone="Этого чата больше нет.",
    no_rights="У бота нет права писать в этот чат.",
    topic_gone="Тема в этом чате закрыта или удалена.",
    business_closed=(
        "Отвечать от имени бизнес-аккаунта сейчас нельзя: бот от него отключён, "
        "или клиент не писал больше суток."
    ),
    empty="Сообщение пустое: отправлять нечего.",
    refused="Telegram не принял сообщение: {reason}",
    file_as_link="Вместо файла «{name}» клиент получил ссылку: {reason}.",
    file_lost="Файл «{name}» не отправлен: {reason}.",
    too_large="он больше {limit} МБ, а такие файлы Telegram от ботов не принимает",
    file_empty="он пустой",
    file_refused="Telegram его не принял ({reason})",
    bad_address="его адрес не похож на адрес файла",
    foreign_host="с сайта {host} скачивать файлы нельзя — разрешить может администратор",
    private_host="у сайта {host} нет публичного адреса",
    bad_status="его не удалось скачать, ответ сервера — {status}",
    login_page="вместо файла пришла веб-страница",
    compressed="он пришёл в сжатом виде",
    redirects="его адрес перенаправляет слишком много раз",
    silent="сервер, на котором он лежит, не отвечает",
)
