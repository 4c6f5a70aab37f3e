"""What has happened on the market, told in the past tense.

A fact is written to the journal, and its answers are queued, in the transaction that made it true: either all of it is so
or nothing is. Facts are the history of every record; the application's database role may add to them and never change them.

    announce(session, ProductPublished(product.id), actor=actor, old={...}, new={...})

A module answers a fact in its `tasks.py`:

    @on(ProductPublished)
    async def tell_the_supplier(session, fact): ...

An answer may run twice, because a worker may die after its work and before its note of it; it must not matter. One that works
for seconds is registered with `on_for_long`: it is handed the database and opens short transactions of its own.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Database, Row, new_id


class Who(Protocol):
    """Who acts, and for which organisation; None for the system itself."""

    @property
    def person_id(self) -> UUID | None:
        """The person."""

    @property
    def organisation_id(self) -> UUID | None:
        """The organisation she acts for."""

    @property
    def on_behalf_of(self) -> UUID | None:
        """The office she belongs to, when she acts for an organisation that lets it."""


@dataclass(frozen=True)
class Event:
    """A fact about one record. Subclasses are named in the past tense and carry ids and plain values only.

    A fact that nobody answers says why in `unanswered`; no job is queued for it.
    """

    subject: UUID

    unanswered: ClassVar[str | None] = None


class JournalEntry(Row):
    """One fact, as it was told: what, about which record, by whom, for whom, when, what was and what is now."""

    __tablename__ = "core_journal"

    at: Mapped[datetime] = mapped_column(server_default=func.now())
    fact: Mapped[str]
    subject: Mapped[UUID]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]  # The office that acted for the organisation, where it was not its own people.
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    old: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    new: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


COPIED_FROM = 100  # So many facts at once come from a sheet.
FactT = TypeVar("FactT", bound=Event)
Answer = Callable[[AsyncSession, Any], Awaitable[None]]
LongAnswer = Callable[[Database, Any], Awaitable[None]]
Chore = Callable[[AsyncSession], Awaitable[None]]

answers: dict[type[Event], list[Answer]] = {}
long_answers: dict[type[Event], list[LongAnswer]] = {}
chores: dict[Chore, str] = {}


def on(fact: type[FactT]) -> Callable[[Callable[[AsyncSession, FactT], Awaitable[None]]], Answer]:
    """Let the decorated coroutine answer every fact of this kind, in a job and a transaction of its own."""

    def register(answer: Callable[[AsyncSession, FactT], Awaitable[None]]) -> Answer:
        if fact.unanswered is not None:
            raise TypeError(f"{fact.__name__} says that nobody answers it: {fact.unanswered}")
        answers.setdefault(fact, []).append(answer)
        return answer

    return register


def on_for_long(fact: type[FactT]) -> Callable[[Callable[[Database, FactT], Awaitable[None]]], LongAnswer]:
    """Let the decorated coroutine answer every fact of this kind in a job of its own, with no transaction held meanwhile.

    For what is computed for seconds: a transaction that waits so long keeps old rows from being cleared away.
    """

    def register(answer: Callable[[Database, FactT], Awaitable[None]]) -> LongAnswer:
        if fact.unanswered is not None:
            raise TypeError(f"{fact.__name__} says that nobody answers it: {fact.unanswered}")
        long_answers.setdefault(fact, []).append(answer)
        return answer

    return register


def every(cron: str) -> Callable[[Chore], Chore]:
    """Let the decorated coroutine run by the clock, in a transaction of its own."""

    def register(chore: Chore) -> Chore:
        chores[chore] = cron
        return chore

    return register


async def announce(
    session: AsyncSession,
    event: Event,
    *,
    actor: Who,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    """Write the fact to the journal and queue its answers, in the transaction of this session."""
    await announce_all(session, [(event, old, new)], actor=actor)


async def announce_all(
    session: AsyncSession,
    facts: Iterable[tuple[Event, Mapping[str, Any] | None, Mapping[str, Any] | None]],
    *,
    actor: Who,
    each_answered: bool = True,
) -> None:
    """The same for many facts at once, in as few statements: each is (fact, old values, new values).

    Whoever tells thousands of facts and then one fact for all of them lets only that one be answered.
    """
    rows = []
    answered = []
    for event, old, new in facts:
        entry = new_id()
        data = {key: value for key, value in asdict(event).items() if key != "subject"}
        rows.append(
            {"id": entry, "fact": type(event).__name__, "subject": event.subject, "person_id": actor.person_id,
             "organisation_id": actor.organisation_id, "on_behalf_of": actor.on_behalf_of, "data": plain(data),
             "old": plain(old) if old is not None else None, "new": plain(new) if new is not None else None}
        )  # fmt: skip
        if each_answered and event.unanswered is None:
            answered.append(entry)
    if not rows:
        return
    if len(rows) < COPIED_FROM:
        await session.execute(JournalEntry.__table__.insert(), rows)  # type: ignore[attr-defined] # A table, not a FromClause.
    else:
        await _copy_in(session, rows)
    if answered:
        await enqueue_all(session, "deliver", [{"entry": str(entry)} for entry in answered])


async def _copy_in(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many facts as a sheet brings them: by COPY, on the session's own connection."""
    await session.flush()
    fairy = await (await session.connection()).get_raw_connection()
    conn: Any = fairy.driver_connection
    statement = sql.SQL("COPY core_journal ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, rows[0])))
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row([Jsonb(value) if isinstance(value, dict) else value for value in row.values()])


async def enqueue_all(session: AsyncSession, task: str, arguments: Sequence[Mapping[str, Any]]) -> None:
    """Queue many jobs of one kind in the transaction of this session, in one statement."""
    await session.execute(
        text(
            "SELECT procrastinate_defer_jobs_v1(ARRAY(SELECT ROW('default', :task, 0, NULL, NULL, a, NULL)"
            "::procrastinate_job_to_defer_v1 FROM jsonb_array_elements(CAST(:arguments AS jsonb)) a))"
        ),
        {"task": task, "arguments": json.dumps(list(arguments))},
    )


async def enqueue(session: AsyncSession, task: str, **arguments: Any) -> None:
    """Queue a job in the transaction of this session: it exists if and only if the transaction is kept."""
    await enqueue_all(session, task, [arguments])


async def act_as(session: AsyncSession, actor: Who) -> None:
    """Tell the database who acts, so that the change log names the person beside every old and new value."""
    await session.execute(select(func.set_config("app.actor", str(actor.person_id or ""), True)))


async def history(session: AsyncSession, subject: UUID, limit: int = 50) -> list[JournalEntry]:
    """The facts told about a record, newest first."""
    found = await session.scalars(
        select(JournalEntry).where(JournalEntry.subject == subject).order_by(JournalEntry.id.desc()).limit(limit)
    )
    return list(found)


def plain(value: Any) -> Any:
    """The value in the words of JSON: ids, dates, enums and decimals as text or numbers."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (UUID, date, datetime)):
        return str(value)
    return value


def revive(fact: type[FactT], entry: JournalEntry) -> FactT:
    """The fact as it was told, from its line in the journal."""
    kinds = {field.name: str(field.type) for field in fields(fact)}
    values = {key: UUID(value) if kinds.get(key) == "UUID" else value for key, value in entry.data.items()}
    return fact(subject=entry.subject, **values)
