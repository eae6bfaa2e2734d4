"""Phone numbers in one form, so that one customer has one number."""

from contextlib import suppress

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse


def to_e164(phone: str, *, international: bool = False) -> str | None:
    """`phone` as E.164, such as `+79161234567`; None if it is no phone number.

    Russians write 8 for +7, and Telegram leaves out the plus: 84912345678 is a number of Ryazan to
    them, and one of Vietnam to it.

    Args:
        phone: As somebody has written it.
        international: Whether it begins with a country's code even without a plus.
    """
    digits = "".join(letter for letter in phone if letter.isdigit())
    readings = [digits]
    if len(digits) == 11 and digits[0] == "8":  # noqa: PLR2004 - the length of a Russian number
        readings.insert(1 if international or "+" in phone else 0, f"7{digits[1:]}")
    for reading in readings:
        with suppress(NumberParseException):
            return format_number(parse(f"+{reading}"), PhoneNumberFormat.E164)
    return None
