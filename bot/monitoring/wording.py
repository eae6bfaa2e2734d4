"""Numbers, times and spans of time as people write them."""

import time
from dataclasses import dataclass
from typing import Final

from bot.texts.status import StatusTexts
from bot.texts.status_en import STATUS as ENGLISH
from bot.texts.status_ru import STATUS as RUSSIAN

_SPANS: Final = (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1))
_MEGABYTE: Final = 1024 * 1024
_EXACT_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's way of writing things."""

    texts: StatusTexts

    @classmethod
    def of(cls, language: str) -> "Wording":
        """That of `ru` or `en`."""
        return cls(RUSSIAN if language == "ru" else ENGLISH)

    def duration(self, seconds: float) -> str:
        """`0.04 s`, `12 s`, `5 min`, `2 h 5 min`, `3 d 4 h`."""
        units = self.texts.units
        if round(seconds) < 60:  # noqa: PLR2004 - of a minute
            return f"{self.number(seconds)} {units['s']}"
        name, size, small_name, small = next(span for span in _SPANS if seconds >= span[1] - 0.5)
        rest = int(seconds + 0.5) % size // small
        whole = f"{int(seconds + 0.5) // size} {units[name]}"
        return f"{whole} {rest} {units[small_name]}" if rest and name != "min" else whole

    def number(self, value: float) -> str:
        """With as many digits as are of use."""
        digits = 0 if value >= _EXACT_BELOW or value == int(value) else 1 if value >= 1 else 2
        return f"{value:.{digits}f}".replace(".", self.texts.decimal_point)

    def memory(self, size: int) -> str:
        """Bytes, in megabytes."""
        return f"{self.number(size / _MEGABYTE)} {self.texts.units['MB']}"

    def count(self, forms: tuple[str, ...], number: int) -> str:
        """A sentence in the form that fits `number`, which replaces `{count}` in it."""
        return forms[self.texts.plural(number)].format(count=number)

    def moment(self, at: float, now: float) -> str:
        """A time of today as such, an earlier one with its day; by the server's clock."""
        there, here = time.localtime(at), time.localtime(now)
        today = there[:3] == here[:3]
        return time.strftime(self.texts.time_format if today else self.texts.day_format, there)
