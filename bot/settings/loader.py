"""Reads the settings from a TOML file and the environment, and tells in words what is wrong."""

import os
import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, TypeGuard

from pydantic import BaseModel, TypeAdapter
from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsConfigDict

from bot.settings.customers import HoursSettings
from bot.settings.settings import ENV_DELIMITER, ENV_PREFIX, Settings

DEFAULT_CONFIG: Final = Path("config.toml")


class SettingsError(Exception):
    """Wrong or missing settings: `lines` has one readable line per mistake, without any value."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(dict.fromkeys(lines))
        super().__init__("\n".join(self.lines))


def load_settings(config: Path | None = None) -> Settings:
    """Read the settings from `config` (default: `./config.toml` if it is there) and `BRIDGE_…`.

    Raises:
        SettingsError: The file or a value is wrong; one line per mistake names the key and
            where it came from, and never the value.
    """
    if config is not None and not config.is_file():
        raise SettingsError([f"{config}: there is no such file"])
    file = config or DEFAULT_CONFIG

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    unknown = list(_unknown_variables())
    try:
        settings = FromFile()  # type: ignore[call-arg]  # its sources fill in the fields
    except PydanticValidationError as error:
        raise SettingsError([*_describe(error, file), *unknown]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: is no valid TOML: {_not_toml(file, error)}"]) from None
    except OSError as error:
        raise SettingsError([f"{file}: cannot be read: {error.strerror}"]) from None
    lines = unknown + list(_contradictions(settings))
    if lines:
        raise SettingsError(lines)
    return settings


def _not_toml(file: Path, error: ValueError) -> str:
    """Why a file is no TOML: its encoding, as editors of Windows choose it, or a place in it."""
    if isinstance(error, UnicodeDecodeError) or file.read_bytes().startswith(BOM_UTF8):
        return "save it in the encoding UTF-8, without BOM"
    return str(error)


def _contradictions(settings: Settings) -> Iterator[str]:
    server = settings.server
    if (server.tls_certificate is None) != (server.tls_key is None):
        yield "server.tls_certificate and server.tls_key: set both of them or neither"
    for key, path in (("tls_certificate", server.tls_certificate), ("tls_key", server.tls_key)):
        if path is not None and not path.is_file():
            yield f"server.{key}: there is no file {path}"
    if settings.sentry.dsn and not find_spec("sentry_sdk"):
        yield (
            "sentry.dsn: needs the package sentry-sdk, which is not installed: install the bridge "
            "with its extra, `pip install 'planfix-telegram-bridge[sentry]'`"
        )
    if settings.hours.time_zone is None and settings.hours != HoursSettings():
        yield "hours.time_zone: is missing, so the other hours would count for nothing; set one"


def known_keys() -> dict[str, bool]:
    """Every key, `section.name` or deeper, and whether it has to be given."""
    return dict(_keys_in(Settings))


def _keys_in(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, bool]]:
    for name, field in model.model_fields.items():
        if _is_table(field.annotation):
            yield from _keys_in(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.is_required()


def _is_table(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def mistake_in(key: str, value: object) -> str | None:
    """What is wrong with `value` for the setting `key`, in words without it; None: nothing is."""
    section, _, name = key.partition(".")
    model: Any = Settings.model_fields[section].annotation
    field = model.model_fields[name]
    try:
        TypeAdapter(Annotated[field.annotation, field]).validate_python(value)
    except PydanticValidationError as error:
        return _message(error.errors(include_url=False, include_input=False)[0])
    return None


def _describe(error: PydanticValidationError, file: Path) -> Iterator[str]:
    """One line per key, even if its value breaks several rules."""
    described: set[str] = set()
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        key = _key(detail["loc"])
        if key not in described:
            described.add(key)
            yield from _lines(key, detail, file)


def _key(location: Sequence[str | int]) -> str:
    """The key that a mistake is in: its location, without places in a list."""
    model: type[BaseModel] = Settings
    names: list[str] = []
    for part in location:
        names.append(str(part))
        field = model.model_fields.get(str(part))
        if field is None or not _is_table(field.annotation):
            break
        model = field.annotation
    return ".".join(names)


def _lines(key: str, detail: ErrorDetails, file: Path) -> Iterator[str]:
    match detail["type"]:
        case "missing":
            for name, required in known_keys().items():
                if required and f"{name}.".startswith(f"{key}."):
                    where = f"set it in {file} or in the variable {variable_of(name)}"
                    yield f"{name}: is missing; {where}"
        case "extra_forbidden":
            yield f"{key} ({_origin(key, file)}): there is no such setting{_hint(key)}"
        case "model_type":
            yield f"{key} ({_origin(key, file)}): is a section of settings, not a single one"
        case _:
            yield f"{key} ({_origin(key, file)}): {_message(detail)}"


def _message(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return message[:1].lower() + message[1:]


def variable_of(key: str) -> str:
    """The name of the variable that gives a setting."""
    return ENV_PREFIX + key.upper().replace(".", ENV_DELIMITER)


def _origin(key: str, file: Path) -> str:
    variable = variable_of(key)
    for name in os.environ:
        if f"{name.upper()}{ENV_DELIMITER}".startswith(f"{variable}{ENV_DELIMITER}"):
            return f"from the variable {name}"
    return f"from {file}"


def _unknown_variables() -> Iterator[str]:
    """Name the variables that the settings' library would pass over in silence."""
    sections = {variable_of(name) for name in Settings.model_fields}
    for name in os.environ:
        variable = name.upper()
        if variable.startswith(ENV_PREFIX) and variable.split(ENV_DELIMITER)[0] not in sections:
            close = get_close_matches(variable, map(variable_of, known_keys()), n=1, cutoff=0.8)
            hint = f"; did you mean {close[0]}?" if close else ""
            yield f"the variable {name}: there is no such setting{hint}"


def _hint(key: str) -> str:
    depth = key.count(".") + 1
    known = {".".join(name.split(".")[:depth]) for name in known_keys()}
    close = get_close_matches(key, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
