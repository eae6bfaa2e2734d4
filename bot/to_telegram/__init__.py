"""What an operator's message is for Telegram: texts, files and albums. Pure.

`html` reads what PlanFix sends (`markup` tells its HTML from plain text, `links` which addresses
are safe, `layout` where lines end) as a `formatted` text; `chunks` cuts that to Telegram's limits,
between the `characters`; `files` tells as what a file is sent; `parts` makes the Bot API's methods
of all that.
"""

from bot.to_telegram.characters import is_blank
from bot.to_telegram.chunks import MAX_CAPTION, MAX_TEXT, chunks_of
from bot.to_telegram.files import (
    ENOUGH_TO_TELL,
    MAX_BYTES,
    Kind,
    LocalFile,
    kind_of,
    safe_name,
)
from bot.to_telegram.formatted import FormattedText, Span, utf16_length
from bot.to_telegram.html import formatted
from bot.to_telegram.parts import album_method, file_method, joins, text_method

__all__ = [
    "ENOUGH_TO_TELL",
    "MAX_BYTES",
    "MAX_CAPTION",
    "MAX_TEXT",
    "FormattedText",
    "Kind",
    "LocalFile",
    "Span",
    "album_method",
    "chunks_of",
    "file_method",
    "formatted",
    "is_blank",
    "joins",
    "kind_of",
    "safe_name",
    "text_method",
    "utf16_length",
]
