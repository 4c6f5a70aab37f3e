"""Settings by environment, every name with the prefix CHOPHIEN_ (the README lists them all)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret"  # noqa: S105 - it is refused outside development.


class Environment(StrEnum):
    """Where the service runs: anything but `production` counts as somebody's own machine."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """How this process runs. Nothing is read at import time; `Settings()` reads the environment."""

    model_config = SettingsConfigDict(env_prefix="CHOPHIEN_", env_file=None, extra="ignore")

    environment: Environment = Environment.DEVELOPMENT
    database_url: str | None = Field(
        default=None, description="PostgreSQL 15 or newer; empty starts the embedded server in the data folder."
    )
    data_dir: Path = Field(default=Path("var"), description="Where the embedded database lives.")
    host: str = Field(default="127.0.0.1", description="The address the web process listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port the web process listens on.")
    secret: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET), description="At least 32 characters; signs what leaves the house."
    )
    base_url: str | None = Field(default=None, description="The public address, when a proxy stands in front.")
    web_processes: int = Field(default=1, ge=1, le=16, description="How many web processes `web` starts.")
    database_pool: int = Field(default=5, ge=1, le=50, description="Connections kept open by each process.")
    demo: bool = Field(default=True, description="Whether `serve` fills an empty database with demo data.")
    log_format: str = Field(default="text", pattern="^(text|json)$", description="`text` for people, `json` for machines.")
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="The least level that is written."
    )

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            secret = self.secret.get_secret_value()
            if secret == DEVELOPMENT_SECRET or len(secret) < 32:
                raise ValueError("CHOPHIEN_SECRET must be set to at least 32 characters of your own in production")
        return self

    @property
    def development(self) -> bool:
        """Whether this is somebody's own machine: plain http, demo sign-ins, known secret."""
        return self.environment is Environment.DEVELOPMENT
