"""What start links say: every value comes back as it was, or no link is made."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.start.links import Started, StartLinks
from bot.start.payload import (
    CODES,
    MAX_PAYLOAD,
    NOTHING_SAID,
    TITLE,
    PayloadError,
    StartPayload,
    build,
    parse,
)

ALLOWED = set(string.ascii_letters + string.digits + "_-")
UTM = [name for name in CODES.values() if name != TITLE]
NAMES = [*UTM, "promo", "Город", "id_", "_id", "a b"]
TOKEN = "42:abc"

names = st.sampled_from(NAMES) | st.text(max_size=8)
values = st.text(max_size=20) | st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
payloads = st.builds(StartPayload, st.dictionaries(names, values, max_size=4), values)


def links(secret: str = TOKEN, *, require_signature: bool = False) -> StartLinks:
    """The links of a bot."""
    return StartLinks(secret, NAMES, require_signature=require_signature)


@given(payloads)
def test_every_value_comes_back_or_is_refused(wanted: StartPayload) -> None:
    """Whatever a link is to say: Telegram takes it and it comes back the same, or it is no link."""
    try:
        payload = build(wanted)
    except PayloadError:
        return
    assert len(payload) <= MAX_PAYLOAD
    assert set(payload) <= ALLOWED
    assert parse(payload) == (wanted or None)


@given(st.text(max_size=70) | st.text(sorted(ALLOWED), max_size=70))
def test_any_text_can_be_read(payload: str) -> None:
    """Whatever stands behind /start, reading it ends well, and fills in only what is allowed."""
    started = links().read(payload)
    assert set(started.said.fields) <= set(NAMES)
    for value in (*started.said.fields.values(), started.said.title):
        assert value.isprintable()
    assert links(require_signature=True).read(payload).said == NOTHING_SAID


@pytest.mark.parametrize(
    ("wanted", "payload"),
    [
        (StartPayload({"utm_source": "google", "utm_medium": "cpc"}), "s-google_m-cpc"),
        (StartPayload({"utm_campaign": "spring_sale-24"}), "c-spring__sale-24"),
        (StartPayload({"promo": "A5"}, "Hi"), "promo-A5_T-Hi"),
        (StartPayload({"utm_source": "vk", "utm_campaign": "Весна"}), "s-vk_-wYz3C5fHt4A"),
        (StartPayload({"utm_term": "日本"}), "-udD3ml6XmnKw"),
    ],
)
def test_the_form_is_as_documented(wanted: StartPayload, payload: str) -> None:
    """Links that were printed once are read for ever, so the form may not change."""
    assert build(wanted) == payload
    assert parse(payload) == wanted


def test_a_long_russian_title_fits() -> None:
    """A campaign and a title of a few Russian words fit into one signed link."""
    wanted = StartPayload({"utm_source": "vk"}, "Заказ по каталогу, скидка 10 %")
    payload = links().payload(wanted, signed=True)
    assert links().read(payload) == Started(wanted)


@pytest.mark.parametrize(
    "payload",
    ["promo", "ref123", "s", "s-", "-", "-w", "-x00", "-wYz0", "_", "s-a_s-b", "s-a_b", "s-a_",
     "other-5", "s-a b", "s-й", "s-" + "a" * 63, ""],
)  # fmt: skip
def test_what_is_not_ours_fills_in_nothing(payload: str) -> None:
    """Foreign, garbled and too long payloads are no error and fill in nothing."""
    assert links().read(payload) == Started()


@given(st.text(sorted(ALLOWED), min_size=1, max_size=5), st.integers(0, 63))
def test_a_signed_link_cannot_be_changed(other: str, place: int) -> None:
    """A signed link fills in its fields; changed anywhere, or of another bot, it fills in none."""
    wanted = StartPayload({"utm_source": "google", "utm_medium": "cpc"}, "Price")
    payload = links().payload(wanted, signed=True)
    assert links(require_signature=True).read(payload) == Started(wanted)
    assert links("42:other").read(payload) == Started()
    place %= len(payload)
    changed = payload[:place] + other + payload[place + len(other) :]
    if changed != payload:
        assert links(require_signature=True).read(changed).said == NOTHING_SAID


def test_an_unsigned_link_is_named_where_signatures_are_required() -> None:
    """Its fields are not filled in, and it is told apart from a payload that says nothing."""
    payload = links().payload(StartPayload({"utm_source": "google"}), signed=False)
    assert links(require_signature=True).read(payload) == Started(unsigned=True)
    assert links(require_signature=True).read("promo") == Started()
    required = links(require_signature=True)
    made = required.payload(StartPayload({"utm_source": "google"}), signed=False)
    assert required.read(made).said


def test_only_configured_fields_are_filled_in() -> None:
    """A field that was taken out of the settings is passed over, the others are not."""
    payload = links().payload(StartPayload({"utm_source": "vk", "promo": "5"}), signed=False)
    fewer = StartLinks(TOKEN, ["utm_source"], require_signature=False)
    assert fewer.read(payload).said == StartPayload({"utm_source": "vk"})


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (StartPayload({"utm_source": "a" * 30, "utm_campaign": "b" * 40}),
         "too long by 11: .* 64 characters, and this takes 75. utm_campaign takes most, 42."),
        (StartPayload({}, "т" * 60), "the title takes most"),
        (StartPayload({"utm_source": ""}), "utm_source must be one line"),
        (StartPayload({"utm_source": " a"}), "utm_source must be one line"),
        (StartPayload({"a=b": "c"}), "a field with the name 'a=b'"),
        (StartPayload({"s": "c"}), "a field with the name 's'"),
    ],
)  # fmt: skip
def test_what_no_link_can_say_is_told(wanted: StartPayload, words: str) -> None:
    """The error names the field, and how much is too much."""
    with pytest.raises(PayloadError, match=words):
        build(wanted)
