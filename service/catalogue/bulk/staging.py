"""Many rows at once: COPY on the session's own connection, so that a sheet is stored in the transaction that read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.text import slug

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

# Everybody who makes a new supplier or product takes this lock, so that two sheets at once, or a sheet and a form, cannot
# choose the same address or enter the same code twice. It is given back with the transaction.
NEWCOMERS = 7310


async def connection(session: AsyncSession) -> Connection:
    """The driver's connection below the session, in the same transaction; what the session holds is flushed first."""
    await session.flush()
    fairy = await (await session.connection()).get_raw_connection()
    return cast("Connection", fairy.driver_connection)


async def one_at_a_time(conn: Connection) -> None:
    """Wait until no other transaction enters new suppliers or products."""
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (NEWCOMERS,))


async def copy_in(conn: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table as they come."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


async def stage(conn: Connection, name: str, like: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into a temporary table with the column types of another one; it is gone with the transaction."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    await conn.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name)))
    await conn.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(name), listed, sql.Identifier(like)
        )
    )
    await copy_in(conn, name, columns, rows)
    await conn.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


async def free_slugs(conn: Connection, table: str, wanted: Sequence[tuple[UUID, Sequence[str]]]) -> list[str]:
    """An address for each new row: the first of its wishes that nobody has, else the last wish with the end of its id."""
    wishes = [[slug(text) for text in texts] for _, texts in wanted]
    asked = list({wish for each in wishes for wish in each})
    found = await conn.execute(sql.SQL("SELECT slug FROM {} WHERE slug = ANY(%s)").format(sql.Identifier(table)), (asked,))
    taken = {row[0] for row in await found.fetchall()}
    chosen = []
    for (row_id, _), each in zip(wanted, wishes, strict=True):
        free = next((wish for wish in each if wish not in taken), None) or f"{each[-1]}-{row_id.hex[-8:]}"
        taken.add(free)
        chosen.append(free)
    return chosen
