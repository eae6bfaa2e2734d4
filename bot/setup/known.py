"""What setup knows of the settings: from the file there is, from flags, and from variables."""

import argparse
import secrets
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from bot.settings.loader import mistake_in, variable_of
from bot.settings.settings import Settings
from bot.settings.types import Keys
from bot.setup.answers import QUESTIONS, Question, given_answers, wrong_answers
from bot.setup.config_file import ConfigFile
from bot.texts.setup import SetupTexts

OUR_KEY: Final = "planfix.webhook_token"
_KEY_BYTES = 32


class Known:
    """The values, by setting.

    Args:
        file: What is there already. A wrong value in it counts as missing.
        words: For people.

    Attributes:
        values: What is known.
        given: The settings that flags or variables tell.
        mistakes: A line for each flag and variable that is wrong, by setting.
    """

    def __init__(self, file: ConfigFile, words: SetupTexts) -> None:
        self.values: dict[str, str] = {}
        self.given: frozenset[str] = frozenset()
        self.mistakes: dict[str, str] = {}
        self._file = file
        self._words = words
        for question in QUESTIONS:
            value = file.get(question.key)
            if value is not None and mistake_in(question.key, value) is None:
                self.values[question.key] = str(value)

    def take(self, options: argparse.Namespace, environment: Mapping[str, str]) -> None:
        """Take over what flags and variables tell.

        Raises:
            OSError: A file with a secret cannot be read; `filename` is its name.
        """
        given = given_answers(options, environment)
        for key, mistake in wrong_answers(given).items():
            origin = given.pop(key).origin
            told = self._words.wrong_given.format(key=key, origin=origin, mistake=mistake)
            self.mistakes[key] = told
        self.values |= {key: answer.value for key, answer in given.items()}
        self.given = frozenset(given)
        self.values[OUR_KEY] = self._our_key(environment)

    def missing(self) -> list[str]:
        """A line for each setting that is needed, and neither known nor told wrong."""
        lines = []
        for question in QUESTIONS:
            unknown = question.key not in self.values and question.key not in self.mistakes
            if question.required and unknown:
                ways = [question.flag, variable_of(question.key)]
                if question.secret:
                    ways.insert(1, question.file_flag)
                told = self._words.missing.format(key=question.key, ways=" / ".join(ways))
                lines.append(told)
        return lines

    def secrets(self) -> list[str]:
        """The values that must not be shown."""
        keys = {OUR_KEY, *(question.key for question in QUESTIONS if question.secret)}
        return [value for key, value in self.values.items() if key in keys]

    def section(self, name: str) -> dict[str, str]:
        """The values of a section of settings."""
        parts = ((key.partition("."), value) for key, value in self.values.items())
        return {key: value for (section, _, key), value in parts if section == name}

    def is_worth_writing(self, question: Question) -> bool:
        """Whether the file has it already, or it is not what holds without it."""
        if question.key not in self.values:
            return False
        differs = self.values[question.key] != default_of(question.key)
        return differs or self._file.get(question.key) is not None

    def _our_key(self, environment: Mapping[str, str]) -> str:
        """The key that PlanFix sends us: the first of those there are, or else a new one."""
        for known in (environment.get(variable_of(OUR_KEY)), self._file.get(OUR_KEY)):
            try:
                keys = TypeAdapter(Keys).validate_python(known)
            except ValidationError:
                continue
            return keys[0].get_secret_value()
        return secrets.token_urlsafe(_KEY_BYTES)


def default_of(key: str) -> Any:  # noqa: ANN401 - settings have values of every kind
    """The value that a setting has if nobody sets it."""
    section, _, name = key.partition(".")
    model: Any = Settings.model_fields[section].annotation
    return model.model_fields[name].default
