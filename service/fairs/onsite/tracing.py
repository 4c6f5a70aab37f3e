"""From a booth to what came of it later (F16): who met whom at a fair, and which award within six months began there.

met_at(session, fair_ids) -> [Met]                     every supplier and buyer that met, the first time at each fair
trace(session, supplier_id, buyer_id, at) -> Met | None    the fair that an order of that moment comes from; deals ask it
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Uuid

from service import matching
from service.core import clock

MONTHS = 6
# Whoever stood at a booth, signed there, or sat at a table with its people has met the supplier.
_MET = """
SELECT DISTINCT ON (m.fair_id, m.supplier_id, m.buyer_id)
       m.fair_id, f.slug, f.starts_on, f.ends_on, m.supplier_id, m.buyer_id, m.day, m.via, m.id
  FROM (SELECT l.fair_id, l.supplier_id, l.buyer_id, l.day, 'lead' AS via, l.id FROM fairs_lead l WHERE l.buyer_id IS NOT NULL
        UNION ALL
        SELECT p.fair_id, e.supplier_id, p.buyer_id, p.day, 'paper', p.id
          FROM fairs_signed_paper p JOIN fairs_exhibitor e ON e.id = p.exhibitor_id
         WHERE p.buyer_id IS NOT NULL AND e.supplier_id IS NOT NULL AND p.withdrawn_at IS NULL
        UNION ALL
        SELECT g.fair_id, s.supplier_id, b.buyer_id, (g.starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'meeting', g.id
          FROM fairs_meeting g
          JOIN fairs_participant s ON s.id = g.supplier_part_id
          JOIN fairs_participant b ON b.id = g.buyer_part_id
         WHERE g.state = 'held') m
  JOIN fairs_fair f ON f.id = m.fair_id
"""
_FIRST = " ORDER BY m.fair_id, m.supplier_id, m.buyer_id, m.day, m.via, m.id"
_AT = text(_MET + " WHERE m.fair_id = ANY(:fairs)" + _FIRST).bindparams(bindparam("fairs", type_=ARRAY(Uuid)))
_OF_PAIR = text(
    f"SELECT * FROM ({_MET}"  # noqa: S608 - only our own constants are put in.
    " WHERE m.supplier_id = :supplier AND m.buyer_id = :buyer AND f.ends_on BETWEEN :since AND :day"
    f"{_FIRST}) met ORDER BY met.ends_on DESC, met.day LIMIT 1"
).bindparams(
    bindparam("supplier", type_=Uuid),
    bindparam("buyer", type_=Uuid),
    bindparam("since", type_=Date),
    bindparam("day", type_=Date),
)


@dataclass(frozen=True, slots=True)
class Met:
    """A supplier and a buyer met at a fair, first on that day and in that way: a lead, a paper, a meeting."""

    fair_id: UUID
    slug: str
    starts_on: date
    ends_on: date
    supplier_id: UUID
    buyer_id: UUID
    day: date
    via: str
    id: UUID

    @property
    def until(self) -> date:
        """The last day on which an order is said to come from this fair."""
        return clock.add_months(self.ends_on, MONTHS)


@dataclass(frozen=True, slots=True)
class Traced:
    """An award that began at a fair."""

    met: Met
    award: matching.quotes.Awarded


async def met_at(session: AsyncSession, fair_ids: Collection[UUID]) -> list[Met]:
    """Who met whom at these fairs: one statement."""
    return [Met(*row) for row in await session.execute(_AT, {"fairs": list(fair_ids)})]


async def trace(session: AsyncSession, supplier_id: UUID, buyer_id: UUID, at: datetime) -> Met | None:
    """The fair at which the two met, at most six months before: the last one, for what came since came from there."""
    day = at.astimezone(clock.ZONE).date()
    asked = {"supplier": supplier_id, "buyer": buyer_id, "day": day, "since": clock.add_months(day, -MONTHS)}
    row = (await session.execute(_OF_PAIR, asked)).one_or_none()
    return Met(*row) if row is not None else None


async def awards_from(session: AsyncSession, met: Iterable[Met]) -> list[Traced]:
    """The awards that began at these meetings: one statement. An award that two fairs could claim belongs to the last one."""
    every = list(met)
    if not every:
        return []
    since, until = min(each.day for each in every), max(each.until for each in every)
    found = await matching.quotes.awarded(
        session, {(each.supplier_id, each.buyer_id) for each in every}, _moment(since), _moment(until, over=True)
    )
    return claimed(every, found)


def claimed(met: Iterable[Met], awards: Iterable[matching.quotes.Awarded]) -> list[Traced]:
    """Pure: each award with the last fair before it at which the two had met, if that is not more than six months ago."""
    by_pair: dict[tuple[UUID, UUID], list[Met]] = {}
    for each in met:
        by_pair.setdefault((each.supplier_id, each.buyer_id), []).append(each)
    traced = []
    for award in awards:
        day = award.at.astimezone(clock.ZONE).date()
        fits = [each for each in by_pair.get((award.supplier_id, award.buyer_id), ()) if each.day <= day <= each.until]
        if fits:
            traced.append(Traced(max(fits, key=lambda each: (each.day, each.fair_id)), award))
    return traced


def _moment(day: date, *, over: bool = False) -> datetime:
    return datetime.combine(day, time.max if over else time.min, tzinfo=clock.ZONE)
