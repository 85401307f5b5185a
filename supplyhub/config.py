"""Settings: config/*.toml and the environment, read once into one frozen object. Nothing else reads the environment.

The value of a setting is the first found of: an override given by the caller, SUPPLYHUB_<NAME> (for the
database also DATABASE_URL), config/<environment>.toml, config/default.toml.
"""

import os
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PACKAGE = Path(__file__).resolve().parent
SHORTEST_SECRET = 32


class UnableToStart(Exception):
    """The settings do not allow the application to run; the message says which and why."""


def resource_folder(name: str) -> Path:
    """Return `config` or `migrations`: beside the package in a checkout, inside it in an installed wheel."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


class Settings(BaseSettings):
    """Every setting of the application. docs/configuration.md describes each."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SUPPLYHUB_", populate_by_name=True, str_strip_whitespace=True
    )

    environment: Literal["development", "test", "production"]
    secret_key: str
    database_url: str = Field(validation_alias=AliasChoices("SUPPLYHUB_DATABASE_URL", "DATABASE_URL", "database_url"))
    data_folder: Path

    default_locale: Literal["zh_Hans", "en"]
    default_timezone: str
    demo: bool

    session_hours: int = Field(ge=1)
    session_cookie_secure: bool
    sign_in_attempts: int = Field(ge=1)
    sign_in_window_minutes: int = Field(ge=1)
    invitation_days: int = Field(ge=1)

    upload_limit_mb: int = Field(ge=1)
    proxy_count: int = Field(ge=0)

    map_tile_url: str
    map_attribution: str

    job_lease_seconds: int = Field(ge=5)
    job_poll_seconds: float = Field(gt=0)

    plan_seconds: int = Field(ge=1)
    plan_seed: int

    roads_source: Literal["crow", "extract", "valhalla", "osrm"]
    roads_path: Path | None
    roads_url: str
    roads_timeout_seconds: float = Field(gt=0)

    log_format: Literal["json", "text"]

    @field_validator("roads_path", mode="before")
    @classmethod
    def _without_path(cls, value: object) -> object:
        return value or None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources in order of precedence: override, environment, environment's file, defaults."""
        del dotenv_settings, file_secret_settings
        named = init_settings().get("environment") or os.environ.get("SUPPLYHUB_ENVIRONMENT", "development")
        folder = resource_folder("config")
        files = (folder / f"{named}.toml", folder / "default.toml")
        return init_settings, env_settings, *(TomlConfigSettingsSource(settings_cls, path) for path in files)

    @property
    def database(self) -> str:
        """The database's URL; the embedded SQLite file where none is set."""
        return self.database_url or f"sqlite:///{self.data_folder.resolve() / 'supplyhub.db'}"

    @property
    def upload_limit_bytes(self) -> int:
        """The largest request body."""
        return self.upload_limit_mb * 1024 * 1024


def load(**overrides: object) -> Settings:
    """Read the settings.

    Raises
    ------
    UnableToStart
        A value is missing or wrong, or production lacks its secret.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        message = f"settings: {wrong}"
        raise UnableToStart(message) from None
    if settings.environment == "production":
        _require_production_secrets(settings)
    return settings


def _require_production_secrets(settings: Settings) -> None:
    if len(settings.secret_key) < SHORTEST_SECRET:
        message = (
            f"settings: production needs SUPPLYHUB_SECRET_KEY with at least {SHORTEST_SECRET} characters "
            '(make one: python3 -c "import secrets; print(secrets.token_hex(32))")'
        )
        raise UnableToStart(message)
    if settings.demo:
        message = "settings: production refuses demo = true, whose passwords are public"
        raise UnableToStart(message)
