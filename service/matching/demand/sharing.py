"""What was awarded to a joint order's request, shared out over its members: reckoned when it is read, so never out of date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core.i18n import locale
from service.matching.demand.models import JointOrder
from service.matching.demand.splitting import Split, split_lines
from service.matching.demand.stored import Taking, joined
from service.matching.demand.views import Awarded, AwardedLine

_LINES = text(
    """
SELECT make_date(l.year, l.month, 1) AS month, p.name, p.name_en, s.name AS supplier, l.kg, l.price_vnd_per_kg
  FROM matching_award a
  JOIN matching_award_line l ON l.award_id = a.id
  JOIN catalogue_product p ON p.id = l.product_id
  JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE a.request_id = :request AND a.state = 'standing'
 ORDER BY l.year, l.month, l.price_vnd_per_kg, p.slug, l.award_id
"""
).bindparams(bindparam("request", type_=Uuid))


async def awarded(session: AsyncSession, order: JointOrder, everybody: Sequence[Taking]) -> Awarded | None:
    """Every line of the awards with its shares; None while nothing is awarded. The cheapest lines are shared out first."""
    found = (await session.execute(_LINES, {"request": order.request_id})).all()
    if not found:
        return None
    english = locale() == "en"
    lines = tuple(
        AwardedLine(row.month, (row.name_en or row.name) if english else row.name, row.supplier, row.kg, row.price_vnd_per_kg)
        for row in found
    )
    splits: dict[date, Split[UUID, int]] = {}
    for month in {line.month for line in lines}:
        asks = {each.member.id: each.share.get(month, Decimal(0)) for each in joined(list(everybody))}
        splits[month] = split_lines([(n, line.kg) for n, line in enumerate(lines) if line.month == month], asks)
    return Awarded(lines, splits)
