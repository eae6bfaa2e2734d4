"""Messages of customers as Telegram sends them, one or more of every kind."""

from updates.happenings import HAPPENINGS
from updates.media import MEDIA
from updates.sample import Sample, customer, file, message, photo, private_chat
from updates.things import THINGS
from updates.words import WORDS

SAMPLES: list[Sample] = [*WORDS, *MEDIA, *THINGS, *HAPPENINGS]

__all__ = ["SAMPLES", "Sample", "customer", "file", "message", "photo", "private_chat"]
