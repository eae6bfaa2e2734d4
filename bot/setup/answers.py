"""What setup has to know, and where it is told: by flags, variables, or the file there is."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings.loader import mistake_in, variable_of
from bot.web.paths import PLANFIX_PATH


@dataclass(frozen=True, slots=True)
class Question:
    """A setting that setup fills in."""

    key: str
    flag: str
    secret: bool = False
    required: bool = True

    @property
    def option(self) -> str:
        """Its name among the parsed arguments."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def file_flag(self) -> str:
        """The flag that names a file with a secret."""
        return f"{self.flag}-file"


TOKEN: Final = Question("telegram.token", "--token", secret=True)
API_URL: Final = Question("telegram.api_url", "--api-url", required=False)
PROXY: Final = Question("telegram.proxy", "--proxy", secret=True, required=False)
MODE: Final = Question("telegram.mode", "--mode", required=False)
PLANFIX_URL: Final = Question("planfix.url", "--planfix-url")
PLANFIX_KEY: Final = Question("planfix.token", "--planfix-token", secret=True)
PROVIDER_ID: Final = Question("planfix.provider_id", "--provider-id", required=False)
PUBLIC_URL: Final = Question("server.public_url", "--public-url")
QUESTIONS: Final = (
    TOKEN,
    API_URL,
    PROXY,
    MODE,
    PLANFIX_URL,
    PLANFIX_KEY,
    PROVIDER_ID,
    PUBLIC_URL,
)


def tidy(question: Question, text: str) -> str:
    """An answer without what people paste along with it."""
    text = text.strip()
    if question is PUBLIC_URL:  # PlanFix's window wants it with that path
        text = text.rstrip("/").removesuffix(PLANFIX_PATH)
    return text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    for question in QUESTIONS:
        wanted = f"{question.key}, or {variable_of(question.key)}"
        if question.secret:
            wanted += f"; others can see flags, so better {question.file_flag}"
            parser.add_argument(
                question.file_flag,
                type=Path,
                metavar="FILE",
                help=f"a file with {question.key} and nothing else",
            )
        parser.add_argument(question.flag, metavar="TEXT", help=wanted)
    parser.add_argument("--no-input", action="store_true", help="ask nothing")
    parser.add_argument("--no-check", action="store_true", help="call neither Telegram nor PlanFix")


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it came from, in the words of a command line."""

    value: str
    origin: str


def given_answers(options: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, Given]:
    """What flags and variables tell, by setting; flags come first.

    Raises:
        OSError: A file with a secret cannot be read; `filename` is its name.
    """
    answers = {}
    variables = {name.upper(): name for name in environment}
    for question in QUESTIONS:
        variable = variables.get(variable_of(question.key))
        file = getattr(options, f"{question.option}_file", None)
        if (value := getattr(options, question.option)) is not None:
            answers[question.key] = Given(tidy(question, value), question.flag)
        elif file is not None:
            text = file.read_text(errors="replace")
            answers[question.key] = Given(tidy(question, text), question.file_flag)
        elif variable:
            answers[question.key] = Given(tidy(question, environment[variable]), variable)
    return answers


def wrong_answers(answers: Mapping[str, Given]) -> dict[str, str]:
    """The mistake of each answer that breaks its setting's rule."""
    mistakes = {key: mistake_in(key, given.value) for key, given in answers.items()}
    return {key: mistake for key, mistake in mistakes.items() if mistake}
