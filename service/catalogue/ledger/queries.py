"""What of each month is free, which promises stand in it, and what came of those whose month is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.catalogue.ledger import rules
from service.catalogue.ledger.inputs import Source, number
from service.catalogue.ledger.views import Kept, Promise
from service.core import clock

PROMISE = (
    "m.id, m.product_id, m.year, m.month, m.kg, m.consumed_kg, m.released_kg, m.source_kind, m.source_id, m.label, m.reason,"
    " m.made_at, m.released_at, m.release_reason"
)

_FREE = text(
    """
SELECT p.id, p.reserve_kg, y.month, y.kg, b.month, b.kg
  FROM catalogue_product p
  LEFT JOIN LATERAL (SELECT array_agg(u.year::int * 12 + u.month - 1) AS month, array_agg(u.capacity_kg) AS kg
                       FROM catalogue_supply u WHERE u.product_id = p.id) y ON true
  LEFT JOIN LATERAL (SELECT array_agg(x.year::int * 12 + x.month - 1) AS month, array_agg(x.promised_kg + x.delivered_kg) AS kg
                       FROM catalogue_ledger_month x WHERE x.product_id = p.id) b ON true
 WHERE p.id = ANY(:ids)
"""
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
# A hold for a pooled lot is no promise to a buyer yet, and what was let go is owed to nobody.
_KEPT = text(
    """
SELECT p.supplier_id, sum(m.kg - m.released_kg), sum(coalesce(d.on_time, 0)), sum(m.consumed_kg)
  FROM catalogue_promise m
  JOIN catalogue_product p ON p.id = m.product_id
  LEFT JOIN LATERAL (
       SELECT sum(d.kg) FILTER (WHERE d.delivered_on < make_date(m.year, m.month, 1) + interval '1 month') AS on_time
         FROM catalogue_promise_delivery d WHERE d.promise_id = m.id) d ON true
 WHERE m.source_kind <> 'pool' AND m.kg > m.released_kg AND (m.year, m.month) < (:year, :month)
   AND (CAST(:ids AS uuid[]) IS NULL OR p.supplier_id = ANY(CAST(:ids AS uuid[])))
 GROUP BY p.supplier_id
"""
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def free(
    session: AsyncSession, product_ids: Iterable[UUID], months: Iterable[date]
) -> dict[UUID, dict[date, Decimal | None]]:
    """What is free of each product in each month (any day of it): capacity − kept back − promised − delivered.

    None: nobody has ever declared anything. Products that there are not are missing.
    """
    days = list(months)
    asked = {day: number(day) for day in days}
    found: dict[UUID, dict[date, Decimal | None]] = {}
    for product_id, reserve, *lists in await session.execute(_FREE, {"ids": list(product_ids)}):
        declared, kg, taken_in, taken = ([] if each is None else each for each in lists)
        capacity = rules.kept_back(dict(zip(declared, kg, strict=True)), reserve)
        left = rules.free_in(capacity, asked.values(), dict(zip(taken_in, taken, strict=True)))
        found[product_id] = {day: left.get(month) for day, month in asked.items()}
    return found


async def kept(session: AsyncSession, supplier_ids: Iterable[UUID] | None = None) -> dict[UUID, Kept]:
    """What came of the promises of these suppliers (of all) whose month is over; who has none is missing."""
    today = clock.today()
    ids = None if supplier_ids is None else list(supplier_ids)
    rows = await session.execute(_KEPT, {"ids": ids, "year": today.year, "month": today.month})
    return {row[0]: Kept(*row[1:]) for row in rows}


def promise_in(row: Sequence[Any]) -> Promise:
    """A promise, from a row of the columns of `PROMISE`."""
    row_id, product_id, year, month, kg, consumed, released, kind, source, label, *rest = row
    return Promise(row_id, product_id, date(year, month, 1), kg, consumed, released, Source(kind, source, label), *rest)
