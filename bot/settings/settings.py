"""The bridge's settings as typed objects: what there is, of which kind, with which defaults."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.settings.customers import CustomersSettings, HoursSettings, TextsSettings
from bot.settings.section import Section
from bot.settings.types import (
    BotToken,
    Dsn,
    Duration,
    FieldNames,
    Host,
    HttpsAddress,
    Key,
    Keys,
    Networks,
    ProviderId,
    Proxy,
    RedisUrl,
    Texts,
    WebAddress,
)
from bot.store.redis_url import passwords

ENV_PREFIX: Final = "BRIDGE_"
ENV_DELIMITER: Final = "__"


class TelegramSettings(Section):
    """The bot and the way to Telegram."""

    token: BotToken
    api_url: WebAddress = "https://api.telegram.org"
    proxy: Proxy | None = None
    mode: Literal["polling", "webhook"] = "polling"

    @property
    def bot_id(self) -> int:
        """The bot's user id, which every token begins with."""
        return int(self.token.get_secret_value().partition(":")[0])


class PlanfixSettings(Section):
    """The PlanFix account and what its operators see."""

    url: HttpsAddress
    token: Key
    webhook_token: Keys
    provider_id: ProviderId = "telegram"
    channel: str = ""
    file_hosts: Texts = ()
    update_contacts: bool = True
    signature: bool = False
    language: Literal["ru", "en"] = "ru"


class ServerSettings(Section):
    """Our own HTTP server and how others reach it."""

    host: Host = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: HttpsAddress
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: Networks = ()
    status_key: Key | None = None


class RedisSettings(Section):
    """Where the journal lives; without `url`, in an embedded Valkey under `storage.data_dir`."""

    url: RedisUrl | None = None
    allow_volatile: bool = False


class StorageSettings(Section):
    """Where the bridge keeps files."""

    data_dir: Path = Path("data")


class MediaSettings(Section):
    """Links to customers' files."""

    link_lifetime: Duration = timedelta(days=7)


class LimitsSettings(Section):
    """How fast to send to Telegram; 0 means no limit."""

    messages_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30
    chat_messages_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1


class StartSettings(Section):
    """Start links: what `t.me/<bot>?start=…` may fill in."""

    fields: FieldNames = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
    require_signature: bool = False


class AlertsSettings(Section):
    """Whom to tell when something needs a person."""

    chat_id: int | None = None


class LogSettings(Section):
    """How to log."""

    format: Literal["console", "json"] = "console"
    level: Literal["debug", "info", "warning", "error"] = "info"
    message_texts: bool = False


class SentrySettings(Section):
    """Where errors and crashes are told, besides the log."""

    dsn: Dsn | None = None


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
    start: StartSettings = StartSettings()
    customers: CustomersSettings = CustomersSettings()
    hours: HoursSettings = HoursSettings()
    texts: TextsSettings = TextsSettings()
    alerts: AlertsSettings = AlertsSettings()
    log: LogSettings = LogSettings()
    sentry: SentrySettings = SentrySettings()

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
        token = self.telegram.token.get_secret_value()
        redis = passwords(self.redis.url.get_secret_value() if self.redis.url else "")
        dsn = self.sentry.dsn.get_secret_value() if self.sentry.dsn else ""
        proxy = urlsplit(self.telegram.proxy.get_secret_value() if self.telegram.proxy else "")
        return [
            token,
            token.partition(":")[2],
            self.planfix.token.get_secret_value(),
            *(key.get_secret_value() for key in self.planfix.webhook_token),
            *([self.server.status_key.get_secret_value()] if self.server.status_key else []),
            *([proxy.password] if proxy.password else []),
            *redis,
            *([dsn, str(urlsplit(dsn).username)] if dsn else []),
        ]
