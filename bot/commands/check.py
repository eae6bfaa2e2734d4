"""`python -m bot check`: one line per check, with the fix in words."""

import argparse
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.checks.everything import NAMES, SETTINGS, check_everything
from bot.checks.finding import Finding, State, found
from bot.checks.lines import line
from bot.logs.logs import set_up_logging
from bot.logs.safety import Redactor
from bot.settings.loader import DEFAULT_CONFIG, SettingsError, load_settings
from bot.settings.settings import LogSettings, Settings
from bot.texts import checks_en, checks_ru
from bot.texts.checks import CheckTexts
from bot.texts.terminal import Language, terminal_language

Say = Callable[[str], None]

_TEXTS: Final[dict[Language, CheckTexts]] = {"en": checks_en.CHECKS, "ru": checks_ru.CHECKS}


async def run(options: argparse.Namespace, say: Say) -> int:
    """Carry the checks out and tell their findings; returns 0 if none failed, else 1."""
    words = _TEXTS[options.language or terminal_language(os.environ)]
    shown = _Shown(words, say, as_json=options.json)
    try:
        settings = load_settings(options.config)
    except SettingsError as error:
        findings, redact = _wrong_settings(error, words), Redactor([])
    else:
        redact = Redactor(settings.secrets())
        findings = _all(settings, options.config, words)
    set_up_logging(LogSettings(level="error"), redact)
    async for finding in findings:
        shown.add(_without_secrets(finding, redact))
    shown.end()
    return 1 if shown.failed else 0


async def _all(
    settings: Settings, config: Path | None, words: CheckTexts
) -> AsyncIterator[Finding]:
    file = config or DEFAULT_CONFIG
    source = str(file) if file.is_file() else words.environment
    yield found(SETTINGS, State.OK, words.settings_good, source=source)
    async for finding in check_everything(settings, words):
        yield finding


async def _wrong_settings(error: SettingsError, words: CheckTexts) -> AsyncIterator[Finding]:
    """A line for each mistake. Without settings, there is nothing else to look at."""
    for each in error.lines:
        key = each.partition(" ")[0].rstrip(":")
        mistake = words.mistake(each)
        mistake += "" if mistake.endswith((".", "?")) else "."
        yield found(SETTINGS, State.FAILED, words.settings_wrong, setting=key, mistake=mistake)
    for name in NAMES[1:]:
        yield found(name, State.SKIPPED, words.skipped, before=words.labels[SETTINGS])


def _without_secrets(finding: Finding, redact: Redactor) -> Finding:
    return Finding(finding.name, finding.state, redact(finding.message), redact(finding.fix))


@dataclass
class _Shown:
    """Tells findings as they come: to a person line by line, to a machine at the end."""

    words: CheckTexts
    say: Say
    as_json: bool

    def __post_init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def failed(self) -> int:
        """How many have failed."""
        return sum(finding.state is State.FAILED for finding in self.findings)

    def add(self, finding: Finding) -> None:
        """Tell one."""
        self.findings.append(finding)
        if not self.as_json:
            self.say(line(finding, self.words))

    def end(self) -> None:
        """Sum up."""
        if self.as_json:
            self.say(json.dumps(self._as_json(), ensure_ascii=False))
        elif self.failed:
            self.say(f"\n{self.words.some_failed.format(count=self.failed)}")
        else:
            self.say(f"\n{self.words.all_good}")

    def _as_json(self) -> dict[str, object]:
        checks = [
            {"name": each.name, "state": each.state, "message": each.message, "fix": each.fix}
            for each in self.findings
        ]
        return {"ok": not self.failed, "checks": checks}
