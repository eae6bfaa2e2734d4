"""Gifts and giveaways."""

from aiogram.types import GiftInfo, Giveaway, GiveawayWinners, Message

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, note
from bot.to_planfix.entities import date_of, readable
from bot.to_planfix.origins import summary
from bot.to_planfix.people import chat_name, full_name


def gift(message: Message, words: ContentTexts) -> Content:
    """A gift, or a paid upgrade of one."""
    kind = "gift" if message.gift else "gift_upgrade_sent"
    given: GiftInfo | None = message.gift or message.gift_upgrade_sent
    if given is None:
        return Content()
    emoji = clean(given.gift.sticker.emoji or "")
    label = note(words.kinds[kind], emoji, words.stars.format(count=given.gift.star_count))
    text = clean(readable(given.text or "", given.entities, words))
    return Content("\n".join(filter(None, (label, text))))


def unique_gift(message: Message, words: ContentTexts) -> Content:
    """A gift of which there is one, with the address where it can be seen."""
    given = message.unique_gift
    if given is None:
        return Content()
    name = f"{clean(given.gift.base_name)} #{given.gift.number}"
    link = f"https://t.me/nft/{clean(given.gift.name)}"
    text = clean(readable(given.text or "", given.entities, words))
    return Content("\n".join(filter(None, (note(words.kinds["unique_gift"], name, link), text))))


def giveaway(message: Message, words: ContentTexts) -> Content:
    """A giveaway that is announced: who gives, what, and until when."""
    offer = message.giveaway
    if offer is None:
        return Content()
    label = note(
        words.kinds["giveaway"],
        words.count("winner", offer.winner_count),
        words.until.format(date=date_of(offer.winners_selection_date, words)),
        *_prizes(offer, words),
    )
    return Content("\n".join([label, *(f"• {chat_name(chat)}" for chat in offer.chats)]))


def _prizes(offer: Giveaway | GiveawayWinners, words: ContentTexts) -> list[str]:
    prizes = []
    if offer.prize_star_count:
        prizes.append(words.stars.format(count=offer.prize_star_count))
    if months := offer.premium_subscription_month_count:
        prizes.append(words.premium.format(months=words.count("month", months)))
    if offer.prize_description:
        prizes.append(clean(offer.prize_description))
    return [f"{words.prize}: {', '.join(prizes)}"] if prizes else []


def giveaway_winners(message: Message, words: ContentTexts) -> Content:
    """Who won a giveaway."""
    result = message.giveaway_winners
    if result is None:
        return Content()
    label = note(
        words.kinds["giveaway_winners"],
        chat_name(result.chat),
        words.count("winner", result.winner_count),
        *_prizes(result, words),
        _unclaimed(result.unclaimed_prize_count, words),
    )
    return Content("\n".join([label, *(f"• {full_name(user)}" for user in result.winners)]))


def giveaway_event(message: Message, words: ContentTexts) -> Content:
    """A giveaway was announced, or is over."""
    if created := message.giveaway_created:
        stars = created.prize_star_count
        prize = words.stars.format(count=stars) if stars else ""
        return Content(note(words.kinds["giveaway_created"], prize))
    ended = message.giveaway_completed
    if ended is None:
        return Content()
    return Content(
        note(
            words.kinds["giveaway_completed"],
            words.count("winner", ended.winner_count),
            _unclaimed(ended.unclaimed_prize_count, words),
            summary(ended.giveaway_message, words) if ended.giveaway_message else "",
        )
    )


def _unclaimed(count: int | None, words: ContentTexts) -> str:
    return words.unclaimed.format(prizes=words.count("prize", count)) if count else ""
