"""The bridge's settings: a TOML file and the environment, read once into typed objects."""

import os
import re
import tomllib
from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

DEFAULT_CONFIG = Path("config.toml")
ENV_PREFIX = "BRIDGE_"
ENV_DELIMITER = "__"


class SettingsError(Exception):
    """Wrong or missing settings: `lines` has one readable line per mistake, without any value."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


def is_loopback(host: str | None) -> bool:
    """Whether `host` (a name or an address) is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    try:
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://example.com")
    if parts.username or parts.password:
        raise ValueError("must not contain a user name or a password")
    return value.rstrip("/")


def _https_address(value: str) -> str:
    value = _web_address(value)
    parts = urlsplit(value)
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (http:// is for this machine's loopback alone)")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-DEF, as BotFather gave it")
    return value


def _key(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


def _proxy(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"http", "socks5"} or not parts.hostname:
        raise ValueError("must be an address such as socks5://user:password@host:1080 or http://…")
    return value


def _redis_url(value: SecretStr) -> SecretStr:
    if urlsplit(value.get_secret_value()).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return value


def _provider_id(value: str) -> str:
    if not value or "~" in value:
        raise ValueError("must not be empty and must not contain ~")
    return value


def _as_list(value: object) -> object:
    """Accept one value, a list, or (from the environment) a TOML or JSON list or `a,b`."""
    if not isinstance(value, str):
        return value
    if value.startswith("["):
        try:
            return tomllib.loads(f"list = {value}")["list"]
        except tomllib.TOMLDecodeError as error:
            raise ValueError('is no list such as ["one", "two"]') from error
    return [item.strip() for item in value.split(",") if item.strip()]


def _as_keys(value: object) -> object:
    """Like `_as_list`, but a comma is an ordinary character of a key."""
    return [value] if isinstance(value, str) and not value.startswith("[") else _as_list(value)


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    """Accept seconds or a number with a unit: `90s`, `15 m`, `12 hours`, `7 days`."""
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(
        r"(\d+(?:\.\d+)?)\s*(?:([smhd])|(second|minute|hour|day)s?)?", str(value).strip()
    )
    if not match:
        raise ValueError("must be a time such as 90 seconds, 12 hours or 7 days")
    number, letter, word = match.groups()
    seconds = float(number) * _SECONDS[letter or (word or "s")[0]]
    if not 1 <= seconds <= 10 * 365 * 86400:
        raise ValueError("must be between 1 second and 10 years")
    return timedelta(seconds=seconds)


WebAddress = Annotated[str, AfterValidator(_web_address)]
HttpsAddress = Annotated[str, AfterValidator(_https_address)]
Key = Annotated[SecretStr, AfterValidator(_key)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class TelegramSettings(_Section):
    """The bot and the way to Telegram."""

    token: Annotated[SecretStr, AfterValidator(_bot_token)]
    api_url: WebAddress = "https://api.telegram.org"
    proxy: Annotated[SecretStr, AfterValidator(_proxy)] | None = None
    mode: Literal["polling", "webhook"] = "polling"

    @property
    def bot_id(self) -> int:
        """The bot's user id, which every token begins with."""
        return int(self.token.get_secret_value().partition(":")[0])


class PlanfixSettings(_Section):
    """The PlanFix account and what its operators see."""

    url: HttpsAddress
    token: Key
    webhook_token: Annotated[tuple[Key, ...], BeforeValidator(_as_keys), Field(min_length=1)]
    provider_id: Annotated[str, AfterValidator(_provider_id)] = "telegram"
    channel: str = ""
    file_hosts: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    update_contacts: bool = True
    signature: bool = False
    language: Literal["ru", "en"] = "ru"


class ServerSettings(_Section):
    """Our own HTTP server and how others reach it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: HttpsAddress
    tls_certificate: Path | None = None
    tls_key: Path | None = None


class RedisSettings(_Section):
    """Where the journal lives; without `url`, in an embedded Valkey under `storage.data_dir`."""

    url: Annotated[SecretStr, AfterValidator(_redis_url)] | None = None
    allow_volatile: bool = False


class StorageSettings(_Section):
    """Where the bridge keeps files."""

    data_dir: Path = Path("data")


class MediaSettings(_Section):
    """Links to customers' files."""

    link_lifetime: Duration = timedelta(days=7)


class LimitsSettings(_Section):
    """How fast to send to Telegram; 0 means no limit."""

    messages_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30
    chat_messages_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1


class LogSettings(_Section):
    """How to log."""

    format: Literal["console", "json"] = "console"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(BaseSettings):
    """All settings; see `config.example.toml` for each one in words."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
        enable_decoding=False,
        extra="forbid",
        frozen=True,
    )

    telegram: TelegramSettings
    planfix: PlanfixSettings
    server: ServerSettings
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
    media: MediaSettings = MediaSettings()
    limits: LimitsSettings = LimitsSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the TOML file given to `load_settings`."""
        del init_settings, dotenv_settings, file_secret_settings
        return env_settings, TomlConfigSettingsSource(settings_cls)

    def secrets(self) -> list[str]:
        """Every value that must never be shown."""
        password = urlsplit(self.redis.url.get_secret_value()).password if self.redis.url else None
        proxy = urlsplit(self.telegram.proxy.get_secret_value()) if self.telegram.proxy else None
        return [
            self.telegram.token.get_secret_value(),
            self.planfix.token.get_secret_value(),
            *(key.get_secret_value() for key in self.planfix.webhook_token),
            *filter(None, (password, proxy.password if proxy else None)),
        ]


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
        lines = [_describe(detail, file) for detail in error.errors(include_url=False)]
        raise SettingsError(lines + unknown) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: is no valid TOML: {error}"]) from None
    except OSError as error:
        raise SettingsError([f"{file}: cannot be read: {error.strerror}"]) from None
    lines = unknown + list(_contradictions(settings))
    if lines:
        raise SettingsError(lines)
    return settings


def _contradictions(settings: Settings) -> Iterable[str]:
    server = settings.server
    if (server.tls_certificate is None) != (server.tls_key is None):
        yield "server.tls_certificate and server.tls_key: set both of them or neither"
    for key, path in (("tls_certificate", server.tls_certificate), ("tls_key", server.tls_key)):
        if path is not None and not path.is_file():
            yield f"server.{key}: there is no file {path}"


def _variable(key: str) -> str:
    return ENV_PREFIX + key.upper().replace(".", ENV_DELIMITER)


def _known_keys() -> list[str]:
    sections = ((name, field.annotation) for name, field in Settings.model_fields.items())
    return [
        f"{name}.{key}"
        for name, section in sections
        if isinstance(section, type) and issubclass(section, BaseModel)
        for key in section.model_fields
    ]


def _unknown_variables() -> Iterable[str]:
    """Name the variables that the settings' library would pass over in silence."""
    sections = {_variable(name) for name in Settings.model_fields}
    for variable in os.environ:
        upper = variable.upper()
        if upper.startswith(ENV_PREFIX) and upper.split(ENV_DELIMITER)[0] not in sections:
            key = upper.removeprefix(ENV_PREFIX).lower().replace(ENV_DELIMITER, ".")
            yield f"{key} (from the variable {variable}): there is no such setting" + _hint(key)


def _hint(key: str) -> str:
    close = get_close_matches(key, _known_keys(), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _describe(detail: ErrorDetails, file: Path) -> str:
    path = [str(part) for part in detail["loc"]]
    key = ".".join(path[:2])
    if detail["type"] == "missing":
        names = [key] if len(path) > 1 else [k for k in _known_keys() if k.startswith(key + ".")]
        needed = [name for name in names if _is_required(name)]
        return "\n".join(
            f"{name}: is missing; set it in {file} or in the variable {_variable(name)}"
            for name in needed
        )
    if detail["type"] == "extra_forbidden":
        return f"{key} ({_origin(key, file)}): there is no such setting{_hint(key)}"
    return f"{key} ({_origin(key, file)}): {_message(detail)}"


def _is_required(key: str) -> bool:
    section, _, name = key.partition(".")
    model: Any = Settings.model_fields[section].annotation
    return bool(model.model_fields[name].is_required())


def _message(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _origin(key: str, file: Path) -> str:
    variable = _variable(key)
    for name in os.environ:
        if name.upper() == variable:
            return f"from the variable {name}"
    return f"from {file}"
