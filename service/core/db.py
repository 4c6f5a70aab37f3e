"""The database: rows, transactions, and the few hot reads that go round the ORM.

Three promises are kept here:

* a request or a job is one transaction, and nobody but `Database.transaction` commits;
* an id exists from the birth of a row, so that a fact can name a row that is not stored yet;
* the web and the worker act as the database role `chophien_app`, which may add to the journal and never change it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
import psycopg_pool
import uuid_utils.compat
from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from service.core.errors import Conflict
from service.core.i18n import _

APP_ROLE = "chophien_app"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A time-ordered id (UUIDv7), so that new rows land at the end of an index."""
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    """The root of every table of every module."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Row(Base):
    """A row that has its id before it is stored."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_id())
        super().__init__(**values)


def word(kind: type[StrEnum]) -> Enum:
    """A column that holds one of these words as plain text; the table's own check says which."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda kinds: [item.value for item in kinds],
    )


def sqlalchemy_url(url: str) -> str:
    """The same database for SQLAlchemy: `postgresql://` and libpq key words alike, always through psycopg 3."""
    if "://" not in url:
        return f"postgresql+psycopg://?{_query(url)}"
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url)


def _query(conninfo: str) -> str:
    from urllib.parse import urlencode  # noqa: PLC0415 - only the embedded server speaks in key words.

    words = psycopg.conninfo.conninfo_to_dict(conninfo)
    return urlencode({key: str(value) for key, value in words.items()})


def libpq_url(url: str) -> str:
    """The same database in the words of libpq, for psycopg and for psql."""
    if "://" not in url:
        return url
    return make_url(sqlalchemy_url(url)).set(drivername="postgresql").render_as_string(hide_password=False)


_READ_ONLY = " -c default_transaction_read_only=on"
_WRITES = ""

CROSSED = (DBAPIError, psycopg.Error, StaleDataError)  # Under one of these comes what `crossed` knows.


def crossed(error: BaseException | None) -> Conflict | None:
    """The refusal for a transaction that was dropped only because others were in its way; None for any other fault.

    Two waited for each other in a circle, or a row has moved on between being read and being written: the same again may well
    go through, so a person is told to try again.
    """
    if isinstance(error, DBAPIError):
        error = error.orig
    if not isinstance(error, (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, StaleDataError)):
        return None
    return Conflict(_("Có người cùng thay đổi đúng lúc bạn gửi nên chưa có gì được lưu. Hãy thử lại."))


class Database:
    """One database and its doors: transactions for everybody, plain connections for the hottest reads and one hot write."""

    def __init__(self, url: str, *, pool_size: int = 5, role: str | None = APP_ROLE) -> None:
        self.url = url
        self.info: dict[str, Any] = {"database": self}  # What every session carries along: this, and the store of files.
        self._role = role
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,  # What was typed is nothing for a log.
            connect_args={"options": _options(role)},
        )
        self._plain: dict[str, psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]] = {}
        self._plain_size = pool_size
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is kept as a whole when the block ends, and dropped as a whole when it raises."""
        async with AsyncSession(self.engine, expire_on_commit=False, info=self.info) as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]:
        """A plain psycopg connection in autocommit, for read-only statements on the hottest pages.

        It costs half of the application's time for the same statement through a session (DECISIONS.md, 4).
        """
        pool = self._plain.get(_READ_ONLY) or await self._open_plain(_READ_ONLY)
        async with pool.connection() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]:
        """The same for a write that is one statement: it is its whole transaction, kept when it returns.

        Only booking a booth is asked for so often at one moment that it goes through here (DECISIONS.md, 61).
        """
        pool = self._plain.get(_WRITES) or await self._open_plain(_WRITES)
        async with pool.connection() as connection:
            yield connection

    async def _open_plain(self, kind: str) -> psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]:
        # Two first requests may come at once; neither may be given a pool that is not open yet.
        async with self._opening:
            if kind not in self._plain:
                options = _options(self._role) + kind
                pool: psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]
                pool = psycopg_pool.AsyncConnectionPool(
                    libpq_url(self.url),
                    min_size=1,
                    max_size=self._plain_size,
                    open=False,
                    kwargs={"autocommit": True, "options": options},
                )
                await pool.open()
                self._plain[kind] = pool
            return self._plain[kind]

    async def close(self) -> None:
        """Give every connection back; the next use opens new ones."""
        pools, self._plain = list(self._plain.values()), {}
        for pool in pools:
            await pool.close()
        await self.engine.dispose()


def _options(role: str | None) -> str:
    # Times are read and written with their zone; a plan for a hot statement is never compiled just in time.
    options = "-c timezone=Asia/Ho_Chi_Minh -c jit=off"
    return f"{options} -c role={role}" if role else options
