"""What all goods of a commodity could still give, month by month: the catalogue's side of what is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core import clock

# The search keeps twelve months of the even and twelve of the odd one of this year and the next, as the ledger reads them and
# less what suppliers keep back. Summed by position, 20,000 products are one pass over one table.
_SUMS = ", ".join(f"sum(s.capacity[{place}]::float8)" for place in range(1, 25))
_FREE = text(
    f"""
SELECT p.commodity_id, {_SUMS}, NULL AS year, NULL AS month, NULL AS taken
  FROM catalogue_search s JOIN catalogue_product p ON p.id = s.product_id
 WHERE s.live AND s.capacity IS NOT NULL AND p.commodity_id IS NOT NULL
   AND (CAST(:commodity AS uuid) IS NULL OR p.commodity_id = :commodity)
 GROUP BY p.commodity_id
UNION ALL
SELECT p.commodity_id, {", ".join(["NULL"] * 24)}, b.year, b.month, sum(b.promised_kg + b.delivered_kg)
  FROM catalogue_ledger_month b
  JOIN catalogue_search s ON s.product_id = b.product_id AND s.live AND s.capacity IS NOT NULL
  JOIN catalogue_product p ON p.id = b.product_id
 WHERE b.year BETWEEN :first AND :last AND (CAST(:commodity AS uuid) IS NULL OR p.commodity_id = :commodity)
   AND p.commodity_id IS NOT NULL
 GROUP BY p.commodity_id, b.year, b.month
"""  # noqa: S608 - only our own constants are put in.
).bindparams(bindparam("commodity", type_=Uuid))


async def free_by_commodity(
    session: AsyncSession, months: Iterable[date], commodity_id: UUID | None = None
) -> dict[tuple[UUID, date], Decimal]:
    """What published goods could still give in each of these months, by commodity; one statement.

    Only for months of this year and the next: earlier ones can give nothing any more, and of later ones nobody has said enough.
    A commodity of which nobody has declared anything is missing.
    """
    this = clock.today().year
    asked = [month for month in months if this <= month.year <= this + 1]
    if not asked:
        return {}
    rows = (await session.execute(_FREE, {"commodity": commodity_id, "first": this, "last": this + 1})).all()
    free: dict[tuple[UUID, date], float] = {}
    for row in rows:
        if row.year is None:
            for month in asked:
                free[row[0], month] = row[month.month + (0 if month.year % 2 == 0 else 12)]
    for row in rows:
        key = (row[0], date(row.year, row.month, 1)) if row.year is not None else None
        if key is not None and key in free:
            free[key] = max(free[key] - float(row.taken), 0.0)
    return {key: Decimal(str(round(kg, 3))) for key, kg in free.items()}
