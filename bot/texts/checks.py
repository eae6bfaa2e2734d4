"""What `check` says, as a model: what was found, and what to do about it; `{…}` is filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about what was found, and one about what to do."""

    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class NetworkTexts:
    """Why there is no answer: `{host}`, `{setting}`, `{detail}`, `{seconds}`."""

    dns: Told
    refused: Told
    unreachable: Told
    timeout: Told
    expired: Told
    wrong_host: Told
    untrusted: Told
    tls: Told
    broken: Told
    proxy_away: Told
    proxy_login: Told
    proxy_no_way: Told


@dataclass(frozen=True, slots=True)
class TelegramTexts:
    """The bot: `{name}`, `{username}`, `{host}`, `{status}`, `{reason}`."""

    good: Told
    good_by_proxy: Told
    wrong_token: Told
    unknown_bot: Told
    not_api: Told
    refused: Told
    advice: str
    """What else may help where there is no way to Telegram."""


@dataclass(frozen=True, slots=True)
class UpdatesTexts:
    """Who gets the bot's updates: `{host}`, `{reason}`, `{count}`."""

    alone: Told
    running: Told
    other_poller: Told
    not_told: Told
    own_webhook: Told
    foreign_webhook: Told
    webhook_good: Told
    webhook_later: Told
    webhook_gone: Told
    webhook_elsewhere: Told
    webhook_error: Told
    webhook_pending: Told


@dataclass(frozen=True, slots=True)
class PlanfixTexts:
    """PlanFix: `{host}`, `{path}`, `{status}`, `{target}`, `{reason}`."""

    good: Told
    wrong_key: Told
    wrong_path: Told
    redirect: Told
    page: Told
    not_planfix: Told
    refused: Told
    server_error: Told


@dataclass(frozen=True, slots=True)
class RedisTexts:
    """The store: `{version}`, `{host}`, `{reason}`, `{value}`."""

    good: Told
    good_embedded: Told
    no_embedded: Told
    wrong_password: Told
    refused: Told
    dns: Told
    away: Told
    tls: Told
    silent: Told
    broken: Told
    layout: Told
    too_old: Told
    evicting: Told
    no_replica: Told
    volatile: Told
    snapshots: Told
    every_second: Told


@dataclass(frozen=True, slots=True)
class AddressTexts:
    """The public address: `{url}`, `{host}`, `{server}`, `{status}`, `{target}`."""

    good: Told
    out_of_reach: Told
    other_bridge: Told
    redirect: Told
    no_backend: Told
    no_path: Told
    closed: Told
    stranger: Told
    advice: str
    """What else may help where there is no way to us."""


@dataclass(frozen=True, slots=True)
class PortTexts:
    """Our port: `{where}`, `{reason}`."""

    free: Told
    running: Told
    taken: Told
    forbidden: Told
    no_host: Told
    no_certificate: Told
    refused: Told


@dataclass(frozen=True, slots=True)
class CertificateTexts:
    """Our own certificate: `{path}`, `{key}`, `{host}`, `{days}`, `{reason}`."""

    none: Told
    good: Told
    soon: Told
    expired: Told
    not_yet_valid: Told
    wrong_host: Told
    untrusted: Told
    unusable: Told
    no_pair: Told
    unreadable: Told


@dataclass(frozen=True, slots=True)
class ClockTexts:
    """The clock: `{seconds}`."""

    good: Told
    ahead: Told
    behind: Told
    unknown: Told


@dataclass(frozen=True, slots=True)
class DiskTexts:
    """The disk: `{path}`, `{megabytes}`, `{reason}`."""

    good: Told
    full: Told
    unusable: Told


@dataclass(frozen=True, slots=True)
class CheckTexts:
    """All that `check` says."""

    labels: Mapping[str, str]
    """What each check is called."""
    settings_good: Told
    """`{source}`"""
    settings_wrong: Told
    """`{mistake}`"""
    mistake: Callable[[str], str]
    """Translates a line about a mistake in the settings."""
    skipped: Told
    """Not looked at, since `{before}` has failed."""
    too_long: Told
    """`{seconds}`"""
    broke_down: Told
    """`{reason}`"""
    all_good: str
    some_failed: str
    """`{count}`"""
    environment: str
    """Where settings come from if there is no file."""
    network: NetworkTexts
    telegram: TelegramTexts
    updates: UpdatesTexts
    planfix: PlanfixTexts
    redis: RedisTexts
    public_address: AddressTexts
    port: PortTexts
    certificate: CertificateTexts
    clock: ClockTexts
    disk: DiskTexts
