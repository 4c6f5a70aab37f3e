"""How suppliers answer when they are asked: read from their invitations, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid


@dataclass(frozen=True, slots=True)
class Answers:
    """How a supplier answers when it is asked: of so many invitations it answered so many, and was silent to so many.

    What still waits is neither. `median_hours` is from the invitation to the first word; None where there was none.
    """

    asked: int
    answered: int
    silent: int
    median_hours: float | None


# An answer that comes after the last day is an answer, and the silence before it stays written down.
_ANSWERS = text(
    """
SELECT i.supplier_id, count(*) FILTER (WHERE i.answered_at IS NOT NULL OR i.silent_at IS NOT NULL),
       count(*) FILTER (WHERE i.answered_at IS NOT NULL AND i.silent_at IS NULL),
       count(*) FILTER (WHERE i.silent_at IS NOT NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM i.answered_at - i.invited_at)::float8 / 3600)
         FILTER (WHERE i.answered_at IS NOT NULL)
  FROM matching_invitation i
 WHERE i.origin <> 'supplier' AND (i.answered_at IS NOT NULL OR i.silent_at IS NOT NULL)
   AND (CAST(:suppliers AS uuid[]) IS NULL OR i.supplier_id = ANY(:suppliers))
 GROUP BY i.supplier_id
"""
).bindparams(bindparam("suppliers", type_=ARRAY(Uuid)))


async def responsiveness(session: AsyncSession, supplier_ids: Iterable[UUID] | None = None) -> dict[UUID, Answers]:
    """How each of these suppliers (or all) answers when it is asked; who was never asked is missing. One statement."""
    wanted = list(supplier_ids) if supplier_ids is not None else None
    found = await session.execute(_ANSWERS, {"suppliers": wanted})
    return {row[0]: Answers(row[1], row[2], row[3], row[4]) for row in found}
