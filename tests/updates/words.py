"""Messages of words: formatting, answers, forwards."""

from updates.sample import (
    BOT,
    CHANNEL,
    DATE,
    FRIEND,
    GROUP,
    PLACE,
    PRIVATE_CHANNEL,
    Raw,
    Sample,
    file,
    message,
    photo,
)

_CODE = "смотри 😀 print(1) и\nдве\nстроки"
_ANSWER = message({"text": "Когда привезёте заказ номер 15 на улицу Ленина?\nЖду ответа " * 3},
                  message_id=4_000) | {"from": BOT}  # fmt: skip


def _forwarded(origin: Raw) -> Raw:
    return {"forward_origin": origin | {"date": DATE - 900}, "text": "Сколько стоит?"}


def _reply(answered: Raw, **fields: object) -> Raw:
    return {"reply_to_message": message(answered, message_id=4_001), "text": "Да", **fields}


WORDS = [
    Sample("text", {"text": "Здравствуйте! 👋🏽"}, "Здравствуйте! 👋🏽"),
    Sample(
        "text that only looks different",
        {
            "text": "важно #тег @masha /help a@b.ru https://a.ru/x 👍",
            "entities": [
                {"type": "bold", "offset": 0, "length": 5},
                {"type": "hashtag", "offset": 6, "length": 4},
                {"type": "mention", "offset": 11, "length": 6},
                {"type": "bot_command", "offset": 18, "length": 5},
                {"type": "email", "offset": 24, "length": 6},
                {"type": "url", "offset": 31, "length": 14},
                {"type": "custom_emoji", "offset": 46, "length": 2, "custom_emoji_id": "5368"},
            ],
            "link_preview_options": {"is_disabled": True},
        },
        "важно #тег @masha /help a@b.ru https://a.ru/x 👍",
    ),
    Sample(
        "text with structure",
        {
            "text": _CODE,
            "entities": [
                {"type": "code", "offset": 10, "length": 8},
                {"type": "expandable_blockquote", "offset": 21, "length": 10},
            ],
        },
        "смотри 😀 `print(1)` и\n> две\n> строки",
    ),
    Sample(
        "text with hidden words, a mention and a date",
        {
            "text": "секрет знает Пётр в пятницу",
            "entities": [
                {"type": "spoiler", "offset": 0, "length": 6},
                {"type": "text_mention", "offset": 13, "length": 4, "user": FRIEND},
                {"type": "date_time", "offset": 20, "length": 7, "unix_time": DATE,
                 "date_time_format": "wd"},
            ],
        },
        "[скрытый текст: секрет] знает Пётр (Пётр Лебедев) в пятницу (11.06.2026 17:46 UTC)",
    ),
    Sample(
        "forward from a user",
        _forwarded({"type": "user", "sender_user": FRIEND}),
        "[переслано, автор: Пётр Лебедев (@plebedev)]\nСколько стоит?",
    ),
    Sample(
        "forward from a hidden user",
        _forwarded({"type": "hidden_user", "sender_user_name": "Тайный Друг"}),
        "[переслано, автор: Тайный Друг]\nСколько стоит?",
    ),
    Sample(
        "forward from a group",
        _forwarded({"type": "chat", "sender_chat": GROUP, "author_signature": "админ"}),
        "[переслано, автор: Дачники, админ]\nСколько стоит?",
    ),
    Sample(
        "forward from a channel",
        _forwarded({"type": "channel", "chat": CHANNEL, "message_id": 318}),
        "[переслано, автор: Новости магазина (https://t.me/shopnews/318)]\nСколько стоит?",
    ),
    Sample(
        "forward from a private channel",
        _forwarded({"type": "channel", "chat": PRIVATE_CHANNEL, "message_id": 7}),
        "[переслано, автор: Только для своих (https://t.me/c/9876543210/7)]\nСколько стоит?",
    ),
    Sample(
        "forward as old servers tell it",
        {"forward_from": FRIEND, "forward_date": DATE, "text": "Сколько стоит?"},
        "[переслано, автор: Пётр Лебедев (@plebedev)]\nСколько стоит?",
    ),
    Sample(
        "reply to a long message",
        {"reply_to_message": _ANSWER, "text": "Завтра"},
        "↩ «Когда привезёте заказ номер 15 на улицу Ленина? Жду ответа Когда привезёте зака…»\n"
        "Завтра",
    ),
    Sample(
        "quote",
        {
            "reply_to_message": _ANSWER,
            "quote": {"text": "заказ номер 15", "position": 16, "is_manual": True},
            "text": "Завтра",
        },
        "↩ «заказ номер 15»\nЗавтра",
    ),
    Sample("reply to a photo", _reply({"photo": photo()}), "↩ [фото]\nДа"),
    Sample(
        "reply to a document",
        _reply({"document": file("D", file_name="счёт.pdf")}),
        "↩ [файл: счёт.pdf]\nДа",
    ),
    Sample(
        "reply to a task of a checklist",
        _reply(
            {"checklist": {"title": "Дела", "tasks": [{"id": 1, "text": "Купить"},
                                                     {"id": 2, "text": "Продать"}]}},
            reply_to_checklist_task_id=2,
        ),
        "↩ «Продать»\nДа",
    ),
    Sample(
        "reply to another chat",
        {
            "external_reply": {
                "origin": {"type": "channel", "chat": CHANNEL, "message_id": 9, "date": DATE},
                "chat": CHANNEL,
                "message_id": 9,
                "photo": photo(),
            },
            "quote": {"text": "скидка 20 %", "position": 0},
            "text": "Это правда?",
        },
        "↩ [из другого чата, автор: Новости магазина (https://t.me/shopnews/9)] "
        "«скидка 20 %»\nЭто правда?",
    ),
    Sample(
        "reply to another chat without a quote",
        {
            "external_reply": {
                "origin": {"type": "user", "sender_user": FRIEND, "date": DATE},
                "location": PLACE,
            },
            "text": "Сюда",
        },
        "↩ [из другого чата, автор: Пётр Лебедев (@plebedev)] [геопозиция]\nСюда",
    ),
    Sample(
        "reply to a story",
        {"reply_to_story": {"chat": CHANNEL, "id": 12}, "text": "Красиво"},
        "↩ [история: Новости магазина, https://t.me/shopnews/s/12]\nКрасиво",
    ),
    Sample(
        "message through another bot, with its buttons",
        {
            "via_bot": {"id": 9, "is_bot": True, "first_name": "GIF", "username": "gif"},
            "text": "результат",
            "reply_markup": {
                "inline_keyboard": [
                    [{"text": "Сайт", "url": "https://a.ru"}, {"text": "Ещё", "callback_data": "m"}]
                ]
            },
        },
        "результат\n[кнопки: Сайт (https://a.ru), Ещё]",
    ),
    Sample(
        "pinned message",
        {"pinned_message": message({"text": "Адрес: Ленина, 5"}, message_id=3_900)},
        "[закреплено сообщение: «Адрес: Ленина, 5»]",
    ),
    Sample(
        "pinned message that is gone",
        {"pinned_message": {"chat": {"id": 77, "type": "private", "first_name": "Мария"},
                            "message_id": 1, "date": 0}},
        "[закреплено сообщение: [сообщение недоступно]]",
    ),
    Sample(
        "own words of a customer with protected content and an effect",
        {
            "text": "Спасибо",
            "effect_id": "5104841245755180586",
            "has_protected_content": True,
            "is_from_offline": True,
            "paid_star_count": 5,
            "sender_boost_count": 1,
        },
        "Спасибо",
    ),
]  # fmt: skip
