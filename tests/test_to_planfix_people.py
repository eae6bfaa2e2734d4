"""Names of people and chats."""

import pytest
from aiogram.types import Chat, User

from bot.texts import operator_texts
from bot.to_planfix.people import chat_name, contact_data, customer_of, full_name, names_of

WORDS = operator_texts("ru")


def user(first_name: str, last_name: str | None = None, username: str | None = None) -> User:
    """Somebody with these names."""
    return User(id=5, is_bot=False, first_name=first_name, last_name=last_name, username=username)


@pytest.mark.parametrize(
    ("person", "names"),
    [
        (user("Анна", "Ли"), ("Анна", "Ли")),
        (user("", "Ли"), ("Ли", "")),
        (user("", None, "anna"), ("anna", "")),
        (user(""), ("5", "")),
        (user("\u3164", "\u200b\u2800"), ("5", "")),
        (user("\u0301", None, "anna"), ("anna", "")),
        (user("Анна\0\n", "Л\u202eи"), ("Анна", "Ли")),
        (user("\u200fשרה\u200f"), ("\u200fשרה\u200f", "")),
        (user("Я" * 64, "Ю" * 64), ("Я" * 64, "Ю" * 64)),
        (user("👩‍🚀"), ("👩‍🚀", "")),
    ],
)
def test_names_are_never_blank_nor_broken(person: User, names: tuple[str, str]) -> None:
    """The name shows something, and holds nothing that would break a line or turn it round."""
    assert names_of(person) == names


def test_contact_data_holds_the_address_the_language_and_the_id() -> None:
    """Operators see how to find the customer in Telegram, which language they use, and their id."""
    person = User(id=5, is_bot=False, first_name="Анна", username="anna", language_code="en")
    assert contact_data(person, WORDS) == "https://t.me/anna\nЯзык: en\nID в Telegram: 5"


def test_people_and_chats_are_named_with_their_addresses() -> None:
    """A username or a link stands beside a name where there is one."""
    assert full_name(user("Анна", "Ли", "anna")) == "Анна Ли (@anna)"
    assert chat_name(Chat(id=-1, type="group", title="Дача")) == "Дача"
    assert chat_name(Chat(id=-1, type="group")) == "-1"
    news = Chat(id=-1, type="channel", title="Новости", username="news")
    assert chat_name(news) == "Новости (https://t.me/news)"


def test_customer_is_whose_the_private_chat_is() -> None:
    """What somebody else does in a private chat still belongs to its customer."""
    chat = Chat(id=5, type="private", first_name="Анна", username="anna")
    bot = User(id=42, is_bot=True, first_name="Бот")
    assert customer_of(chat, user("Аня")).first_name == "Аня"
    assert customer_of(chat, bot).username == "anna"
    assert customer_of(chat, None).id == 5
