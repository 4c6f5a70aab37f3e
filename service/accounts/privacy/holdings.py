"""What the modules above hold that names a person: each says so here, for accounts may know none of them.

A row of theirs belongs to an organisation; what is hers in it is that it was she. So she is handed out which rows they are,
when it was, and the words that she wrote herself, but not the figures of the organisation: she may have left it. Erasing leaves
the rows as they are, for they name her by her id, and under that id stands a pseudonym then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Holding:
    """Rows of one table that name a person in the column `by`, newest first by the first column that is `shown`.

    `kind` is their name in the file, `label` the words for a reader, in her language.
    """

    kind: str
    label: Callable[[], str]
    table: str
    by: str
    shown: tuple[str, ...]


holdings: list[Holding] = []


@dataclass(frozen=True)
class Held:
    """How many rows of one kind name somebody, and the newest of them."""

    kind: str
    label: str
    number: int
    lines: list[dict[str, Any]]


async def held_above(session: AsyncSession, person_id: UUID, lines: int) -> list[Held]:
    """What the modules above hold about the person, the newest `lines` of each kind; one statement, however many kinds."""
    if not holdings:
        return []
    statement = " UNION ALL ".join(_part(holding) for holding in holdings)
    found: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for kind, number, line in await session.execute(text(statement), {"person": person_id, "lines": lines}):
        found.setdefault(kind, (number, []))[1].append(line)
    return [Held(each.kind, each.label(), *found[each.kind]) for each in holdings if each.kind in found]


def _part(holding: Holding) -> str:
    fields = ", ".join(f"'{column}', {column}" for column in holding.shown)
    return (
        f"(SELECT '{holding.kind}' AS kind, count(*) OVER () AS number, jsonb_build_object({fields}) AS line"  # noqa: S608 - ours.
        f" FROM {holding.table} WHERE {holding.by} = :person ORDER BY {holding.shown[0]} DESC LIMIT :lines)"
    )
