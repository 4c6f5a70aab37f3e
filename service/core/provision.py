"""Where the data is: the given database, or the embedded one in the data folder; and how it is brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from service.core.db import sqlalchemy_url
from service.core.embedded import EmbeddedPostgres
from service.core.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def embedded(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of this data folder, started or not."""
    return EmbeddedPostgres(settings.data_dir / "pg")


def with_database(settings: Settings) -> Settings:
    """The settings with a database that runs: the given one, or the embedded one started (or joined) now."""
    if settings.database_url:
        return settings
    server = embedded(settings).start()
    server.create_database()
    return settings.model_copy(update={"database_url": server.url()})


def alembic_config(url: str) -> Config:
    """Alembic's configuration for that database."""
    from alembic.config import Config  # noqa: PLC0415 - a web process asks for its database and never migrates it.

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = sqlalchemy_url(url)
    return config


def migrate(url: str) -> None:
    """Bring the tables to the newest state; a database that is there already is left alone."""
    from alembic import command  # noqa: PLC0415 - see above.

    command.upgrade(alembic_config(url), "head")
