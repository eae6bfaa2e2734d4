"""What the bot itself says to customers."""

from aiogram.types import User

from bot.journal.journal import ChatKey, Posting
from bot.journal.lanes import NOTICE, TELEGRAM, note
from bot.to_planfix.people import names_of


def notice(chat: ChatKey, customer: User, text: str) -> Posting:
    """`text` on its way to the customer; once it is sent, `PLANFIX` gets its echo."""
    name, last_name = names_of(customer)
    return note(
        TELEGRAM,
        chat,
        NOTICE,
        text=text,
        contact_id=str(customer.id),
        name=name,
        last_name=last_name,
    )
