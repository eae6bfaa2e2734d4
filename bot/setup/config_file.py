"""`config.toml` as setup edits it: what it does not know, comments too, stays as it is."""

import os
import stat
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table


class Fault(StrEnum):
    """What may be wrong with the file; each has its words in `SetupTexts`."""

    NOT_TOML = "not_toml"
    NO_SECTION = "no_section"
    UNREADABLE = "unreadable"
    UNWRITABLE = "unwritable"


class ConfigFileError(Exception):
    """The file cannot be used, and was not touched."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


class ConfigFile:
    """The file at `path`, or the one that will be there.

    Raises:
        ConfigFileError: It cannot be read, or is no valid TOML.
    """

    def __init__(self, path: Path, introduction: str) -> None:
        self.path = path
        self.is_new = not path.exists()
        if self.is_new:
            self._document = tomlkit.document()
            self._add_comment(self._document, introduction)
            return
        try:
            self._document = tomlkit.parse(path.read_bytes().decode("utf-8-sig"))
        except (TOMLKitError, UnicodeDecodeError) as error:
            # What follows the first line may quote the file.
            raise ConfigFileError(Fault.NOT_TOML, str(error).split("\n")[0]) from None
        except OSError as error:
            raise ConfigFileError(Fault.UNREADABLE, _reason(error)) from None

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever is written there
        """The value of `section.name`; None if it has none.

        Raises:
            ConfigFileError: The section is a single value.
        """
        section, _, name = key.partition(".")
        value = self._section(section).get(name)
        return value.unwrap() if hasattr(value, "unwrap") else value

    def set(self, key: str, value: str | int, comment: str = "") -> None:
        """Write a value; a new one goes to the end of its section, below a comment if given."""
        if self.get(key) == value:
            return
        section, _, name = key.partition(".")
        if section not in self._document:
            if self._document.body:
                self._document.add(tomlkit.nl())
            self._document[section] = tomlkit.table()
        table = self._section(section)
        if name in table or not isinstance(table, Table):
            table[name] = value
        else:
            self._append(table, name, value, comment)

    def write(self) -> None:
        """Put the new file in the place of the old one, for its owner's eyes, or its group's.

        Raises:
            ConfigFileError: It cannot be written; the old one is as it was.
        """
        place = self.path.resolve()  # a link stays a link
        try:
            owner = place.stat() if place.exists() else None
            number, name = tempfile.mkstemp(dir=place.parent, prefix=".config-")  # 0600
            try:
                with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
                    file.write(self._document.as_string())
                    file.flush()
                    os.fsync(number)
                if owner:
                    _give_back(Path(name), owner)
                Path(name).replace(place)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ConfigFileError(Fault.UNWRITABLE, _reason(error)) from None

    def _section(self, name: str) -> Any:  # noqa: ANN401 - tomlkit has many kinds of tables
        section = self._document.get(name, {})
        if not hasattr(section, "get"):
            raise ConfigFileError(Fault.NO_SECTION, name)
        return section

    def _append(self, table: Table, name: str, value: str | int, comment: str) -> None:
        """Add a key below the others, above the comments that lead over to the next section."""
        body = table.value.body
        tail: list[Any] = []  # without keys: comments and white space
        while body and body[-1][0] is None:
            tail.append(body.pop()[1])
        self._add_comment(table, comment)
        table.add(name, value)
        for item in reversed(tail):
            table.add(item)

    @staticmethod
    def _add_comment(place: Any, text: str) -> None:  # noqa: ANN401 - a document or a table
        for line in text.splitlines():
            place.add(tomlkit.comment(line))


def _give_back(file: Path, before: os.stat_result) -> None:
    """Let the file belong to whom it did, and its group read it if nobody else could."""
    with suppress(OSError):  # only an administrator may give files away
        os.chown(file, before.st_uid, before.st_gid)
        if not before.st_mode & stat.S_IRWXO:
            file.chmod(0o600 | before.st_mode & stat.S_IRGRP)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
