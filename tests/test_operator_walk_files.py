"""Operators' files to customers, through the real bridge between both far sides."""

import struct
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
import pytest_asyncio

from answers import a_customer, answered, kinds, last_answer, received, uploads
from bot.texts import CustomerLanguages, operator_texts
from sandbox.pictures import avatar
from support import WEBHOOK_KEY, World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = operator_texts("ru").delivery
FILES = CustomerLanguages().ru

PNG = avatar("a")
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b0800f0014001011100ffd9")
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 511 | 511 << 14) + b"\0" * 8
GIF = b"GIF89a" + struct.pack("<HH", 12, 34) + b"\0" * 8
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
M4A = b"\0\0\0\x18ftypM4A " + b"\0" * 40
OGG = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + b"\0" * 20
MP3 = b"ID3\x04" + b"\0" * 40
PDF = b"%PDF-1.7 report"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One bridge for all tests of this file; each brings a customer of its own."""
    async with world(tmp_path_factory.mktemp("bridge")) as running:
        yield running


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", JPEG, "photo"),
        ("a.png", PNG, "photo"),
        ("a.webp", WEBP, "photo"),
        ("a.gif", GIF, "animation"),
        ("a.mp4", MP4, "video"),
        ("a.ogg", OGG, "voice"),
        ("a.opus", OGG, "voice"),
        ("a.mp3", MP3, "audio"),
        ("a.m4a", M4A, "audio"),
        ("a.pdf", PDF, "document"),
        ("photo named.txt", PNG, "photo"),
        ("no picture.jpg", b"text", "document"),
    ],
)
async def test_kinds(shared: World, name: str, data: bytes, kind: str) -> None:
    """Each kind of file arrives as what it is, byte by byte, with the text as its caption."""
    customer = await a_customer(shared)
    answer = await answered(shared, customer, "<b>Вот</b> файл", [(name, data)])
    (message,) = received(customer)
    assert answer.ticks == "sent"
    assert answer.ticks_text == ""
    assert kinds([message]) == [kind]
    assert message["caption"] == "Вот файл"
    assert message["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    file = message[kind][-1] if kind == "photo" else message[kind]
    assert shared.telegram.file_bytes(file["file_id"]) == data


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Отчёт за май.pdf", "Отчёт за май.pdf"),
        ('it\'s "quoted" & <b>.txt', 'it\'s "quoted" & <b>.txt'),
        ("100% 😀 + é.tar.gz", "100% 😀 + é.tar.gz"),
        ("%41%20.txt", "%41%20.txt"),
        ("README", "README"),
        ("ж" * 125 + ".pdf1", "ж" * 125 + ".pdf1"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ('a.txt"\r\nContent-Type: text/html\r\n\r\nevil', "html evil"),
        ("a;name=chat_id.txt", "a,name=chat_id.txt"),
    ],
)
async def test_names(shared: World, name: str, arrives: str) -> None:
    """A document keeps its own name, whatever it is made of; no name can do harm."""
    customer = await a_customer(shared)
    await answered(shared, customer, "", [(name, PDF)])
    (message,) = received(customer)
    if "\r" not in name:
        assert message["document"]["file_name"] == arrives
    assert message["document"]["mime_type"] != "text/html"
    assert shared.telegram.file_bytes(message["document"]["file_id"]) == PDF


async def test_long_caption_goes_first(shared: World) -> None:
    """A text too long for a caption goes before its file; the longest caption does not."""
    one, other = await a_customer(shared), await a_customer(shared)
    await answered(shared, one, "я" * 1025, [("a.pdf", PDF)])
    await answered(shared, other, "<b>" + "я" * 1024 + "</b>", [("a.pdf", PDF)])
    assert kinds(received(one)) == ["text", "document"]
    assert kinds(received(other)) == ["document"]


def groups(messages: Sequence[dict[str, object]]) -> list[list[str]]:
    """The kinds of the messages, those of one album together."""
    found: list[tuple[object, list[str]]] = []
    for message in messages:
        album = message.get("media_group_id")
        if album and found and found[-1][0] == album:
            found[-1][1].extend(kinds([message]))
        else:
            found.append((album, kinds([message])))
    return [each for _, each in found]


async def test_albums(shared: World) -> None:
    """Neighbours share albums as Telegram allows it; the order and the caption stay."""
    customer = await a_customer(shared)
    files = [
        ("1.jpg", JPEG),
        ("2.mp4", MP4),
        ("3.png", PNG),
        ("4.pdf", PDF),
        ("5.txt", b"text"),
        ("6.ogg", OGG),
        ("7.mp3", MP3),
        ("8.m4a", M4A),
        ("9.gif", GIF),
        ("10.jpg", JPEG),
    ]
    answer = await answered(shared, customer, "Всё сразу", files)
    messages = received(customer)
    assert answer.ticks == "sent"
    assert groups(messages) == [
        ["photo", "video", "photo"],
        ["document", "document"],
        ["voice"],
        ["audio", "audio"],
        ["animation"],
        ["photo"],
    ]
    assert [message.get("caption") for message in messages] == ["Всё сразу"] + [None] * 9
    assert [m["document"]["file_name"] for m in messages[3:5]] == ["4.pdf", "5.txt"]


async def test_large_album(shared: World) -> None:
    """More than ten pictures become several albums, none of a single picture too few."""
    customer = await a_customer(shared)
    await answered(shared, customer, "", [(f"{n}.png", avatar(str(n))) for n in range(23)])
    messages = received(customer)
    assert [len(group) for group in groups(messages)] == [10, 10, 3]
    pictures = [shared.telegram.file_bytes(m["photo"][-1]["file_id"]) for m in messages]
    assert pictures == [avatar(str(n)) for n in range(23)]


def picture(width: int, height: int) -> bytes:
    """The head of a PNG of that size."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\0" * 9


@pytest.mark.parametrize(
    "data",
    [picture(9000, 1001), picture(100, 2001), JPEG + b"\0" * 10 * 1024**2],
    ids=["sides", "ratio", "size"],
)
async def test_no_photo(shared: World, data: bytes) -> None:
    """A picture that cannot be a photo arrives as a file, without a try that must fail."""
    customer = await a_customer(shared)
    assert (await answered(shared, customer, "Вот", [("план.png", data)])).ticks == "sent"
    (message,) = received(customer)
    assert message["document"]["file_name"] == "план.png"
    assert message["caption"] == "Вот"
    assert len(uploads(shared, customer)) == 1


@pytest.mark.parametrize(
    ("method", "name", "data", "description"),
    [
        ("sendPhoto", "a.jpg", JPEG, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", "a.jpg", JPEG, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("sendPhoto", "a.jpg", JPEG, "Bad Request: not enough rights to send photos to the chat"),
        ("sendVoice", "a.ogg", OGG, "Bad Request: VOICE_MESSAGES_FORBIDDEN"),
        ("sendVideo", "a.mp4", MP4, "Bad Request: wrong file type"),
    ],
)
async def test_refused_kind(
    shared: World, method: str, name: str, data: bytes, description: str
) -> None:
    """What Telegram refuses as a photo, a voice message or a video arrives as a file."""
    customer = await a_customer(shared)
    shared.telegram.fail_next(method, 400, description, chat_id=customer.chat_id)
    answer = await answered(shared, customer, "Вот", [(name, data)])
    (message,) = received(customer)
    assert answer.ticks == "sent"
    assert (message["document"]["file_name"], message["caption"]) == (name, "Вот")


async def test_refused_album(shared: World) -> None:
    """An album that Telegram refuses for one of its pictures arrives one by one."""
    customer = await a_customer(shared)
    broken = b"\xff\xd8\xff\xe0 this is no picture"
    files = [("1.png", PNG), ("2.jpg", broken), ("3.png", PNG)]
    assert (await answered(shared, customer, "Вот", files)).ticks == "sent"
    messages = received(customer)
    assert groups(messages) == [["photo"], ["document"], ["photo"]]
    assert [message.get("caption") for message in messages] == ["Вот", None, None]


async def test_refused_file(shared: World) -> None:
    """A file that Telegram takes in no form becomes a link, and the operator reads why."""
    customer = await a_customer(shared)
    error = "Bad Request: wrong file"
    shared.telegram.fail_next("sendDocument", 400, error, chat_id=customer.chat_id)
    answer = await answered(shared, customer, "Вот", [("a.pdf", PDF)])
    reason = WORDS.file_refused.format(reason="wrong file")
    assert answer.ticks == "sent"
    assert answer.ticks_text == WORDS.file_as_link.format(name="a.pdf", reason=reason)
    texts = [message["text"] for message in received(customer)]
    assert texts == ["Вот", FILES.file_link.format(name="a.pdf", url=answer.attachments[0].url)]


async def test_blocked_with_files(shared: World) -> None:
    """A customer who blocked the bot gets no file in any form, and the operator reads why."""
    customer = await a_customer(shared)
    customer.block()
    answer = await answered(shared, customer, "", [("a.png", PNG), ("b.png", PNG)])
    assert (answer.ticks, answer.ticks_text) == ("error", WORDS.blocked)


async def test_too_large(shared: World) -> None:
    """A file above 50 MB becomes a link with name and size; the rest arrives in its order."""
    customer = await a_customer(shared)
    large = bytes(50 * 1024**2 + 1)
    files = [("a.png", PNG), ("фильм.avi", large), ("b.png", PNG)]
    answer = await answered(shared, customer, "Вот", files)
    messages = received(customer)
    url = answer.attachments[1].url
    assert answer.ticks == "sent"
    assert answer.ticks_text == WORDS.file_as_link.format(
        name="фильм.avi", reason=WORDS.too_large.format(limit=50)
    )
    assert kinds(messages) == ["photo", "text", "photo"]
    assert messages[1]["text"] == FILES.file_sized_link.format(name="фильм.avi", size="50", url=url)
    assert messages[0]["caption"] == "Вот"


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (404, {}, WORDS.bad_status.format(status=404)),
        (403, {}, WORDS.bad_status.format(status=403)),
        (200, {"Content-Type": "text/html; charset=utf-8"}, WORDS.login_page),
        (200, {"Content-Encoding": "gzip"}, WORDS.compressed),
    ],
)
async def test_not_fetchable(
    shared: World, status: int, headers: dict[str, str], reason: str
) -> None:
    """A file that cannot be had becomes a link, and the operator reads why."""
    customer = await a_customer(shared)
    kind = headers.pop("Content-Type", "text/plain").partition(";")[0]
    shared.planfix.faults.add(
        "status", "/files/", code=status, headers=headers, content_type=kind, body="x"
    )
    answer = await answered(shared, customer, "", [("счёт.pdf", PDF), ("b.txt", b"text")])
    messages = received(customer)
    assert answer.ticks == "sent"
    assert answer.ticks_text == WORDS.file_as_link.format(name="счёт.pdf", reason=reason)
    assert kinds(messages) == ["text", "document"]
    url = answer.attachments[0].url
    assert messages[0]["text"] == FILES.file_link.format(name="счёт.pdf", url=url)


async def test_forbidden_redirect(shared: World) -> None:
    """A file that leads to another host is not fetched, and its address goes to nobody."""
    customer = await a_customer(shared)
    target = f"{shared.telegram.url}/secret"
    shared.planfix.faults.add("status", "/files/", code=302, headers={"Location": target})
    answer = await answered(shared, customer, "", [("a.pdf", PDF)])
    (message,) = received(customer)
    host = shared.telegram.url.removeprefix("http://")
    reason = WORDS.foreign_host.format(host=host)
    assert answer.ticks == "error"
    assert answer.ticks_text == WORDS.file_lost.format(name="a.pdf", reason=reason)
    assert message["text"] == FILES.file_lost.format(name="a.pdf")


async def test_foreign_host(shared: World) -> None:
    """A file at a host that is not listed is never asked for; the text arrives."""
    customer = await a_customer(shared)
    form = [
        ("cmd", "newMessage"),
        ("providerId", "telegram"),
        ("token", WEBHOOK_KEY),
        ("chatId", str(customer.chat_id)),
        ("message", "Вот"),
        ("messageId", "foreign-1"),
        ("attachments[name]", "a.pdf"),
        ("attachments[url]", f"{shared.telegram.url}/a.pdf"),
    ]
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{shared.bridge.url}/planfix", data=form) as response,
    ):
        assert response.status == 200
    await shared.telegram.wait_for(lambda: len(received(customer)) == 2)
    assert [m["text"] for m in received(customer)] == ["Вот", FILES.file_lost.format(name="a.pdf")]
    await shared.planfix.wait_for(lambda: bool(statuses(shared, "foreign-1")))
    assert statuses(shared, "foreign-1") == ["sent"]


def statuses(shared: World, message_id: str) -> list[str]:
    """What the bridge said of a message."""
    calls = [call for call in shared.planfix.calls if call.cmd == "messageStatus"]
    return [c.get("messageStatus") for c in calls if c.get("messageId") == message_id]


async def test_empty_file(shared: World) -> None:
    """An empty file, which Telegram takes from nobody, is named in words."""
    customer = await a_customer(shared)
    answer = await answered(shared, customer, "Вот", [("пусто.txt", b"")])
    assert answer.ticks == "sent"
    assert answer.ticks_text == WORDS.file_lost.format(name="пусто.txt", reason=WORDS.file_empty)
    texts = [message["text"] for message in received(customer)]
    assert texts == ["Вот", FILES.file_lost.format(name="пусто.txt")]


async def test_words_in_the_customers_language(shared: World) -> None:
    """What stands for a file is in the customer's language."""
    customer = await a_customer(shared, "en")
    shared.planfix.faults.add("status", "/files/", code=404)
    answer = await answered(shared, customer, "", [("a.pdf", PDF)])
    text = CustomerLanguages().en.file_link.format(name="a.pdf", url=answer.attachments[0].url)
    assert received(customer)[0]["text"] == text


async def test_passing_failure(shared: World) -> None:
    """A file that its server does not give at once is asked for again, and arrives."""
    customer = await a_customer(shared)
    shared.planfix.faults.add("status", "/files/", code=503)
    shared.planfix.faults.add("reset", "/files/")
    answer = await answered(shared, customer, "Вот", [("a.pdf", PDF)])
    assert (answer.ticks, answer.ticks_text) == ("sent", "")
    assert kinds(received(customer)) == ["document"]


async def test_lasting_failure(shared: World) -> None:
    """A file that its server never gives becomes a link after a few tries."""
    customer = await a_customer(shared)
    fault = shared.planfix.faults.add("refuse", "/files/", times=None)
    answer = await answered(shared, customer, "Вот", [("a.pdf", PDF)])
    shared.planfix.faults.clear()
    assert answer.ticks == "sent"
    assert answer.ticks_text == WORDS.file_as_link.format(name="a.pdf", reason=WORDS.silent)
    assert kinds(received(customer)) == ["text", "text"]
    assert fault.fired >= 4


async def test_file_comes_back_after_a_restart(shared: World) -> None:
    """After a crash only what is missing is fetched and sent, though other files fail by then."""
    customer = await a_customer(shared)
    error = '{"ok": false, "error_code": 500, "description": "Internal Server Error"}'
    fault = shared.telegram.faults.add("status", "sendDocument", times=None, body=error)
    files = [("1.png", PNG), ("2.png", PNG), ("3.pdf", PDF), ("4.mp3", MP3)]
    chat = str(customer.chat_id)
    await shared.planfix.answer(chat, "Вот", files)
    await shared.bridge.wait_for_event("worker.postponed", lambda e: e["chat"] == chat)
    assert fault.fired
    shared.bridge.kill()
    await shared.bridge.wait()
    shared.telegram.faults.clear()
    shared.planfix.faults.add("status", "/files/", code=404)
    await shared.bridge.start()
    answer = last_answer(shared, customer)
    await shared.planfix.wait_for(lambda: bool(answer.ticks), timeout=30)
    messages = received(customer)
    assert groups(messages) == [["photo", "photo"], ["text"], ["audio"]]
    assert "3.pdf" in messages[2]["text"]
    assert "3.pdf" in answer.ticks_text


async def test_chat_action(shared: World) -> None:
    """While a file takes its time, the customer sees that something is on its way."""
    customer = await a_customer(shared)
    shared.planfix.faults.add("slow", "/files/", seconds=1.5)
    await answered(shared, customer, "", [("a.pdf", PDF)])
    await answered(shared, customer, "", [("b.pdf", PDF)])
    actions = [c for c in shared.telegram.calls if c.method.lower() == "sendchataction"]
    mine = [c for c in actions if c.params["chat_id"] == customer.chat_id]
    assert [call.params["action"] for call in mine] == ["upload_document"]
