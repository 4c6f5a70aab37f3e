"""The tables are what the models say, and bringing them up to date again changes nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
from alembic import command

from service.core import provision

if TYPE_CHECKING:
    from collections.abc import Callable


def _tables(url: str) -> list[tuple[Any, ...]]:
    query = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_models_and_database_agree(make_database: Callable[[str], str]) -> None:
    command.check(provision.alembic_config(make_database("check")))


def test_migrating_again_changes_nothing(make_database: Callable[[str], str]) -> None:
    url = make_database("again")
    before = _tables(url)
    provision.migrate(url)
    assert _tables(url) == before
    assert len(before) > 100


def test_two_processes_may_migrate_at_once(template: tuple[str, str]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    admin, _ = template
    name = f"chophien_twice_{time.monotonic_ns()}"
    url = psycopg.conninfo.make_conninfo(admin, dbname=name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            import subprocess
            import sys

            script = f"from service.core import provision; provision.migrate({url!r})"
            with ThreadPoolExecutor() as pool:
                done = list(
                    pool.map(lambda _: subprocess.run([sys.executable, "-c", script], check=False).returncode, range(2))
                )
            assert done == [0, 0]
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_every_foreign_key_has_its_index(make_database: Callable[[str], str]) -> None:
    query = """
        SELECT c.conrelid::regclass::text || '.' || a.attname
          FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
           AND c.conrelid::regclass::text NOT LIKE 'procrastinate%'
           AND c.confrelid::regclass::text NOT IN ('catalogue_category', 'accounts_organisation')
           AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
    """
    with psycopg.connect(make_database("keys")) as connection:
        assert connection.execute(query).fetchall() == []
