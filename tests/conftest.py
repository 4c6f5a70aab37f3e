"""The real PostgreSQL for every test: one migrated template, a copy of it per process, and a transaction that is undone.

With CHOPHIEN_TEST_DATABASE_URL the tests run on that server (its user must be able to create databases); without it they
start the embedded one in `var/test`, with the settings that only a throw-away server may have.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo
import pytest
import pytest_asyncio
import structlog
from hypothesis import settings as drawn
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from service import catalogue
from service.core import i18n, provision
from service.core.db import Database
from service.core.embedded import EmbeddedPostgres
from service.core.files import FileStore, open_store
from service.core.settings import Settings

ROOT = Path(__file__).parent.parent
# Modules of few tests that take long: servers that are started and killed, a stocked market, walks of many steps.
LONG = frozenset(
    {
        "accounts/test_member_races.py", "catalogue/test_review_states.py", "catalogue/ledger/test_balances.py",
        "core/test_addresses.py", "core/test_embedded.py", "demo/test_market.py", "fairs/bookings/test_states.py",
        "fairs/bookings/test_storms.py", "fairs/meetings/test_solver.py", "fairs/plans/test_large.py",
        "fairs/plans/test_solver.py", "flows/test_first_start.py", "test_worker.py", "web/test_api_contract.py",
    }
)  # fmt: skip
# The same examples every time, and no clock: a change is judged by what it does, not by the day's luck or the machine's load.
# `HYPOTHESIS_PROFILE=wide` looks further than the integration does.
drawn.register_profile("steady", derandomize=True, deadline=None, database=None)
drawn.register_profile("wide", max_examples=500, deadline=None)
drawn.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first, then those of many tests: else one process is left alone with a long one at the end."""
    modules = {item: item.nodeid.partition("::")[0].removeprefix("tests/") for item in items}
    many = Counter(name for name in modules.values() if not name.startswith("browser/"))  # Those keep their order.
    items.sort(key=lambda item: (modules[item] not in LONG, -many[modules[item]]))


def _admin_url() -> str:
    given = os.environ.get("CHOPHIEN_TEST_DATABASE_URL")
    if given:
        return given
    folder = Path(os.environ.get("CHOPHIEN_TEST_DATA_DIR", ROOT / "var" / "test"))
    return EmbeddedPostgres(folder / "pg", settings=THROW_AWAY).start().url("postgres")


def _named(url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _template_name() -> str:
    digest = hashlib.sha256()
    patterns = (
        "migrations/**/*.py",
        "migrations/**/*.sql",
        "service/catalogue/data/*.tsv",
        "service/catalogue/reference/load.py",
    )
    for file in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        if file.exists():
            digest.update(file.read_bytes())
    return f"chophien_template_{digest.hexdigest()[:12]}"


async def _load_reference(url: str) -> None:
    database = Database(url, role=None)
    async with database.transaction() as session:
        await catalogue.load_reference(session)
    await database.close()


@pytest.fixture(scope="session")
def template() -> tuple[str, str]:
    """The server's address and the name of the migrated template, made once per state of the migrations."""
    admin, name = _admin_url(), _template_name()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7220714)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}_new" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}_new"')
            provision.migrate(_named(admin, f"{name}_new"))
            asyncio.run(_load_reference(_named(admin, f"{name}_new")))
            connection.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
        connection.execute("SELECT pg_advisory_unlock(7220714)")
    return admin, name


@pytest.fixture(scope="session")
def make_database(template: tuple[str, str]) -> Iterator[Any]:
    """A maker of fresh databases: make_database("demo") gives the address of a copy of the template, dropped at the end."""
    admin, source = template
    made: list[str] = []

    def make(label: str) -> str:
        name = f"chophien_test_{label}_{os.getpid()}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        made.append(name)
        return _named(admin, name)

    yield make
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def database_url(make_database: Any, worker_id: str) -> str:
    """The database of this test process."""
    return str(make_database(worker_id))


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for this test process; its files lie in a folder that is thrown away."""
    return Settings(database_url=database_url, log_level="ERROR", data_dir=tmp_path_factory.mktemp("data"))


class OneConnection(Database):
    """A database whose every door leads to one connection, inside one transaction that the test undoes.

    `commit` becomes the release of a savepoint, so the code under test behaves as in life and leaves nothing behind.
    """

    connection: AsyncConnection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session on the test's connection."""
        session = AsyncSession(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=self.info
        )
        async with session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """The same connection, raw."""
        raw = await self.connection.get_raw_connection()
        yield raw.driver_connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Any]:
        """The same connection once more."""
        async with self.reading() as connection:
            yield connection


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real_database(database_url: str) -> AsyncIterator[Database]:
    """The database with real connections and real commits, for races; such tests clean up after themselves."""
    database = Database(database_url, pool_size=10)
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def database(real_database: Database, settings: Settings) -> AsyncIterator[Database]:
    """The database for one test, undone at its end."""
    async with real_database.engine.connect() as connection:
        outer = await connection.begin()
        one = OneConnection.__new__(OneConnection)
        one.url, one.engine, one.connection = real_database.url, real_database.engine, connection
        one.info = {"files": open_store(settings)}
        yield one
        await outer.rollback()


@pytest.fixture
def files(settings: Settings) -> FileStore:
    """The store of files of the application under test."""
    return open_store(settings)


@pytest_asyncio.fixture(loop_scope="session")
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A session on the test's connection."""
    async with database.transaction() as opened:
        yield opened


@pytest.fixture
def own_output() -> Iterator[None]:
    """For tests that run a command in this process: afterwards nothing is logged to its output, or said in its language."""
    yield
    i18n.set_locale(i18n.SOURCE_LANGUAGE)
    structlog.reset_defaults()
    logging.basicConfig(level=logging.WARNING, force=True)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this xdist process, or `main`."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")
