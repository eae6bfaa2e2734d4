"""Payments and service messages."""

from updates.sample import BOT, DATE, DAY, FRIEND, MESSAGE_ID, Raw, Sample, file, message, photo

_POST = message({"text": "Продаю гараж"}, message_id=4_200)
_PRICE = {"currency": "XTR", "amount": 100}


def _payment(**fields: object) -> Raw:
    return {
        "currency": "RUB",
        "total_amount": 149_900,
        "invoice_payload": "заказ-15",
        "telegram_payment_charge_id": "tg1",
        "provider_payment_charge_id": "pr1",
        **fields,
    }


def _plain(kind: str, value: object, text: str) -> Sample:
    return Sample(kind, {kind: value}, text)


HAPPENINGS = [
    Sample(
        "invoice",
        {"invoice": {"title": "Заказ 15", "description": "Краска, 2 банки", "start_parameter": "a",
                     "currency": "RUB", "total_amount": 149_900}},
        "[счёт: Заказ 15, 1499.00 RUB]\nКраска, 2 банки",
    ),
    _plain("successful_payment", _payment(order_info={"name": "Мария"}),
           "[платёж прошёл: 1499.00 RUB, заказ-15]"),
    _plain("refunded_payment", _payment(currency="XTR", total_amount=50),
           "[платёж возвращён: 50 ⭐, заказ-15]"),
    Sample(
        "suggested post",
        {"text": "Продаю гараж", "suggested_post_info": {
            "state": "pending", "price": {"currency": "TON", "amount": 1_500_000_000},
            "send_date": DATE}},
        "Продаю гараж\n[предложенная публикация: ждёт решения, цена: 1.5 TON, "
        "выйдет 11.06.2026 17:46 UTC]",
    ),
    _plain("suggested_post_approved",
           {"suggested_post_message": _POST, "price": _PRICE, "send_date": DATE},
           "[предложенная публикация одобрена: цена: 100 ⭐, выйдет 11.06.2026 17:46 UTC, "
           "«Продаю гараж»]"),
    _plain("suggested_post_approval_failed", {"suggested_post_message": _POST, "price": _PRICE},
           "[предложенную публикацию не удалось оплатить: цена: 100 ⭐, «Продаю гараж»]"),
    _plain("suggested_post_declined", {"suggested_post_message": _POST, "comment": "не по теме"},
           "[предложенная публикация отклонена: комментарий: не по теме, «Продаю гараж»]"),
    _plain("suggested_post_paid", {"suggested_post_message": _POST, "currency": "XTR",
                                   "star_amount": {"amount": 100}},
           "[предложенная публикация оплачена: 100 ⭐, «Продаю гараж»]"),
    _plain("suggested_post_refunded", {"reason": "post_deleted"},
           "[оплата предложенной публикации возвращена: публикацию удалили раньше срока]"),
    _plain("paid_message_price_changed", {"paid_message_star_count": 10},
           "[изменена цена сообщений: 10 ⭐]"),
    _plain("direct_message_price_changed", {"are_direct_messages_enabled": False},
           "[изменена цена личных сообщений каналу: выключено]"),
    _plain("new_chat_members", [FRIEND], "[в чат добавлены участники: Пётр Лебедев (@plebedev)]"),
    _plain("left_chat_member", FRIEND, "[участник вышел из чата: Пётр Лебедев (@plebedev)]"),
    _plain("chat_owner_left", {"new_owner": FRIEND},
           "[владелец вышел из чата: Пётр Лебедев (@plebedev)]"),
    _plain("chat_owner_changed", {"new_owner": FRIEND},
           "[у чата новый владелец: Пётр Лебедев (@plebedev)]"),
    _plain("new_chat_title", "Заказы", "[новое название чата: Заказы]"),
    Sample("new_chat_photo", {"new_chat_photo": photo()}, "[новое фото чата]",
           (f"photo_{DAY}_{MESSAGE_ID}.jpg",)),
    _plain("delete_chat_photo", True, "[фото чата удалено]"),
    _plain("group_chat_created", True, "[создана группа]"),
    _plain("supergroup_chat_created", True, "[создана супергруппа]"),
    _plain("channel_chat_created", True, "[создан канал]"),
    _plain("message_auto_delete_timer_changed", {"message_auto_delete_time": 86_400},
           "[автоудаление сообщений: 1 день]"),
    _plain("migrate_to_chat_id", -1001112223334, "[группа стала супергруппой: -1001112223334]"),
    _plain("migrate_from_chat_id", -400, "[супергруппа создана из группы: -400]"),
    _plain("connected_website", "shop.example", "[вход через Telegram на сайт: shop.example]"),
    _plain("write_access_allowed", {"web_app_name": "Каталог"},
           "[клиент разрешил боту писать ему: Каталог]"),
    _plain("passport_data", {
        "data": [{"type": "passport", "data": "ZGF0YQ==", "hash": "aGFzaA==",
                  "front_side": file("Pass", file_date=DATE)}],
        "credentials": {"data": "YQ==", "hash": "Yg==", "secret": "Yw=="}},
        "[данные Telegram Passport: 1 документ, они зашифрованы, мост их не читает]"),
    _plain("boost_added", {"boost_count": 4}, "[буст чата: 4 буста]"),
    _plain("chat_background_set", {"type": {"type": "chat_theme", "theme_name": "🏔"}},
           "[изменён фон чата]"),
    _plain("forum_topic_created", {"name": "Доставка", "icon_color": 7_322_096},
           "[создана тема: Доставка]"),
    _plain("forum_topic_edited", {"name": "Возвраты"}, "[изменена тема: Возвраты]"),
    _plain("forum_topic_closed", {}, "[тема закрыта]"),
    _plain("forum_topic_reopened", {}, "[тема снова открыта]"),
    _plain("general_forum_topic_hidden", {}, "[общая тема скрыта]"),
    _plain("general_forum_topic_unhidden", {}, "[общая тема снова видна]"),
    _plain("video_chat_scheduled", {"start_date": DATE},
           "[назначен видеочат: 11.06.2026 17:46 UTC]"),
    _plain("video_chat_started", {}, "[видеочат начался]"),
    _plain("video_chat_ended", {"duration": 125}, "[видеочат завершён: 2 минуты]"),
    _plain("video_chat_participants_invited", {"users": [FRIEND]},
           "[в видеочат приглашены: Пётр Лебедев (@plebedev)]"),
    _plain("managed_bot_created", {"bot_user": BOT}, "[создан бот: Магазин (@shop_bot)]"),
    _plain("community_chat_added", {"community": {"id": 9, "name": "Дачи"}},
           "[чат добавлен в сообщество: Дачи]"),
    _plain("community_chat_removed", {}, "[чат убран из сообщества]"),
    _plain("community_chat_joined", {"community": {"id": 9, "name": "Дачи"}},
           "[вступление в сообщество: Дачи]"),
    _plain("hologram", {"id": 7}, "[неподдерживаемое сообщение: hologram]"),
]  # fmt: skip
