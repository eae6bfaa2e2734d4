"""The settings about what customers see of the bot itself."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationInfo, field_validator

from bot.customers.hours import Hours
from bot.customers.hours_words import parse_days, parse_week, parse_working_day
from bot.settings.section import Section
from bot.settings.types import DaysList, PhoneWord, TimeZone, Week, WorkingDays
from bot.texts import CustomerLanguages
from bot.texts.overrides import check_text


class CustomersSettings(Section):
    """What customers are asked, and which commands they are shown."""

    ask_phone: Literal["off", "start", "word"] = "off"
    phone_word: PhoneWord = "/phone"
    menu: bool = True


class HoursSettings(Section):
    """When somebody is there; without `time_zone`, always."""

    time_zone: TimeZone | None = None
    week: Week = ("mon-fri 09:00-18:00",)
    holidays: DaysList = ()
    working_days: WorkingDays = ()

    def hours(self) -> Hours | None:
        """The working hours; None: there are none to keep."""
        if self.time_zone is None:
            return None
        return Hours(
            ZoneInfo(self.time_zone),
            parse_week(self.week),
            tuple(map(parse_days, self.holidays)),
            tuple(map(parse_working_day, self.working_days)),
        )


class TextOverrides(Section):
    """Texts in place of those in `CustomerTexts`, in one language; None: as it is there."""

    greeting: str | None = None
    outside_hours: str | None = None
    ask_phone: str | None = None
    phone_button: str | None = None
    phone_thanks: str | None = None
    phone_foreign: str | None = None
    cannot_take_file: str | None = None
    blocked: str | None = None
    help: str | None = None
    task: str | None = None
    no_task: str | None = None
    task_unavailable: str | None = None
    file_link: str | None = None
    file_sized_link: str | None = None
    file_lost: str | None = None
    command_start: str | None = None
    command_help: str | None = None
    command_task: str | None = None

    @field_validator("*")
    @classmethod
    def _check(cls, text: str | None, info: ValidationInfo) -> str | None:
        return None if text is None else check_text(str(info.field_name), text)


class TextsSettings(Section):
    """What customers read, where it is not what the bridge would say."""

    ru: TextOverrides = TextOverrides()
    en: TextOverrides = TextOverrides()

    def languages(self) -> CustomerLanguages:
        """The texts for customers."""
        return CustomerLanguages.with_overrides(
            self.ru.model_dump(exclude_none=True), self.en.model_dump(exclude_none=True)
        )
