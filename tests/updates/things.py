"""Messages that share things: places, people, polls, games, rich messages."""

from updates.sample import (
    BOT,
    CHANNEL,
    DATE,
    DAY,
    FRIEND,
    GROUP,
    MESSAGE_ID,
    PLACE,
    Raw,
    Sample,
    file,
    message,
    photo,
    sticker,
)

_MAP = "https://yandex.ru/maps/?pt=37.618423,55.751244&z=16&l=map"
_VCARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Пётр Лебедев\r\nTEL;TYPE=CELL:+79161234567\r\n"
    "item1.EMAIL:p@lebedev.example\r\nORG:ООО «Лес»;Отдел\\, продаж\r\nTEL:+74951234567\r\n"
    "NOTE:звонить\r\n  утром\r\nEND:VCARD"
)


def _poll(**fields: object) -> Raw:
    return {
        "id": "5211",
        "question": "Когда удобно?",
        "options": [
            {"persistent_id": "a", "text": "Утром", "voter_count": 2},
            {"persistent_id": "b", "text": "Вечером", "voter_count": 0},
        ],
        "total_voter_count": 2,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        **fields,
    }


_CHECKLIST = {
    "title": "Ремонт",
    "tasks": [
        {"id": 1, "text": "Купить краску", "completed_by_user": FRIEND, "completion_date": DATE},
        {"id": 2, "text": "Покрасить"},
    ],
    "others_can_add_tasks": True,
}
_ABOUT_CHECKLIST = message({"checklist": _CHECKLIST}, message_id=4_100)

THINGS = [
    Sample("location", {"location": PLACE}, f"[геопозиция: 55.751244, 37.618423]\n{_MAP}"),
    Sample(
        "live location",
        {"location": PLACE | {"live_period": 900, "heading": 90, "horizontal_accuracy": 12.4}},
        "[трансляция геопозиции: 55.751244, 37.618423, точность: 12 м, "
        f"время трансляции: 15 минут]\n{_MAP}",
    ),
    Sample(
        "live location without an end",
        {"location": PLACE | {"live_period": 0x7FFFFFFF}},
        f"[трансляция геопозиции: 55.751244, 37.618423]\n{_MAP}",
    ),
    Sample(
        "venue, which comes with a location",
        {
            "venue": {"location": PLACE, "title": "Кофейня", "address": "Красная площадь, 1",
                      "foursquare_id": "4c1", "foursquare_type": "food/coffeeshop"},
            "location": PLACE,
        },
        f"[место: Кофейня, Красная площадь, 1]\n[геопозиция: 55.751244, 37.618423]\n{_MAP}",
    ),
    Sample(
        "somebody's contact",
        {"contact": {"phone_number": "79161234567", "first_name": "Пётр", "last_name": "Лебедев",
                     "user_id": 5_550_001, "vcard": _VCARD}},
        "[контакт: Пётр Лебедев, +79161234567]\nпочта: p@lebedev.example\n"
        "организация: ООО «Лес», Отдел, продаж\nтелефон: +74951234567\nпримечание: звонить утром",
    ),
    Sample(
        "users shared",
        {"users_shared": {"request_id": 1, "user_ids": [5_550_001, 5_550_002], "users": [
            {"user_id": 5_550_001, "first_name": "Пётр", "username": "plebedev",
             "photo": photo()},
            {"user_id": 5_550_002},
        ]}},
        "[выбраны пользователи: Пётр (@plebedev), id 5550002]",
    ),
    Sample(
        "user shared, as old servers tell it",
        {"user_shared": {"request_id": 1, "user_id": 5_550_001}},
        "[выбран пользователь: id 5550001]",
    ),
    Sample(
        "chat shared",
        {"chat_shared": {"request_id": 2, "chat_id": -1001234567890, "title": "Новости магазина",
                         "username": "shopnews"}},
        "[выбран чат: Новости магазина, https://t.me/shopnews]",
    ),
    Sample(
        "poll",
        {"poll": _poll(allows_multiple_answers=True, description="Ответьте до пятницы")},
        "[опрос: Когда удобно?]\nОтветьте до пятницы\n• Утром (2 голоса)\n• Вечером\n"
        "[анонимно, можно выбрать несколько вариантов]",
    ),
    Sample(
        "quiz with a picture",
        {"poll": _poll(
            type="quiz", is_anonymous=False, is_closed=True, correct_option_ids=[1],
            explanation="Потому что", open_period=60, media={"photo": photo("Quiz")},
        )},
        "[викторина: Когда удобно?]\n• Утром (2 голоса)\n• Вечером (верно)\n"
        "пояснение: Потому что\n[завершено]",
        (f"photo_{DAY}_{MESSAGE_ID}_1.jpg",),
    ),
    Sample(
        "poll option added",
        {"poll_option_added": {"option_persistent_id": "c", "option_text": "Ночью",
                               "poll_message": message({"poll": _poll()})}},
        "[в опрос добавлен вариант: Ночью, [опрос]]",
    ),
    Sample(
        "poll option deleted",
        {"poll_option_deleted": {"option_persistent_id": "c", "option_text": "Ночью"}},
        "[из опроса удалён вариант: Ночью]",
    ),
    Sample(
        "checklist",
        {"checklist": _CHECKLIST},
        "[список задач: Ремонт]\n☑ Купить краску\n☐ Покрасить",
    ),
    Sample(
        "checklist tasks done",
        {"checklist_tasks_done": {"checklist_message": _ABOUT_CHECKLIST,
                                  "marked_as_done_task_ids": [2],
                                  "marked_as_not_done_task_ids": [1, 9]}},
        "[отметки в списке задач: Ремонт]\n☑ Покрасить\n☐ Купить краску\n☐ пункт 9",
    ),
    Sample(
        "checklist tasks added",
        {"checklist_tasks_added": {"checklist_message": _ABOUT_CHECKLIST,
                                   "tasks": [{"id": 3, "text": "Убрать"}]}},
        "[новые пункты в списке задач: Ремонт]\n☐ Убрать",
    ),
    Sample("dice", {"dice": {"emoji": "🎲", "value": 5}}, "[бросок: 🎲 5]"),
    Sample(
        "game",
        {"game": {"title": "Змейка", "description": "Ешьте яблоки", "photo": photo(),
                  "text": "Рекорд: 7"}},
        "[игра: Змейка]\nЕшьте яблоки\nРекорд: 7",
    ),
    Sample("story", {"story": {"chat": CHANNEL, "id": 5}},
           "[история: Новости магазина, https://t.me/shopnews/s/5]"),
    Sample("story of a person", {"story": {"chat": {"id": 5_550_001, "type": "private",
                                                     "first_name": "Пётр"}, "id": 5}},
           "[история: Пётр]"),
    Sample(
        "web app data",
        {"web_app_data": {"button_text": "Заказать", "data": '{"id": 5}'}},
        '[данные мини-приложения: Заказать: {"id": 5}]',
    ),
    Sample(
        "proximity alert",
        {"proximity_alert_triggered": {"traveler": FRIEND, "watcher": BOT, "distance": 40}},
        "[сближение: Пётр Лебедев (@plebedev) и Магазин (@shop_bot): 40 м]",
    ),
    Sample(
        "rich message",
        {"rich_message": {"blocks": [
            {"type": "heading", "text": "Заказ", "size": 2},
            {"type": "paragraph", "text": [
                "смотри ", {"type": "url", "text": "сюда", "url": "https://a.ru"},
                {"type": "bold", "text": [" и ", {"type": "code", "text": "x=1"}]},
                {"type": "custom_emoji", "custom_emoji_id": "5", "alternative_text": "🔥"},
            ]},
            {"type": "list", "items": [
                {"label": "1.", "blocks": [{"type": "paragraph", "text": "яблоки"}]},
                {"label": "•", "has_checkbox": True, "is_checked": True,
                 "blocks": [{"type": "paragraph", "text": "груши"}]},
            ]},
            {"type": "blockquote", "blocks": [{"type": "paragraph", "text": "цитата"}],
             "credit": "Автор"},
            {"type": "pre", "text": "print(1)", "language": "python"},
            {"type": "table", "cells": [
                [{"align": "left", "valign": "top", "text": "цена", "is_header": True},
                 {"align": "left", "valign": "top", "text": "100"}],
            ]},
            {"type": "photo", "photo": photo("Rich"),
             "caption": {"text": "вид", "credit": "Пётр"}},
            {"type": "voice_note",
             "voice_note": file("RichVoice", duration=3, mime_type="audio/ogg")},
            {"type": "divider"},
            {"type": "details", "summary": "ещё", "blocks": [
                {"type": "mathematical_expression", "expression": "a^2"}]},
            {"type": "map", "location": PLACE, "zoom": 15, "width": 300, "height": 200},
            {"type": "footer", "text": "конец"},
        ]}},
        "Заказ\nсмотри сюда (https://a.ru) и `x=1`🔥\n1. яблоки\n☑ груши\n> цитата\n> — Автор\n"
        "```python\nprint(1)\n```\nцена | 100\nвид\n— Пётр\n———\nещё\n`a^2`\n"
        f"[геопозиция: 55.751244, 37.618423]\n{_MAP}\nконец",
        (f"photo_{DAY}_{MESSAGE_ID}_1.jpg", f"voice_{DAY}_{MESSAGE_ID}_2.ogg"),
    ),
    Sample(
        "gift",
        {"gift": {"gift": {"id": "51", "sticker": sticker(), "star_count": 15},
                  "text": "С праздником!", "is_private": True, "can_be_upgraded": True}},
        "[подарок: 😀, 15 ⭐]\nС праздником!",
    ),
    Sample(
        "gift upgrade sent",
        {"gift_upgrade_sent": {"gift": {"id": "51", "sticker": sticker(), "star_count": 15},
                               "prepaid_upgrade_star_count": 100, "is_upgrade_separate": True}},
        "[оплачено улучшение подарка: 😀, 15 ⭐]",
    ),
    Sample(
        "unique gift",
        {"unique_gift": {"origin": "transfer", "gift": {
            "gift_id": "6", "base_name": "Мишка", "name": "Bear-12", "number": 12,
            "model": {"name": "Бурый", "sticker": sticker(), "rarity_per_mille": 15},
            "symbol": {"name": "Лапа", "sticker": sticker(), "rarity_per_mille": 3},
            "backdrop": {"name": "Лес", "rarity_per_mille": 20, "colors": {
                "center_color": 1, "edge_color": 2, "symbol_color": 3, "text_color": 4}},
        }}},
        "[уникальный подарок: Мишка #12, https://t.me/nft/Bear-12]",
    ),
    Sample(
        "giveaway",
        {"giveaway": {"chats": [CHANNEL, GROUP], "winners_selection_date": DATE,
                      "winner_count": 3, "prize_description": "и футболка",
                      "premium_subscription_month_count": 6, "has_public_winners": True}},
        "[розыгрыш: 3 победителя, до 11.06.2026 17:46 UTC, приз: Telegram Premium на 6 месяцев, "
        "и футболка]\n• Новости магазина (https://t.me/shopnews)\n• Дачники",
    ),
    Sample("giveaway created", {"giveaway_created": {"prize_star_count": 500}},
           "[розыгрыш объявлен: 500 ⭐]"),
    Sample("giveaway created without stars", {"giveaway_created": {}}, "[розыгрыш объявлен]"),
    Sample(
        "giveaway winners",
        {"giveaway_winners": {"chat": CHANNEL, "giveaway_message_id": 3, "winner_count": 1,
                              "winners_selection_date": DATE, "winners": [FRIEND],
                              "prize_star_count": 500, "unclaimed_prize_count": 2}},
        "[итоги розыгрыша: Новости магазина (https://t.me/shopnews), 1 победитель, приз: 500 ⭐, "
        "не вручено: 2 приза]\n• Пётр Лебедев (@plebedev)",
    ),
    Sample("giveaway completed", {"giveaway_completed": {"winner_count": 11,
                                                         "is_star_giveaway": True}},
           "[розыгрыш завершён: 11 победителей]"),
]  # fmt: skip
