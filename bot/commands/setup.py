"""`python -m bot setup`: asks, checks at once, writes `config.toml`, and says what is next."""

import argparse
import asyncio
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.checks.finding import Finding, State
from bot.checks.lines import line
from bot.checks.planfix import look_at_planfix
from bot.checks.telegram import BotLook, look_at_bot, telegram_session
from bot.settings.loader import (
    DEFAULT_CONFIG,
    SettingsError,
    load_settings,
    mistake_in,
    variable_of,
)
from bot.settings.settings import PlanfixSettings, TelegramSettings
from bot.settings.types import is_loopback
from bot.setup.answers import (
    PLANFIX_KEY,
    PLANFIX_URL,
    PROVIDER_ID,
    PROXY,
    PUBLIC_URL,
    QUESTIONS,
    TOKEN,
    Question,
    tidy,
)
from bot.setup.config_file import ConfigFile, ConfigFileError
from bot.setup.dialogue import Dialogue
from bot.setup.known import OUR_KEY, Known, default_of
from bot.texts import checks_en, checks_ru, setup_en, setup_ru
from bot.texts.checks import CheckTexts
from bot.texts.setup import SetupTexts
from bot.texts.terminal import Language, terminal_language
from bot.web.paths import PLANFIX_PATH

Say = Callable[[str], None]

_CHECK_TEXTS: Final[dict[Language, CheckTexts]] = {"en": checks_en.CHECKS, "ru": checks_ru.CHECKS}
_SETUP_TEXTS: Final[dict[Language, SetupTexts]] = {"en": setup_en.SETUP, "ru": setup_ru.SETUP}
_PORT: Final = "server.port"
_GOOD, _FAILED, _WRONG_USAGE = 0, 1, 2


class _SetupError(Exception):
    """It cannot go on. Nothing was changed; the text says why."""

    def __init__(self, text: str, code: int = _FAILED) -> None:
        super().__init__(text)
        self.code = code


def run(options: argparse.Namespace, say: Say) -> int:
    """Set the bridge up; returns 0, 1 if something is wrong, or 2 if something was not given."""
    language = options.language or terminal_language(os.environ)
    words = _SETUP_TEXTS[language]
    dialogue = Dialogue(say, interactive=sys.stdin.isatty() and not options.no_input)
    try:
        return _Setup(options, words, _CHECK_TEXTS[language], dialogue).run()
    except ConfigFileError as error:
        path = options.config or DEFAULT_CONFIG
        dialogue.tell(getattr(words, error.fault).format(path=path, detail=error.detail))
    except _SetupError as error:
        dialogue.tell(str(error))
        return error.code
    except (KeyboardInterrupt, EOFError):
        dialogue.tell(f"\n{words.cancelled}")
    return _FAILED


class _Setup:
    """One run of the command."""

    def __init__(
        self,
        options: argparse.Namespace,
        words: SetupTexts,
        check_words: CheckTexts,
        dialogue: Dialogue,
    ) -> None:
        self._words = words
        self._check_words = check_words
        self._dialogue = dialogue
        self._checks = not options.no_check
        self._program: str = options.program
        self._config: Path = options.config or DEFAULT_CONFIG
        self._file = ConfigFile(self._config, words.introduction)
        self._known = self._collect(options)

    def run(self) -> int:
        """Ask what is not known, check it, write the file, and tell what is next."""
        say = self._dialogue.tell
        if self._dialogue.interactive:
            say(self._words.welcome)
            if not self._file.is_new:
                say(self._words.keep)
        bot = self._set_up_telegram()
        self._set_up_planfix()
        self._ask_unless_given(PUBLIC_URL)
        self._write()
        say(f"\n{self._words.written.format(path=self._config)}")
        self._tell_next(bot)
        return self._look_for_other_mistakes()

    def _collect(self, options: argparse.Namespace) -> Known:
        """What is known without asking.

        Raises:
            _SetupError: There is nobody to ask about what is missing or wrong.
        """
        known = Known(self._file, self._words)
        try:
            known.take(options, os.environ)
        except OSError as error:
            told = self._words.file_unreadable.format(path=error.filename, reason=error.strerror)
            raise _SetupError(told, _WRONG_USAGE) from None
        self._dialogue.keep_secret(*known.secrets())
        mistakes, translate = list(known.mistakes.values()), self._check_words.mistake
        if not self._dialogue.interactive:
            mistakes += known.missing()
            if mistakes:
                lines = [self._words.no_terminal, *map(translate, mistakes)]
                raise _SetupError("\n".join(lines), _WRONG_USAGE)
        for mistake in mistakes:
            self._dialogue.tell(translate(mistake))
        return known

    def _ask_unless_given(self, question: Question) -> None:
        if self._dialogue.interactive and question.key not in self._known.given:
            self._ask(question)

    def _ask(self, question: Question) -> None:
        """Ask until the answer is one that the setting takes."""
        words, say = self._words, self._dialogue.tell
        if hint := words.hints[question.key]:
            say(hint)
        text = words.questions[question.key]
        if question.secret:
            text = f"{text} {words.hidden}"
        while True:
            known = self._known.values.get(question.key, "")
            answer = tidy(question, self._dialogue.ask(text, known, secret=question.secret))
            if not answer and not question.required:
                return
            mistake = mistake_in(question.key, answer)
            if mistake is None:
                self._known.values[question.key] = answer
                return
            say(words.wrong.format(mistake=self._check_words.mistake(mistake)))

    def _set_up_telegram(self) -> dict[str, Any]:
        """Returns the bot, empty if Telegram was not asked or did not tell."""
        self._ask_unless_given(TOKEN)
        while self._checks:
            self._dialogue.tell(
                self._words.checking.format(what=self._check_words.labels["telegram"])
            )
            look = asyncio.run(self._look_at_bot())
            if self._settle(look.finding):
                return look.bot
            about_token = look.finding.setting == TOKEN.key
            self._ask(TOKEN if about_token else PROXY)
        return {}

    async def _look_at_bot(self) -> BotLook:
        settings = TelegramSettings.model_validate(self._known.section("telegram"))
        async with telegram_session(settings) as session:
            return await look_at_bot(session, settings, self._check_words)

    def _set_up_planfix(self) -> None:
        self._ask_unless_given(PLANFIX_URL)
        self._ask_unless_given(PLANFIX_KEY)
        while self._checks:
            self._dialogue.tell(
                self._words.checking.format(what=self._check_words.labels["planfix"])
            )
            settings = PlanfixSettings.model_validate(self._known.section("planfix"))
            finding = asyncio.run(look_at_planfix(settings, self._check_words)).finding
            if self._settle(finding):
                return
            self._ask(PLANFIX_KEY if finding.setting == PLANFIX_KEY.key else PLANFIX_URL)

    def _settle(self, finding: Finding) -> bool:
        """Tell what was found; whether it is good, or the person wants to go on all the same.

        Raises:
            _SetupError: It is not, and there is nobody to ask.
        """
        self._dialogue.tell(line(finding, self._check_words))
        if finding.state is not State.FAILED:
            return True
        if not self._dialogue.interactive:
            raise _SetupError(self._words.check_failed)
        return self._dialogue.agrees(self._words.keep_anyway, self._words.yes)

    def _write(self) -> None:
        words, values = self._words, self._known.values
        for question in QUESTIONS:
            if self._known.is_worth_writing(question):
                self._file.set(question.key, values[question.key], words.comments[question.key])
            if question is PLANFIX_KEY and mistake_in(OUR_KEY, self._file.get(OUR_KEY)):
                self._file.set(OUR_KEY, values[OUR_KEY], words.comments[OUR_KEY])
        public = urlsplit(values[PUBLIC_URL.key])
        told = self._file.get(_PORT) is not None or variable_of(_PORT) in os.environ
        if public.port and is_loopback(public.hostname) and not told:
            # Nobody can be in front of us there.
            self._file.set(_PORT, public.port, words.comments[_PORT])
        self._file.write()

    def _tell_next(self, bot: dict[str, Any]) -> None:
        words, values = self._words, self._known.values
        url = values[PUBLIC_URL.key].rstrip("/") + PLANFIX_PATH
        provider = values.get(PROVIDER_ID.key) or default_of(PROVIDER_ID.key)
        told = words.planfix.format(url=url, key=values[OUR_KEY], provider_id=provider)
        self._dialogue.hand_over(f"\n{told}\n")
        name = f"@{bot['username']}" if "username" in bot else words.the_bot
        self._dialogue.tell(words.botfather.format(bot=name))
        if bot.get("can_read_all_group_messages"):
            self._dialogue.tell(words.privacy_is_off.format(bot=name))
        config = (
            "" if self._config == DEFAULT_CONFIG else f" --config {shlex.quote(str(self._config))}"
        )
        check, start = (f"{self._program} {name}{config}" for name in ("check", "run"))
        self._dialogue.tell(f"\n{words.next_steps.format(check=check, run=start)}")

    def _look_for_other_mistakes(self) -> int:
        try:
            load_settings(self._config)
        except SettingsError as error:
            told = self._words.still_wrong.format(path=self._config)
            self._dialogue.tell("\n".join(["", told, *map(self._check_words.mistake, error.lines)]))
            return _FAILED
        return _GOOD
