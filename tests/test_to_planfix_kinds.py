"""What every kind of message becomes for operators."""

import pytest
from aiogram.enums import ContentType
from aiogram.types import Message

from bot.texts import operator_texts
from bot.to_planfix import CARRIED, NOT_CARRIED, content_of
from updates import SAMPLES, Sample, file, message, photo

RUSSIAN = operator_texts("ru").content
ENGLISH = operator_texts("en").content
NO_KINDS = {ContentType.UNKNOWN, ContentType.ANY}


def test_every_field_of_a_message_is_in_one_table() -> None:
    """A new aiogram cannot bring a field that is neither carried nor ignored for a reason."""
    fields = set(Message.model_fields)
    assert set(CARRIED) | set(NOT_CARRIED) == fields
    assert set(CARRIED).isdisjoint(NOT_CARRIED)


def test_every_content_type_is_carried_and_has_a_name_in_both_languages() -> None:
    """No kind of message is ignored, and operators can read what each one is."""
    kinds = {kind.value for kind in ContentType if kind not in NO_KINDS}
    assert kinds <= set(CARRIED)
    assert kinds <= set(RUSSIAN.kinds)
    assert set(RUSSIAN.kinds) == set(ENGLISH.kinds)
    assert set(RUSSIAN.nouns) == set(ENGLISH.nouns)


def test_there_is_a_sample_of_every_content_type() -> None:
    """The samples leave no kind out."""
    sampled = {Message.model_validate(message(sample.fields)).content_type for sample in SAMPLES}
    assert {kind.value for kind in ContentType if kind not in NO_KINDS} <= sampled


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_message_becomes_words_and_files(sample: Sample) -> None:
    """Each kind of message, as Telegram sends it, becomes exactly the expected words and files."""
    content = content_of([Message.model_validate(message(sample.fields))], RUSSIAN)
    assert content.text == sample.text
    assert tuple(found.ref.name for found in content.files) == sample.files


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_message_becomes_english_words(sample: Sample) -> None:
    """In English, each kind has words too, and no placeholder stays unfilled."""
    content = content_of([Message.model_validate(message(sample.fields))], ENGLISH)
    assert content
    assert "{" not in content.text.replace('{"id": 5}', "")


def test_photo_is_taken_in_its_largest_size() -> None:
    """Of a photo's sizes, whatever their order, the operator gets the largest."""
    sizes = list(reversed(photo("Big")))
    content = content_of([Message.model_validate(message({"photo": sizes}))], RUSSIAN)
    assert content.files[0].ref.file_id == sizes[0]["file_id"]


def test_several_kinds_in_one_message_are_all_carried() -> None:
    """A text never hides a file that comes with it, nor a caption a text."""
    fields = {"text": "текст", "caption": "подпись", "document": file("D", file_name="a.txt")}
    content = content_of([Message.model_validate(message(fields))], RUSSIAN)
    assert content.text == "текст\nподпись"
    assert [found.ref.name for found in content.files] == ["a.txt"]


def test_photo_without_sizes_is_named() -> None:
    """A message whose content is there but empty is named by its kind."""
    content = content_of([Message.model_validate(message({"photo": []}))], RUSSIAN)
    assert content.text == "[неподдерживаемое сообщение: photo]"


def test_control_characters_are_left_out() -> None:
    """Neither a NUL nor another control character reaches PlanFix, in words or in names."""
    fields = {
        "caption": "до\0после\x1b[31m",
        "document": file("D", file_name="a\r\n\0b/../c.txt", mime_type="text/plain"),
    }
    content = content_of([Message.model_validate(message(fields))], RUSSIAN)
    assert content.text == "допосле[31m"
    assert content.files[0].ref.name == "a b_.._c.txt"


def test_album_is_one_content_with_its_files_in_order() -> None:
    """The items of an album become one content: all files, and every caption."""
    items = [
        {"photo": photo("A"), "media_group_id": "1", "caption": "первое"},
        {"photo": photo("B"), "media_group_id": "1"},
        {"photo": photo("C"), "media_group_id": "1", "caption": "третье"},
    ]
    album = [Message.model_validate(message(item, message_id=n)) for n, item in enumerate(items, 1)]
    content = content_of(album, RUSSIAN)
    assert content.text == "первое\nтретье"
    assert [found.ref.name for found in content.files] == [
        "photo_2026-06-11_1.jpg",
        "photo_2026-06-11_2.jpg",
        "photo_2026-06-11_3.jpg",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 день"),
        (2, "2 дня"),
        (5, "5 дней"),
        (11, "11 дней"),
        (21, "21 день"),
        (112, "112 дней"),
    ],
)
def test_russian_numbers_have_the_right_noun(number: int, words: str) -> None:
    """Numbers and nouns agree in Russian."""
    assert RUSSIAN.count("day", number) == words
