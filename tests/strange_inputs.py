"""Strange inputs for the doors of the bridge, as hypothesis makes them."""

import itertools
import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from bot.media.links import FileRef, MediaLinks
from bot.settings.settings import MediaSettings
from support import TOKEN, WEBHOOK_KEY

FORM = "application/x-www-form-urlencoded"


def addresses() -> Iterator[str]:
    """Ever other addresses, so that nobody is slowed down."""
    for number in itertools.count():
        yield f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


STRANGERS = addresses()


def asked_by_another(headers: dict[str, str]) -> dict[str, str]:
    """The headers as a proxy hands them on for a client that was not here before."""
    before = headers.get("X-Forwarded-For", "")
    return headers | {"X-Forwarded-For": f"{before}, {next(STRANGERS)}"}


HOSTILE = st.sampled_from(
    [
        "", "\0", "\r\n", "\x1b[31mred", "\x9b2J", "\u2028", "\u202egnp.exe", "\ud800", "💌",
        '{"event": "fake"}', "%", "%zz", "%00", "../..", "a" * 5_000, "9" * 5_000, "-1", "NaN",
    ]
)  # fmt: skip
TEXT = st.one_of(HOSTILE, st.text(max_size=30))
HEADER_VALUE = st.one_of(
    st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=60),
    st.sampled_from(["a" * 3_000, "%00", "\x1b[2J", "::1", "127.0.0.1", "1.2.3.4:5"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "X-Forwarded-For", "Accept", "Range", "If-Range", "Content-Encoding", "Expect",
            "Origin", "Connection", "Upgrade", "Cookie", "Authorization", "X-Odd", "Host",
        ]
    ),
    HEADER_VALUE,
    max_size=3,
)  # fmt: skip
METHODS = st.sampled_from(["POST"] * 6 + ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "X"])

FIELD = st.one_of(
    st.sampled_from(
        [
            ("cmd", "newMessage"), ("providerId", "telegram"), ("token", WEBHOOK_KEY),
            ("token", "wrong"), ("chatId", "777"), ("chatId", "-100:topic:1"), ("message", "Да"),
            ("attachments[name]", "a.jpg"), ("attachments[url]", "http://127.0.0.1/a.jpg"),
        ]
    ),
    st.tuples(
        st.sampled_from(["chatId", "contactPhone", "message", "messageId", "userName", "x", ""]),
        TEXT,
    ),
)  # fmt: skip
NAMES = ("chatId", "messageId", "message", "userName")
RIGHT = [("cmd", "newMessage"), ("providerId", "telegram"), ("token", WEBHOOK_KEY)]
FIELDS = st.one_of(
    st.lists(FIELD, max_size=8),
    st.lists(FIELD, max_size=5).map(lambda more: RIGHT + more),
    st.builds(
        lambda *values: RIGHT + list(zip(NAMES, values, strict=True)),
        st.sampled_from(["777", "-100:topic:1", "5:business:a"]), TEXT, TEXT, TEXT,
    ),
)  # fmt: skip


def form(fields: list[tuple[str, str]], noise: bytes) -> bytes:
    """A form with something broken at its end."""
    return urlencode(fields, errors="replace").encode() + noise


FORMS = st.builds(form, FIELDS, st.one_of(st.just(b""), st.binary(max_size=40)))
FORM_TYPES = st.sampled_from(
    [FORM] * 8 + [f"{FORM}; charset=utf-7", f"{FORM}; charset=\0", "application/json", "", "a/b;c"]
)

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip
ID = st.one_of(
    st.integers(),
    st.integers(1, 2**40),
    st.sampled_from([0, -1, 2**53, 10**30, True, None, "1", [], {}]),
)
UPDATE = st.fixed_dictionaries(
    {"update_id": ID},
    optional={
        "message": st.one_of(
            JSON,
            st.fixed_dictionaries(
                {"message_id": ID, "chat": st.fixed_dictionaries({"id": ID, "type": TEXT})},
                optional={
                    "text": JSON, "from": JSON, "date": ID, "photo": JSON, "message_thread_id": ID,
                    "is_topic_message": JSON, "business_connection_id": TEXT,
                },
            ),
        ),
        "my_chat_member": JSON,
        "edited_message": JSON,
        "odd": JSON,
    },
)  # fmt: skip
UPDATES = st.one_of(
    *[UPDATE.map(json.dumps).map(str.encode)] * 4,
    JSON.map(json.dumps).map(str.encode),
    st.binary(max_size=60),
    st.sampled_from(
        [b"[" * 5_000, b'{"update_id": 1, "a": ' * 5_000, b"1" * 5_000, b'"\\ud800"', b"\xff"]
    ),
)

LINKS = MediaLinks(TOKEN, "", MediaSettings().link_lifetime)
RIGHT_LINK = LINKS.link(FileRef("no-such-file", "a.jpg", "image/jpeg"))


def changed(link: str, position: int, letter: str) -> str:
    """The link with one character put in."""
    place = position % len(link)
    return link[:place] + letter + link[place:]


LETTER = st.characters(min_codepoint=33, codec="utf-8")
PATH = st.one_of(
    st.builds(changed, st.just(RIGHT_LINK), st.integers(0, 300), LETTER.map(quote)),
    st.lists(TEXT.map(lambda text: quote(text, errors="replace")), max_size=4).map(
        lambda parts: "/media/" + "/".join(parts)
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40).map("/media/".__add__),
    st.sampled_from([RIGHT_LINK, "/media/../metrics", "//media//", "/media/%2e%2e/%2e%2e/a", "*"]),
)  # fmt: skip
