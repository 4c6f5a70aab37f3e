"""Settings by environment, every name with the prefix CHOPHIEN_ (the README lists them all)."""

from __future__ import annotations

from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret"  # noqa: S105 - it is refused outside development.


class Environment(StrEnum):
    """Where the service runs: anything but `production` counts as somebody's own machine."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """How this process runs. Nothing is read at import time; `Settings()` reads the environment."""

    model_config = SettingsConfigDict(env_prefix="CHOPHIEN_", env_file=None, extra="ignore", env_ignore_empty=True)

    environment: Environment = Environment.DEVELOPMENT
    database_url: str | None = Field(
        default=None, description="PostgreSQL 15 or newer; empty starts the embedded server in the data folder."
    )
    data_dir: Path = Field(default=Path("var"), description="Where the embedded database and the files live.")
    files_url: SecretStr | None = Field(
        default=None,
        description="Where files are kept: s3://bucket/prefix?endpoint=https://…; empty keeps them in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="The address the web process listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port the web process listens on.")
    secret: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET), description="At least 32 characters; signs what leaves the house."
    )
    base_url: str | None = Field(default=None, description="The public address, when a proxy stands in front.")
    trusted_proxy: str | None = Field(
        default=None, description="Addresses or networks of proxies whose X-Forwarded-For is believed, with commas."
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="Who carries mail: smtp://user:password@host:587 (STARTTLS), smtps://…:465, smtp+plain://…"
    )
    mail_from: str = Field(default="Chợ Phiên <cho-phien@localhost>", description="The sender of mails.")
    second_factor: str | None = Field(
        default=None, pattern="^(required|offered)$", description="Whether officers and administrators must have one."
    )
    searches_a_minute: int = Field(default=600, ge=0, description="Searches and API calls per address; 0 sets no limit.")
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
            if not self.hosts:
                raise ValueError("CHOPHIEN_BASE_URL must be the market's public address in production: https://cho.example.vn")
            if self.demo and "demo" in self.model_fields_set:
                raise ValueError("CHOPHIEN_DEMO must not be true in production: the demo's people have a known password")
        if self.files_url is not None:
            self._refuse_a_wrong_store(self.files_url.get_secret_value())
        if self.smtp_url is not None:
            self._refuse_a_wrong_mail_server(self.smtp_url.get_secret_value())
        return self

    def _refuse_a_wrong_store(self, url: str) -> None:
        parts = urlsplit(url)
        local = parts.scheme == "file" and parts.path
        asked = {name for name, _value in parse_qsl(parts.query)}
        if not local and not (parts.scheme == "s3" and parts.hostname and asked <= {"endpoint", "region", "conditional_put"}):
            raise ValueError(
                "CHOPHIEN_FILES_URL must look like s3://bucket/prefix?endpoint=https://host&region=… or file:///folder"
            )

    def _refuse_a_wrong_mail_server(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname:
            raise ValueError("CHOPHIEN_SMTP_URL must look like smtp://user:password@host:587")
        if "@" not in parseaddr(self.mail_from)[1] or not self.mail_from.isprintable():
            raise ValueError("CHOPHIEN_MAIL_FROM must be a sender with an address: Chợ Phiên <cho@example.vn>")

    @property
    def development(self) -> bool:
        """Whether this is somebody's own machine: plain http, demo sign-ins, known secret."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def second_factor_required(self) -> bool:
        """Whether officers and administrators reach nothing without a second factor; in development they are only nudged."""
        return self.second_factor == "required" or (self.second_factor is None and not self.development)

    @property
    def hosts(self) -> frozenset[bytes]:
        """The names under which the market may be asked for: that of its public address; none: any (development)."""
        name = urlsplit(self.base_url or "").netloc.lower()
        return frozenset() if self.development or not name else frozenset({name.encode()})

    @property
    def address(self) -> str:
        """How this market is reached from outside, without a slash at the end: what links in mails begin with."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")
