"""Files: uploads, albums, downloads, and their limits."""

import json
from pathlib import Path

import pytest
from bot_api import GIF, JPEG, MP3, MP4, OGG, WEBP, BotApiClient, png

from sandbox.telegram import Customer, TelegramSandbox


async def test_a_photo_has_its_real_size(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """The largest PhotoSize is the upload; smaller ones go before it."""
    data = png(1000, 500)
    answer = await api.upload(
        "sendPhoto", {"photo": (data, "a.png")}, chat_id=str(customer.chat_id), caption="look"
    )
    message = answer["result"]
    assert message["caption"] == "look"
    assert [(size["width"], size["height"]) for size in message["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    assert telegram.file_bytes(message["photo"][-1]["file_id"]) == data
    again = await api.result(
        "sendPhoto", chat_id=customer.chat_id, photo=message["photo"][-1]["file_id"]
    )
    assert again["photo"][-1]["width"] == 1000


@pytest.mark.parametrize(
    ("data", "size"), [(JPEG, (320, 240)), (WEBP, (512, 512)), (GIF, (12, 34)), (png(), (3, 2))]
)
async def test_pictures_are_measured(
    api: BotApiClient, customer: Customer, data: bytes, size: tuple[int, int]
) -> None:
    """JPEG, WebP, GIF and PNG headers are read."""
    answer = await api.upload("sendPhoto", {"photo": (data, "a")}, chat_id=str(customer.chat_id))
    largest = answer["result"]["photo"][-1]
    assert (largest["width"], largest["height"]) == size


@pytest.mark.parametrize(
    ("start", "padding", "description"),
    [
        (b"no picture", 0, "Bad Request: IMAGE_PROCESS_FAILED"),
        (b"", 0, "Bad Request: file must be non-empty"),
        (png(2100, 100), 0, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (png(), 10 * 2**20, "too big for a photo"),
    ],
    ids=["text", "empty", "long", "11 MB"],
)
async def test_photos_that_are_refused(
    api: BotApiClient, customer: Customer, start: bytes, padding: int, description: str
) -> None:
    """A photo must be a picture, of sane shape, and at most 10 MB."""
    files = {"photo": (start + bytes(padding), "a")}
    answer = await api.upload("sendPhoto", files, chat_id=str(customer.chat_id))
    assert description in answer["description"]
    assert len(customer.messages) == 1


@pytest.mark.parametrize("megabytes", [51, 60])
async def test_uploads_above_50_megabytes(
    api: BotApiClient, customer: Customer, megabytes: int
) -> None:
    """A larger file is a 413, whether the server reads it to the end or not."""
    files = {"document": (bytes(megabytes * 2**20), "a")}
    answer = await api.upload("sendDocument", files, chat_id=str(customer.chat_id))
    assert answer == {
        "ok": False,
        "error_code": 413,
        "description": "Request Entity Too Large",
    }
    assert len(customer.messages) == 1


async def test_files_that_cannot_be_had(api: BotApiClient, customer: Customer) -> None:
    """A missing file, an unknown id and an HTTP address are refused."""
    chat = {"chat_id": customer.chat_id}
    assert await api.refusal("sendPhoto", **chat) == (
        "Bad Request: there is no photo in the request"
    )
    assert await api.refusal("sendPhoto", **chat, photo="attach://lost") == (
        "Bad Request: there is no photo in the request"
    )
    assert await api.refusal("sendDocument", **chat, document="no-such-id") == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert await api.refusal("sendDocument", **chat, document="https://a.ru/b.pdf") == (
        "Bad Request: failed to get HTTP URL content"
    )
    assert await api.refusal("sendPhoto", **chat, photo="x", caption="x" * 1025) == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )


async def test_captions_are_limited(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """1,024 characters pass, one more does not."""
    document = telegram.add_file(b"x", "a.txt")
    to = {"chat_id": customer.chat_id, "document": document}
    assert (await api.call("sendDocument", **to, caption="x" * 1024))["ok"]
    assert await api.refusal("sendDocument", **to, caption="x" * 1025) == (
        "Bad Request: message caption is too long"
    )


@pytest.mark.parametrize(
    ("method", "field", "data", "arrives_as"),
    [
        ("sendDocument", "document", b"x", "document"),
        ("sendDocument", "document", GIF, "animation"),
        ("sendVideo", "video", MP4, "video"),
        ("sendVideo", "video", b"x", "document"),
        ("sendAnimation", "animation", GIF, "animation"),
        ("sendAnimation", "animation", MP4, "animation"),
        ("sendAudio", "audio", MP3, "audio"),
        ("sendAudio", "audio", OGG, "document"),
        ("sendVoice", "voice", OGG, "voice"),
        ("sendVoice", "voice", MP3, "voice"),
        ("sendVoice", "voice", b"x", "document"),
        ("sendVideoNote", "video_note", MP4, "video_note"),
        ("sendSticker", "sticker", WEBP, "sticker"),
    ],
)
async def test_kinds_of_files(  # noqa: PLR0917 - fixtures and a table's columns
    api: BotApiClient, customer: Customer, method: str, field: str, data: bytes, arrives_as: str
) -> None:
    """What the bytes are not cannot arrive as that kind."""
    answer = await api.upload(method, {field: (data, "f")}, chat_id=str(customer.chat_id))
    assert arrives_as in answer["result"]
    assert answer["result"][arrives_as]["file_size"] == len(data)


async def test_file_names(api: BotApiClient, customer: Customer) -> None:
    """A document keeps its name, Cyrillic, spaces and emoji included."""
    name = "Счёт на оплату 😀 №5.pdf"
    answer = await api.upload(
        "sendDocument", {"document": (b"%PDF", name)}, chat_id=str(customer.chat_id)
    )
    assert answer["result"]["document"]["file_name"] == name
    assert answer["result"]["document"]["mime_type"] == "application/pdf"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="document"; filename="a b.txt"', "a b.txt"),
        ("form-data;name=document;filename=Счёт № 1.txt", "Счёт № 1.txt"),
        ('form-data; name="document"; filename="Акт \\"x\\".txt"', 'Акт "x".txt'),
    ],
)
async def test_file_names_however_clients_write_them(
    api: BotApiClient, customer: Customer, disposition: str, name: str
) -> None:
    """Quoted, unquoted and escaped names are read, as some clients send each."""
    body = f"--B\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--B--\r\n".encode()
    url = f"{api.base}/sendDocument?chat_id={customer.chat_id}"
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    async with api.session.post(url, data=body, headers=kind) as response:
        answer = await response.json()
    assert answer["result"]["document"]["file_name"] == name


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=B", b"nothing of the kind"),
        ("multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="x"'),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/x-www-form-urlencoded", b"text=%ff&chat_id=%zz"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"text=x"),
    ],
)
async def test_bodies_that_cannot_be_read(
    api: BotApiClient, content_type: str, body: bytes
) -> None:
    """A broken body is a 400 in Telegram's envelope, never a 500."""
    kind = {"Content-Type": content_type}
    async with api.session.post(f"{api.base}/sendMessage", data=body, headers=kind) as response:
        answer = await response.json()
    assert answer["error_code"] == 400


async def test_albums(api: BotApiClient, telegram: TelegramSandbox, customer: Customer) -> None:
    """Photos go with videos; uploads are named by attach://; all carry one group id."""
    media = [
        {"type": "photo", "media": "attach://one", "caption": "<b>two</b>", "parse_mode": "HTML"},
        {"type": "video", "media": "attach://two"},
    ]
    answer = await api.upload(
        "sendMediaGroup",
        {"one": (png(), "1.png"), "two": (MP4, "2.mp4")},
        chat_id=str(customer.chat_id),
        media=media,
    )
    first, second = answer["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "two"
    assert "photo" in first
    assert telegram.file_bytes(second["video"]["file_id"]) == MP4
    assert customer.messages[1:] == [first, second]


async def test_albums_that_are_refused(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Number, kinds and shapes of the items are checked, and nothing is sent."""
    document = {"type": "document", "media": telegram.add_file(b"x")}
    photo = {"type": "photo", "media": telegram.add_file(png(), kind="photo")}
    animation = {"type": "animation", "media": telegram.add_file(GIF, kind="animation")}
    for media, reason in [
        ([photo], "too few messages to send as an album"),
        ([photo] * 11, "too many messages to send as an album"),
        ([photo, document], "document can't be mixed with other media types"),
        ([photo, animation], 'type "animation" can\'t be used in sendMediaGroup'),
        ([photo, {"type": "photo"}], "media not found"),
        ([photo, {"type": "poll", "media": "x"}], 'type "poll" is unsupported'),
        ([photo, {"type": "photo", "media": "attach://lost"}], "there is no media in the request"),
        ("{", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
    ]:
        refusal = await api.refusal("sendMediaGroup", chat_id=customer.chat_id, media=media)
        assert reason in refusal
    assert len(customer.messages) == 1
    assert (await api.call("sendMediaGroup", chat_id=customer.chat_id, media=[document] * 10))["ok"]


async def test_downloads(api: BotApiClient, customer: Customer) -> None:
    """A file is fetched by the path of getFile: whole, in part, or its head."""
    data = bytes(range(256)) * 4
    sent = customer.send_document(data, "a.bin")
    file = await api.result("getFile", file_id=sent["document"]["file_id"])
    assert file["file_size"] == len(data)
    url = f"{api.files}/{file['file_path']}"
    async with api.session.get(url) as response:
        assert await response.read() == data
        assert response.content_type == "application/octet-stream"
    async with api.session.get(url, headers={"Range": "bytes=10-19"}) as response:
        assert (response.status, await response.read()) == (206, data[10:20])
        assert response.headers["Content-Range"] == "bytes 10-19/1024"
    async with api.session.get(url, headers={"Range": "bytes=-4"}) as response:
        assert await response.read() == data[-4:]
    async with api.session.get(url, headers={"Range": "bytes=5000-"}) as response:
        assert response.status == 416
    async with api.session.head(url) as response:
        assert response.headers["Content-Length"] == "1024"


async def test_downloads_that_are_refused(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """No link without getFile, none with a wrong token, none after it expired, none above 20 MB."""
    sent = customer.send_document(b"x", "a.bin")
    file = await api.result("getFile", file_id=sent["document"]["file_id"])
    path = file["file_path"]
    telegram.world.files.expire_links()
    for url in [f"{api.files}/{path}", f"{api.url}/file/bot1:X/{path}", f"{api.files}/../x"]:
        async with api.session.get(url) as response:
            assert response.status == 404
    big = customer.send_video(bytes(20 * 2**20 + 1))
    for file_id, reason in [
        (big["video"]["file_id"], "file is too big"),
        ("nonsense", "invalid file_id"),
        ("", "file_id not specified"),
    ]:
        assert await api.refusal("getFile", file_id=file_id) == f"Bad Request: {reason}"


async def test_a_local_server(tmp_path: Path, api: BotApiClient) -> None:
    """With a folder it is a --local server: no 20 MB limit, and absolute paths."""
    async with TelegramSandbox(local=tmp_path) as server:
        sent = server.add_customer("A").send_video(bytes(20 * 2**20 + 1))
        local = BotApiClient(api.session, server.url, server.token)
        file = await local.result("getFile", file_id=sent["video"]["file_id"])
    assert file["file_path"].startswith(str(tmp_path))
    assert (tmp_path / "videos/file_0.mp4").stat().st_size == 20 * 2**20 + 1


async def test_profile_pictures(api: BotApiClient, telegram: TelegramSandbox) -> None:
    """The newest picture comes first; getChat names it too; an unknown person is an error."""
    person = telegram.add_customer("A", picture=png(3, 3))
    person.start()
    person.set_picture(png(200, 200))
    photos = await api.result("getUserProfilePhotos", user_id=person.chat_id, limit=1)
    assert photos["total_count"] == 2
    assert photos["photos"][0][-1]["width"] == 200
    chat = await api.result("getChat", chat_id=person.chat_id)
    assert chat["photo"]["big_file_id"] == photos["photos"][0][-1]["file_id"]
    assert await api.refusal("getUserProfilePhotos", user_id=1) == "Bad Request: user not found"


async def test_uploads_in_the_record(
    api: BotApiClient, telegram: TelegramSandbox, customer: Customer
) -> None:
    """Tests see what was uploaded; the feed stays JSON."""
    await api.upload("sendPhoto", {"photo": (png(), "a.png")}, chat_id=str(customer.chat_id))
    assert telegram.calls[-1].params["photo"].data == png()
    event = next(each for each in telegram.feed.events if each["type"] == "bot_call")
    assert event["params"]["photo"] == {"file_name": "a.png", "file_size": len(png())}
    assert json.dumps(list(telegram.feed.events))
