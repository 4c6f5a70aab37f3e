"""What buyers took of the suppliers they had met somewhere: standing awards between two dates, for whoever traces them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime, Uuid

# Of a pooled lot each supplier has the lines of its own products, whoever has quoted for all.
_AWARDED = text(
    """
SELECT a.id, r.code, p.supplier_id, r.buyer_id, a.awarded_at, sum(l.kg) AS kg,
       sum(round(l.kg * l.price_vnd_per_kg))::bigint AS vnd
  FROM matching_award a
  JOIN matching_request r ON r.id = a.request_id
  JOIN matching_award_line l ON l.award_id = a.id
  JOIN catalogue_product p ON p.id = l.product_id
 WHERE a.state = 'standing' AND a.awarded_at >= :since AND a.awarded_at < :until
   AND (p.supplier_id, r.buyer_id) IN (SELECT * FROM unnest(:suppliers, :buyers))
 GROUP BY a.id, r.code, p.supplier_id, r.buyer_id, a.awarded_at
 ORDER BY a.awarded_at, a.id, p.supplier_id
"""
).bindparams(
    bindparam("suppliers", type_=ARRAY(Uuid)), bindparam("buyers", type_=ARRAY(Uuid)),
    bindparam("since", type_=DateTime(timezone=True)), bindparam("until", type_=DateTime(timezone=True)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Awarded:
    """What one buyer took of one supplier by one award."""

    award_id: UUID
    request: str  # Its code.
    supplier_id: UUID
    buyer_id: UUID
    at: datetime
    kg: Decimal
    vnd: int


async def awarded(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]], since: datetime, until: datetime
) -> list[Awarded]:
    """The standing awards of these pairs of supplier and buyer, the earliest first; from `since`, before `until`."""
    if not pairs:
        return []
    ordered = sorted(pairs)
    found = await session.execute(
        _AWARDED,
        {"suppliers": [one for one, _ in ordered], "buyers": [other for _, other in ordered], "since": since, "until": until},
    )
    return [Awarded(*row) for row in found]
