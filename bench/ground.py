"""What every bench stands on: a fresh, migrated database on the embedded server (or on the one named by the environment)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import psycopg.conninfo

from service import catalogue
from service.core import provision
from service.core.db import Database
from service.core.embedded import EmbeddedPostgres


def server() -> str:
    """The address of the server's own database; the embedded one is started or joined."""
    given = os.environ.get("CHOPHIEN_DATABASE_URL")
    if given:
        return given
    folder = Path(os.environ.get("CHOPHIEN_DATA_DIR", "var/bench"))
    return EmbeddedPostgres(folder / "pg").start().url("postgres")


def named(name: str) -> str:
    """The address of a database on that server."""
    return psycopg.conninfo.make_conninfo(server(), dbname=name)


def exists(name: str) -> bool:
    """Whether the database is there from an earlier run."""
    with psycopg.connect(server(), autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def drop(name: str) -> None:
    """Take the database away again."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))


def fresh(name: str) -> str:
    """The address of an empty database with all tables."""
    drop(name)
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    provision.migrate(named(name))
    return named(name)


@asynccontextmanager
async def database(url: str) -> AsyncIterator[Database]:
    """The database with its reference data."""
    opened = Database(url)
    async with opened.transaction() as session:
        await catalogue.load_reference(session)
    yield opened
    await opened.close()
