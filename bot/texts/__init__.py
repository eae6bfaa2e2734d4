"""What the bridge says: to customers in their language, to operators in the one that is set."""

from typing import Final

from bot.texts import en, ru
from bot.texts.content import ContentTexts
from bot.texts.delivery import DeliveryTexts, FileTexts
from bot.texts.model import CustomerTexts, OperatorTexts

_READ_RUSSIAN: Final = {"ru", "be", "kk", "ky", "uk"}
_OPERATOR: Final = {"ru": ru.OPERATOR, "en": en.OPERATOR}

__all__ = [
    "ContentTexts",
    "CustomerTexts",
    "DeliveryTexts",
    "FileTexts",
    "OperatorTexts",
    "customer_texts",
    "operator_texts",
]


def customer_texts(language_code: str | None) -> CustomerTexts:
    """The texts for a customer whose Telegram is set to a language such as `ru` or `en-GB`."""
    language = (language_code or "").partition("-")[0].lower()
    return ru.CUSTOMER if language in _READ_RUSSIAN else en.CUSTOMER


def operator_texts(language: str) -> OperatorTexts:
    """The texts for operators: `ru` or `en`."""
    return _OPERATOR[language]
