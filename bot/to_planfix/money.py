"""Invoices, payments, prices, paid media and suggested posts."""

from typing import Final

from aiogram.types import (
    Message,
    PaidMediaLivePhoto,
    PaidMediaPhoto,
    PaidMediaPreview,
    PaidMediaVideo,
    SuggestedPostPaid,
    SuggestedPostPrice,
)

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, CustomerFile, clean, note
from bot.to_planfix.entities import date_of
from bot.to_planfix.files import Origin, files_of
from bot.to_planfix.origins import summary

_DECIMALS: Final = dict.fromkeys(
    ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "RWF", "DJF", "GNF", "KMF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
"""So many of an amount's digits stand behind the point; two, where nothing is said here."""
_NANOTONS: Final = 9


def amount_of(amount: int, currency: str, words: ContentTexts) -> str:
    """An amount in the smallest units of its currency, as people write it."""
    if currency == "XTR":
        return words.stars.format(count=amount)
    decimals = _NANOTONS if currency == "TON" else _DECIMALS.get(currency, 2)
    whole, part = divmod(abs(amount), 10**decimals)
    digits = f"{part:0{decimals}d}" if decimals else ""
    if currency == "TON":
        digits = digits.rstrip("0")
    number = f"{whole}.{digits}" if digits else str(whole)
    return f"{'-' if amount < 0 else ''}{number} {clean(currency)}"


def invoice(message: Message, words: ContentTexts) -> Content:
    """A bill."""
    bill = message.invoice
    if bill is None:
        return Content()
    amount = amount_of(bill.total_amount, bill.currency, words)
    label = note(words.kinds["invoice"], clean(bill.title), amount)
    return Content("\n".join(filter(None, (label, clean(bill.description)))))


def payment(message: Message, words: ContentTexts) -> Content:
    """A payment that was made, or given back."""
    paid, refunded = message.successful_payment, message.refunded_payment
    done = paid or refunded
    if done is None:
        return Content()
    label = words.kinds["successful_payment" if paid else "refunded_payment"]
    amount = amount_of(done.total_amount, done.currency, words)
    return Content(note(label, amount, clean(done.invoice_payload)))


def paid_media(message: Message, words: ContentTexts) -> Content:
    """Media that cost stars: the files, or that they cannot be seen."""
    offer = message.paid_media
    if offer is None:
        return Content()
    origin = Origin.of(message)
    files: list[CustomerFile] = []
    hidden = not offer.paid_media
    for index, item in enumerate(offer.paid_media, start=1):
        match item:
            case PaidMediaPhoto() | PaidMediaVideo() | PaidMediaLivePhoto():
                files += files_of(item, origin.part(index))
            case PaidMediaPreview():
                hidden = True
    stars = words.stars.format(count=offer.star_count)
    details = (stars, words.paid_preview if hidden else "")
    return Content(note(words.kinds["paid_media"], *details), tuple(files))


def _price(price: SuggestedPostPrice | None, words: ContentTexts) -> str:
    return words.price.format(price=amount_of(price.amount, price.currency, words)) if price else ""


def suggested_post(message: Message, words: ContentTexts) -> Content:
    """What a customer asks for a post that is suggested to a channel."""
    info = message.suggested_post_info
    if info is None:
        return Content()
    state = words.suggested_states.get(info.state, clean(info.state))
    date = date_of(info.send_date, words)
    when = words.send_date.format(date=date) if date else ""
    return Content(note(words.kinds["suggested_post_info"], state, _price(info.price, words), when))


def suggested_post_answered(message: Message, words: ContentTexts) -> Content:
    """A suggested post was approved, could not be paid, or was declined."""
    approved, failed = message.suggested_post_approved, message.suggested_post_approval_failed
    if approved:
        when = words.send_date.format(date=date_of(approved.send_date, words))
        details = (_price(approved.price, words), when)
        about, kind = approved.suggested_post_message, "suggested_post_approved"
    elif failed:
        details = (_price(failed.price, words), "")
        about, kind = failed.suggested_post_message, "suggested_post_approval_failed"
    elif declined := message.suggested_post_declined:
        comment = clean(declined.comment or "")
        details = (f"{words.comment}: {comment}" if comment else "", "")
        about, kind = declined.suggested_post_message, "suggested_post_declined"
    else:
        return Content()
    return Content(note(words.kinds[kind], *details, summary(about, words) if about else ""))


def suggested_post_money(message: Message, words: ContentTexts) -> Content:
    """A suggested post was paid for, or the money was given back."""
    paid, refunded = message.suggested_post_paid, message.suggested_post_refunded
    if paid:
        about, detail, kind = paid.suggested_post_message, _paid(paid, words), "suggested_post_paid"
    elif refunded:
        about, kind = refunded.suggested_post_message, "suggested_post_refunded"
        detail = words.refund_reasons.get(refunded.reason, words.no_reason)
    else:
        return Content()
    return Content(note(words.kinds[kind], detail, summary(about, words) if about else ""))


def _paid(paid: SuggestedPostPaid, words: ContentTexts) -> str:
    if paid.star_amount:
        return words.stars.format(count=paid.star_amount.amount)
    return amount_of(paid.amount, paid.currency, words) if paid.amount else ""


def message_price(message: Message, words: ContentTexts) -> Content:
    """What messages to a chat or to a channel cost from now on."""
    if price := message.paid_message_price_changed:
        stars = price.paid_message_star_count
        return Content(
            note(words.kinds["paid_message_price_changed"], words.stars.format(count=stars))
        )
    direct = message.direct_message_price_changed
    if direct is None:
        return Content()
    on = direct.are_direct_messages_enabled
    cost = words.stars.format(count=direct.direct_message_star_count or 0) if on else words.off
    return Content(note(words.kinds["direct_message_price_changed"], cost))
