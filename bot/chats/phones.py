"""Phone numbers in one form, so that one customer has one number."""

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse


def to_e164(phone: str) -> str | None:
    """`phone` as E.164, such as `+79161234567`; None if it is no phone number.

    Telegram leaves out the plus; Russians write 8 for +7.
    """
    digits = "".join(letter for letter in phone if letter.isdigit())
    if len(digits) == 11 and digits[0] == "8":  # noqa: PLR2004 - the length of a Russian number
        digits = f"7{digits[1:]}"
    try:
        return format_number(parse(f"+{digits}"), PhoneNumberFormat.E164)
    except NumberParseException:
        return None
