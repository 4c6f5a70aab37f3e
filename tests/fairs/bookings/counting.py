"""Counting the statements that a read costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession


@contextmanager
def counted(session: AsyncSession) -> Iterator[list[str]]:
    """The statements that are sent inside the block."""
    bind = session.bind
    assert bind is not None
    connection = getattr(bind, "sync_connection", None) or bind.sync_engine  # type: ignore[union-attr]
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)
