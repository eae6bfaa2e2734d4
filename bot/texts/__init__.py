"""What the bridge says: to customers in their language, to operators in the one that is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts import en, ru
from bot.texts.content import ContentTexts
from bot.texts.delivery import DeliveryTexts
from bot.texts.model import CustomerTexts, OperatorTexts
from bot.texts.overrides import overridden

READ_RUSSIAN: Final = ("ru", "be", "kk", "ky", "uk")
"""Languages of Telegram whose speakers get Russian texts; all others get English ones."""

_OPERATOR: Final = {"ru": ru.OPERATOR, "en": en.OPERATOR}

__all__ = [
    "READ_RUSSIAN",
    "ContentTexts",
    "CustomerLanguages",
    "CustomerTexts",
    "DeliveryTexts",
    "OperatorTexts",
    "operator_texts",
]


@dataclass(frozen=True, slots=True)
class CustomerLanguages:
    """The texts for customers, in the languages that there are."""

    ru: CustomerTexts = ru.CUSTOMER
    en: CustomerTexts = en.CUSTOMER

    @classmethod
    def with_overrides(
        cls, for_ru: Mapping[str, str], for_en: Mapping[str, str]
    ) -> "CustomerLanguages":
        """The texts, with those that an administrator replaces; `check_text` has let them pass."""
        return cls(overridden(ru.CUSTOMER, for_ru), overridden(en.CUSTOMER, for_en))

    def texts(self, language_code: str | None) -> CustomerTexts:
        """The texts for a customer whose Telegram is set to a language such as `ru` or `en-GB`."""
        language = (language_code or "").partition("-")[0].lower()
        return self.ru if language in READ_RUSSIAN else self.en


def operator_texts(language: str) -> OperatorTexts:
    """The texts for operators: `ru` or `en`."""
    return _OPERATOR[language]
