"""Messages with files."""

from updates.sample import DAY, MESSAGE_ID, Sample, file, photo, sticker

_NAME = f"{DAY}_{MESSAGE_ID}"
_VIDEO = file("Video", 2_400_113, duration=12, width=1280, height=720, mime_type="video/mp4")
_GIF = file("Gif", 104_113, duration=3, width=320, height=240, mime_type="video/mp4",
            file_name="mp4.mp4")  # fmt: skip
_GIF["thumbnail"] = file("GifThumb", 3_001, width=320, height=240)
_LIVE = file("Live", 900_113, duration=2, width=1280, height=720, mime_type="video/mp4")

MEDIA = [
    Sample(
        "photo with a formatted caption",
        {
            "photo": photo(),
            "caption": "Вот этот, цена здесь",
            "caption_entities": [
                {"type": "bold", "offset": 0, "length": 3},
                {"type": "text_link", "offset": 16, "length": 4, "url": "https://shop.example/1"},
            ],
            "has_media_spoiler": True,
            "show_caption_above_media": True,
        },
        "Вот этот, цена здесь (https://shop.example/1)",
        (f"photo_{_NAME}.jpg",),
    ),
    Sample("photo alone", {"photo": photo()}, "", (f"photo_{_NAME}.jpg",)),
    Sample(
        "live photo",
        {"live_photo": _LIVE | {"photo": photo("LivePhoto")}, "photo": photo("LivePhoto")},
        "",
        (f"photo_{_NAME}.jpg", f"live_photo_{_NAME}.mp4"),
    ),
    Sample(
        "document",
        {
            "document": file(
                "Doc", file_name='Договор "№ 5" — итог.pdf', mime_type="application/pdf"
            ),
            "caption": "Подпишите, пожалуйста",
        },
        "Подпишите, пожалуйста",
        ('Договор "№ 5" — итог.pdf',),
    ),
    Sample(
        "document without a name",
        {"document": file("Doc2", mime_type="application/pdf")},
        "",
        (f"document_{_NAME}.pdf",),
    ),
    Sample(
        "video",
        {
            "video": _VIDEO
            | {
                "file_name": "IMG_0042.MOV",
                "mime_type": "video/quicktime",
                "thumbnail": file("VideoThumb", 2_000, width=320, height=180),
                "cover": photo("Cover"),
                "start_timestamp": 3,
                "qualities": [file("Q", 900_000, width=640, height=360, codec="h264")],
            },
        },
        "",
        ("IMG_0042.MOV",),
    ),
    Sample("video without a name", {"video": _VIDEO}, "", (f"video_{_NAME}.mp4",)),
    Sample(
        "animation, which comes with a document",
        {"animation": _GIF, "document": _GIF | {}, "caption": "ха-ха"},
        "ха-ха",
        ("mp4.mp4",),
    ),
    Sample(
        "audio",
        {
            "audio": file(
                "Audio", 4_100_000, duration=184, performer="AC/DC", title="T.N.T",
                mime_type="audio/mpeg",
            )
        },
        "",
        ("AC_DC — T.N.T.mp3",),
    ),
    Sample(
        "audio with a name",
        {"audio": file("Audio2", duration=4, file_name="запись.m4a", mime_type="audio/mp4")},
        "",
        ("запись.m4a",),
    ),
    Sample(
        "voice",
        {"voice": file("Voice", 9_870, duration=4, mime_type="audio/ogg")},
        "",
        (f"voice_{_NAME}.ogg",),
    ),
    Sample(
        "video note",
        {"video_note": file("Note", 700_001, length=384, duration=9)},
        "",
        (f"video_note_{_NAME}.mp4",),
    ),
    Sample("sticker", {"sticker": sticker()}, "[стикер: 😀]", (f"sticker_{_NAME}.webp",)),
    Sample(
        "animated sticker",
        {"sticker": sticker("Tgs") | {"is_animated": True}},
        "[стикер: 😀]",
        (f"sticker_{_NAME}.tgs",),
    ),
    Sample(
        "video sticker without an emoji",
        {"sticker": {k: v for k, v in sticker("Webm").items() if k != "emoji"}
         | {"is_video": True}},
        "[стикер]",
        (f"sticker_{_NAME}.webm",),
    ),
    Sample(
        "paid media",
        {
            "paid_media": {
                "star_count": 50,
                "paid_media": [
                    {"type": "photo", "photo": photo("Paid1")},
                    {"type": "video", "video": _VIDEO},
                    {"type": "live_photo", "live_photo": _LIVE},
                    {"type": "preview", "width": 640, "height": 480, "duration": 5},
                ],
            },
            "caption": "Смотрите",
        },
        "Смотрите\n[платные материалы: 50 ⭐, не оплачены, посмотреть их нельзя]",
        (f"photo_{_NAME}_1.jpg", f"video_{_NAME}_2.mp4", f"live_photo_{_NAME}_3.mp4"),
    ),
]  # fmt: skip
