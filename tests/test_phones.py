"""Phone numbers in one form."""

import pytest

from bot.chats.phones import to_e164


@pytest.mark.parametrize(
    ("phone", "e164"),
    [
        ("+7 916 765-43-21", "+79167654321"),
        ("79167654321", "+79167654321"),
        ("8 (916) 765-43-21", "+79167654321"),
        ("8 (4912) 34-56-78", "+74912345678"),
        ("+84 91 234 56 78", "+84912345678"),
        ("+852 9123 4567", "+85291234567"),
        ("375291234567", "+375291234567"),
        ("", None),
        ("call me", None),
        ("1", None),
    ],
)
def test_a_number_as_people_write_it(phone: str, e164: str | None) -> None:
    """A plus is believed; without one, 8 and ten digits are a Russian number."""
    assert to_e164(phone) == e164


@pytest.mark.parametrize(
    ("phone", "e164"),
    [
        ("84912345678", "+84912345678"),
        ("85291234567", "+85291234567"),
        ("88801234567", "+88801234567"),
        ("79167654321", "+79167654321"),
        ("8 916 765-43-21", "+79167654321"),
    ],
)
def test_a_number_as_telegram_has_it(phone: str, e164: str) -> None:
    """Telegram leaves out the plus: Vietnam, Hong Kong and its own +888 are no Russian numbers."""
    assert to_e164(phone, international=True) == e164
