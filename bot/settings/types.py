"""The kinds of values that settings have, each with its rule in words; no text shows a value."""

import re
import tomllib
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.customers.hours_words import parse_days, parse_week, parse_working_day
from bot.start.payload import can_be_named
from bot.store.redis_url import ReplicatedUrl


def is_loopback(host: str | None) -> bool:
    """Whether `host` (a name or an address) is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    if not _has_host(value, {"http", "https"}):
        raise ValueError("must be an address such as https://example.com")
    parts = urlsplit(value)
    if parts.query or parts.fragment:
        raise ValueError("must be an address without ? and #")
    if parts.username or parts.password:
        raise ValueError("must not contain a user name or a password")
    return value.rstrip("/")


def _https_address(value: str) -> str:
    value = _web_address(value)
    parts = urlsplit(value)
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (http:// is for this machine's loopback alone)")
    return value


def _text(value: object) -> object:
    """Accept a key that is a number in TOML."""
    return str(value) if type(value) is int else value


def _bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-DEF, as BotFather gave it")
    return value


_EXAMPLES = {
    "the key that PlanFix shows",
    "a long random text of your own",
    "another long random text of your own",
}
"""What stands in `config.example.toml` in place of keys: everybody can read it there."""


def _key(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().strip()
    if not key:
        raise ValueError("must not be empty")
    if key in _EXAMPLES:
        raise ValueError("must not be the text of the example; put your own there")
    return value


def _proxy(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if not _has_host(address, {"http", "socks5"}) or urlsplit(address).port is None:
        raise ValueError(
            "must be an address with a port, such as socks5://user:password@host:1080 or http://…"
        )
    parts = urlsplit(address)
    if bool(parts.username) != bool(parts.password):
        raise ValueError("must have both a user name and a password, or neither")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "http" and (":" in user or not _fits_http(user + password)):
        raise ValueError(
            "an http:// proxy takes no user name with a colon and no letters beyond Latin-1"
        )
    return value


def _fits_http(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _redis_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if ReplicatedUrl.parse(url):
        return value
    if not url.startswith("unix://") and not _has_host(url, {"redis", "rediss"}):
        raise ValueError("must be an address such as redis://:password@host:6379/0 or unix:///path")
    database = urlsplit(url).path.strip("/")
    if not url.startswith("unix://") and not re.fullmatch(r"\d*", database, re.ASCII):
        raise ValueError("must have nothing but a database's number after the host")
    return value


def _host(value: str) -> str:
    if not value.strip():  # the system would listen everywhere
        raise ValueError("must not be empty; 0.0.0.0 listens everywhere")
    return value.strip()


def _dsn(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if not _has_host(address, {"http", "https"}) or not re.fullmatch(
        r"[^/]+//[^@/]+@[^/]+/(?:[^?#]*/)?\d+/?", address
    ):
        raise ValueError("must be a DSN as Sentry shows it, https://key@host/number")
    return value


def _has_host(address: str, schemes: set[str]) -> bool:
    """Whether an address has one of the schemes, a host, and a port that can be one."""
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


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
    """Accept one key or a list. A comma is an ordinary character of a key."""
    if isinstance(value, int) or (isinstance(value, str) and not value.startswith("[")):
        return [value]
    return _as_list(value)


def _field_names(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(can_be_named(name) for name in value):
        raise ValueError(
            "each must be one line without =, and none of the single letters that are short for "
            "a name in links: s, m, c, n, t, T"
        )
    return value


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


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone such as Europe/Moscow") from None
    return value


def _week(value: tuple[str, ...]) -> tuple[str, ...]:
    parse_week(value)
    return value


def _days(value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        parse_days(text)
    return value


def _working_days(value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        parse_working_day(text)
    return value


def _phone_word(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty; operators write it, such as /phone")
    return value.strip()


Host = Annotated[str, AfterValidator(_host)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
HttpsAddress = Annotated[str, AfterValidator(_https_address)]
BotToken = Annotated[SecretStr, BeforeValidator(_text), AfterValidator(_bot_token)]
Key = Annotated[SecretStr, BeforeValidator(_text), AfterValidator(_key)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_as_keys), Field(min_length=1)]
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Dsn = Annotated[SecretStr, AfterValidator(_dsn)]
ProviderId = Annotated[str, AfterValidator(_provider_id)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
FieldNames = Annotated[tuple[str, ...], BeforeValidator(_as_list), AfterValidator(_field_names)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Network = IPv4Network | IPv6Network
Networks = Annotated[tuple[Network, ...], BeforeValidator(_as_list)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Week = Annotated[Texts, AfterValidator(_week)]
DaysList = Annotated[Texts, AfterValidator(_days)]
WorkingDays = Annotated[Texts, AfterValidator(_working_days)]
PhoneWord = Annotated[str, AfterValidator(_phone_word)]
