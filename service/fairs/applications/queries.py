"""Reads of applications for other parts of the fair: the parties that are placed, and one supplier's application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.fairs.applications.grouping import Applied
from service.fairs.applications.grouping import parties as grouped
from service.fairs.applications.models import Application, ApplicationState
from service.fairs.applications.parties import Party

# A turn counts only where both sides have agreed to it; until then everybody is placed alone.
_PLACED = text(
    """
SELECT a.id, a.code, a.supplier_id, a.exhibitor, a.province_code, a.district_code, a.state, a.place, a.points, a.booths,
       a.class_codes, a.least_m2, coalesce(a.starts_on, f.starts_on) AS first_day, coalesce(a.ends_on, f.ends_on) AS last_day,
       a.power, a.water, a.cold, a.goods, a.smell, a.takes_smell, a.commodity, a.pavilion_code, a.zone_codes, a.near, a.apart,
       a.luck, h.lead_id, CASE WHEN h.kind = 'by_days' THEN m.first_day END AS turn_first,
       CASE WHEN h.kind = 'by_days' THEN m.last_day END AS turn_last
  FROM fairs_application a
  JOIN fairs_fair f ON f.id = a.fair_id
  LEFT JOIN fairs_share_member m ON m.application_id = a.id AND m.state = 'agreed'
       AND (SELECT count(*) FROM fairs_share_member o WHERE o.share_id = m.share_id AND o.state = 'agreed') > 1
  LEFT JOIN fairs_share h ON h.id = m.share_id
 WHERE a.fair_id = :fair AND a.state IN ('accepted', 'waiting') ORDER BY a.id
"""
)


async def parties(session: AsyncSession, fair_id: UUID) -> list[Party]:
    """Who is to be placed, accepted and waiting ones, in the order of choice; those who share are one. One statement."""
    found = (await session.execute(_PLACED, {"fair": fair_id})).all()
    leads = {row.id: row.lead_id for row in found if row.lead_id is not None}
    return grouped((_applied(row) for row in found), leads)


async def application_of(session: AsyncSession, fair_id: UUID, supplier_id: UUID) -> Application | None:
    """A supplier's application for a fair; None where there is none, or it was withdrawn."""
    found: Application | None = await session.scalar(
        select(Application).where(
            Application.fair_id == fair_id,
            Application.supplier_id == supplier_id,
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return found


async def applications_named(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Application]:
    """Applications by id, for the parts that carry their ids."""
    found = await session.scalars(select(Application).where(Application.id.in_(list(ids))))
    return {each.id: each for each in found}


def _applied(row: Any) -> Applied:
    return Applied(
        id=row.id, code=row.code, supplier_id=row.supplier_id, exhibitor=row.exhibitor, province_code=row.province_code,
        district_code=row.district_code, state=row.state, place=row.place, points=row.points or 0, booths=row.booths,
        class_codes=tuple(row.class_codes), least_m2=float(row.least_m2 or 0), first_day=row.first_day, last_day=row.last_day,
        power=row.power, water=row.water, cold=row.cold, goods=row.goods, smell=row.smell, takes_smell=row.takes_smell,
        commodity=row.commodity, pavilion=row.pavilion_code, zones=tuple(row.zone_codes), near=tuple(row.near),
        apart=tuple(row.apart), luck=row.luck,
        turn=(row.turn_first, row.turn_last) if row.turn_first is not None else None,
    )  # fmt: skip
