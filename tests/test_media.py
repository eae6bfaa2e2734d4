"""Media links: signed, expiring, with any name, and silent about where the files are."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from itsdangerous import URLSafeTimedSerializer

from bot.media.byte_ranges import ByteRange
from bot.media.links import FileRef, MediaLinks, safe_name
from media_server import DATA, WEEK, Media, serving
from sandbox.telegram import TelegramSandbox
from support import TOKEN


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """A sandbox Telegram."""
    async with TelegramSandbox(token=TOKEN) as sandbox:
        yield sandbox


@pytest.fixture
async def media(telegram: TelegramSandbox) -> AsyncIterator[Media]:
    """A media view over a sandbox Telegram."""
    async with serving(telegram) as view:
        yield view


async def test_the_file_comes_whole_with_its_headers(media: Media) -> None:
    """A fetch gives the bytes, their number, and headers that are safe in any browser."""
    status, headers, body = await media.fetch(media.link(name="a.pdf", mime_type="application/pdf"))
    assert (status, body) == (200, DATA)
    assert headers["Content-Length"] == str(len(DATA))
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize("size", [0, 1])
async def test_tiny_files_come(media: Media, size: int) -> None:
    """An empty file and one of a single byte are files too."""
    status, _, body = await media.fetch(media.link(b"x" * size))
    assert (status, body) == (200, b"x" * size)


@pytest.mark.parametrize(
    ("wanted", "status", "part", "content_range"),
    [
        ("bytes=0-9", 206, DATA[:10], "bytes 0-9/300000"),
        ("bytes=299990-", 206, DATA[-10:], "bytes 299990-299999/300000"),
        ("bytes=-5", 206, DATA[-5:], "bytes 299995-299999/300000"),
        ("bytes=5-9999999", 206, DATA[5:], "bytes 5-299999/300000"),
        ("bytes=300000-", 416, b"", "bytes */300000"),
        ("bytes=0-1,5-9", 200, DATA, None),
        ("bytes=9-5", 200, DATA, None),
        ("bytes=-", 200, DATA, None),
        ("lines=1-2", 200, DATA, None),
        ("bytes=" + "9" * 5000 + "-", 200, DATA, None),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
async def test_ranges(
    tmp_path: Path, wanted: str, status: int, part: bytes, content_range: str | None
) -> None:
    """One range gives that part, from Telegram and from disk; several or nonsense, the whole."""
    for local in (None, tmp_path):
        async with (
            TelegramSandbox(token=TOKEN, local=local) as telegram,
            serving(telegram) as media,
        ):
            got, headers, body = await media.fetch(media.link(), Range=wanted)
        assert (got, body) == (status, part)
        assert headers.get("Content-Range") == content_range
        assert headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [("bytes=0-", 10, range(10)), ("bytes=-3", 2, range(2)), ("bytes=-0", 5, range(5, 5))],
)
def test_ranges_within_a_file(header: str, size: int, expected: range) -> None:
    """A range is cut to what the file has."""
    wanted = ByteRange.parse(header)
    assert wanted
    assert wanted.within(size) == expected


async def test_a_range_of_another_file_gives_the_whole(media: Media) -> None:
    """`If-Range` with our tag gives the part, with any other the whole file."""
    url = media.link()
    _, headers, _ = await media.fetch(url)
    tag = headers["ETag"]
    status, _, body = await media.fetch(url, Range="bytes=0-9", If_Range=tag)
    assert (status, body) == (206, DATA[:10])
    status, _, body = await media.fetch(url, Range="bytes=0-9", If_Range='"another"')
    assert (status, body) == (200, DATA)


async def test_head_tells_the_length_alone(media: Media) -> None:
    """HEAD gives what GET would say, without the bytes."""
    status, headers, body = await media.fetch(media.link(), "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(DATA)), b"")


HOSTILE = [
    "Счёт № 5 «срочно».pdf",
    'a"b\\c/d.txt',
    "x\r\nSet-Cookie: a=b\r\n\r\n<html>.txt",
    "💌 письмо 👨‍👩‍👧.jpg",
    "я" * 127 + ".docx",
    "я" * 1000 + ".docx",
    "..",
    "../../etc/passwd",
    "100%25 ?#&+;.txt",
    "\u202egnp.exe",
    "",
    "й" + "и\u0306" + ".txt",
    "\ud83d.txt",
    "no extension",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_survives_in_the_link_and_the_header(media: Media, name: str) -> None:
    """Whatever a file is called, its link works and the header gives that name, made safe."""
    status, headers, body = await media.fetch(media.link(b"data", name))
    assert (status, body) == (200, b"data")
    disposition = headers["Content-Disposition"]
    found = re.fullmatch(
        r"attachment; filename=\"([ -!#-\[\]-~]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)",
        disposition,
    )
    assert found
    assert unquote(found[2]) == safe_name(name)
    assert len(safe_name(name).encode()) <= 255
    assert "Set-Cookie" not in headers


def test_names_stay_themselves() -> None:
    """A good name is not changed, and a long one keeps its extension."""
    assert safe_name("Счёт № 5 «срочно».pdf") == "Счёт № 5 «срочно».pdf"
    assert safe_name("я" * 1000 + ".docx").endswith("я.docx")


@pytest.mark.parametrize(
    ("mime_type", "shown", "disposition"),
    [
        ("image/png", "image/png", "inline"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("image/png\r\nX-A: b", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
async def test_only_safe_types_are_told(
    media: Media, mime_type: str, shown: str, disposition: str
) -> None:
    """Types on the list are told and shown; all others are bytes to be saved."""
    _, headers, _ = await media.fetch(media.link(mime_type=mime_type))
    assert headers["Content-Type"] == shown
    assert headers["Content-Disposition"].startswith(disposition)


def _tampered(media: Media) -> dict[str, str]:
    """Links that must not work, by what is wrong with them."""
    base, token, name = media.link(name="a.bin").rsplit("/", 2)
    unsigned = URLSafeTimedSerializer(b"", salt=b"media a.bin").dumps(["id", ""])
    return {
        "truncated": f"{base}/{token[:-1]}/{name}",
        "changed": f"{base}/{'A' if token[0] != 'A' else 'B'}{token[1:]}/{name}",
        "other name": f"{base}/{token}/b.bin",
        "other key": media.url + MediaLinks("another", "", WEEK).link(FileRef("id", "a.bin")),
        "unsigned": f"{base}/{unsigned!s}/{name}",
        "junk": f"{base}/%00%ff{'x' * 3000}/{name}",
        "no such file": media.url + media.links.link(FileRef("AgAC-unknown", "a.bin")),
    }


async def test_links_that_do_not_work_give_no_hint(media: Media) -> None:
    """Forged, truncated, renamed, gone: one and the same answer."""
    good = await media.fetch(media.link())
    assert good[0] == 200
    answers = [await media.fetch(url) for url in _tampered(media).values()]
    assert {(status, body) for status, _, body in answers} == {(404, b"")}
    assert len({frozenset(dict(headers).items()) for _, headers, _ in answers}) == 1


async def test_an_expired_link_is_a_plain_404(telegram: TelegramSandbox) -> None:
    """Once its lifetime is over, a link gives the same 404."""
    async with serving(telegram, lifetime=timedelta(seconds=-1)) as media:
        status, _, body = await media.fetch(media.link())
    assert (status, body) == (404, b"")
