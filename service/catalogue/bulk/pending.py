"""Many submissions at once: what officers' sheets hand in, and changes of what is published that wait for their check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from service.accounts import Actor
from service.catalogue.bulk.staging import Connection, copy_in
from service.catalogue.reviews.models import ReviewKind, ReviewState
from service.core import clock
from service.core.db import new_id
from service.core.events import plain

COLUMNS = (
    "id", "kind", "subject", "supplier_id", "is_revision", "proposed", "based_on", "submitted_by", "submitted_for",
    "submitted_at", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """One record that waits, or a change of its certified words."""

    kind: ReviewKind
    subject: UUID
    supplier_id: UUID
    proposed: Mapping[str, Any] = field(default_factory=dict)
    based_on: Mapping[str, Any] = field(default_factory=dict)


async def hand_in_all(conn: Connection, actor: Actor, records: Sequence[Pending]) -> None:
    """Let new records, which nobody can have handed in before, wait for their check."""
    await copy_in(conn, "catalogue_review", COLUMNS, _rows(actor, records))


async def propose_all(conn: Connection, actor: Actor, changes: Sequence[Pending]) -> set[UUID]:
    """Put changes of published records aside; gives back the records for which anything is wished that was not before.

    A sheet never takes anything away: what waits already stays, and what the sheet says is added to it.
    """
    moved = set()
    for row in _rows(actor, changes):
        found = await conn.execute(
            f"INSERT INTO catalogue_review AS r ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608 - our own names.
            " ON CONFLICT (subject) WHERE state = 'waiting' DO UPDATE"
            "   SET proposed = r.proposed || excluded.proposed, based_on = r.based_on || excluded.based_on,"
            "       submitted_by = excluded.submitted_by, submitted_for = excluded.submitted_for"
            " WHERE r.proposed || excluded.proposed <> r.proposed AND r.is_revision RETURNING subject",
            row,
        )
        moved |= {each[0] for each in await found.fetchall()}
    return moved


def _rows(actor: Actor, records: Iterable[Pending]) -> Iterable[tuple[Any, ...]]:
    now = clock.now()
    for each in records:
        proposed = plain(each.proposed)
        yield (
            new_id(), each.kind.value, each.subject, each.supplier_id, bool(proposed), Jsonb(proposed),
            Jsonb(plain(each.based_on)), actor.person_id, actor.organisation_id, now, ReviewState.WAITING.value,
        )  # fmt: skip
