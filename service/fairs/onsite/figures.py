"""The rows behind the returns (F17): for one fair or several at once, the same statements however many there are.

What a fee is, others know: `fairs.charges` says it fair by fair. Everything else is read for all fairs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core import clock
from service.fairs.onsite import tracing
from service.fairs.onsite.returns import Cost, Record, Return, Stand, of, stands_of, together
from service.fairs.onsite.roster import known_by

_FAIRS = bindparam("fairs", type_=ARRAY(Uuid))
_STANDS = text(
    """
SELECT o.fair_id, o.id, o.application_id, o.supplier_id, o.name, b.code AS booth, lower(o.days) AS first_day,
       upper(o.days) - 1 AS last_day, (b.width_m * b.depth_m)::float8 AS m2, z.code AS zone, z.name AS zone_name,
       h.name AS hall,
       coalesce(s.province_code, a.province_code) AS province_code, a.commodity,
       CASE WHEN s.state = 'published' THEN s.slug END AS supplier_slug
  FROM fairs_occupancy o
  JOIN fairs_booth b ON b.id = o.booth_id
  JOIN fairs_hall h ON h.id = b.hall_id
  LEFT JOIN fairs_zone z ON z.id = b.zone_id
  LEFT JOIN fairs_application a ON a.id = o.application_id
  LEFT JOIN catalogue_supplier s ON s.id = o.supplier_id
 WHERE o.fair_id = ANY(:fairs) AND o.state = 'taken'
 ORDER BY o.fair_id, h.position, h.name, b.code, o.name, o.id
"""
).bindparams(_FAIRS)
_EXHIBITORS = text(
    """
SELECT e.fair_id, e.id, e.application_id, e.supplier_id, e.name, e.brought_kg, e.left_kg, e.own_costs_vnd, e.follow_up_on,
       s.province_code, CASE WHEN s.state = 'published' THEN s.slug END AS supplier_slug,
       (SELECT count(*) FROM fairs_lead l WHERE l.exhibitor_id = e.id) AS leads
  FROM fairs_exhibitor e
  LEFT JOIN catalogue_supplier s ON s.id = e.supplier_id
 WHERE e.fair_id = ANY(:fairs)
 ORDER BY e.fair_id, e.name, e.id
"""
).bindparams(_FAIRS)
_SALES = text(
    """
SELECT s.exhibitor_id, s.booth, s.day, sum(s.vnd)::bigint AS vnd, sum(s.kg) AS kg, sum(s.receipts) AS receipts,
       c.slug AS commodity
  FROM fairs_sale s
  LEFT JOIN catalogue_commodity c ON c.id = s.commodity_id
 WHERE s.fair_id = ANY(:fairs) AND s.withdrawn_at IS NULL
 GROUP BY s.exhibitor_id, s.booth, s.day, c.slug
 ORDER BY s.exhibitor_id, s.day, s.booth
"""
).bindparams(_FAIRS)
_PAPERS = text(
    """
SELECT p.exhibitor_id, p.kind, count(*) AS number, coalesce(sum(p.vnd), 0)::bigint AS vnd
  FROM fairs_signed_paper p
 WHERE p.fair_id = ANY(:fairs) AND p.withdrawn_at IS NULL
 GROUP BY p.exhibitor_id, p.kind
"""
).bindparams(_FAIRS)


@dataclass(frozen=True, slots=True)
class Line:
    """One exhibitor of a fair with its figures and what it is grouped by."""

    fair_id: UUID
    exhibitor_id: UUID | None  # None: nothing has been written of it yet.
    name: str
    supplier_id: UUID | None
    supplier_slug: str | None
    application_id: UUID | None
    booths: tuple[str, ...]
    province_code: str | None
    zone: str | None
    zone_name: str | None
    hall: str
    commodity: str | None
    brought_kg: Any
    left_kg: Any
    follow_up_on: date | None
    sold_kg: Any  # None: nobody has said.
    record: Record
    figures: Return


@dataclass(frozen=True)
class Returns:
    """Everybody at a fair with what it brought back, and the whole."""

    lines: tuple[Line, ...]
    whole: Return

    def by(self, name: str) -> dict[Any, Return]:
        """The figures by zone, hall, province_code or commodity."""
        groups: dict[Any, list[Record]] = {}
        for line in self.lines:
            groups.setdefault(getattr(line, name), []).append(line.record)
        return {key: together(records) for key, records in groups.items()}


@dataclass(frozen=True, slots=True)
class Money:
    """What others know of an application's money: what it costs, and what somebody else pays of it."""

    costs: Mapping[UUID, int]
    support: Mapping[UUID, int]


async def figures(
    session: AsyncSession, fair_ids: Sequence[UUID], money: Mapping[UUID, Money], held: Mapping[UUID, Mapping[UUID, int]]
) -> dict[UUID, Returns]:
    """The returns of these fairs. `money` and `held` (meetings held by supplier) are of each fair."""
    asked = {"fairs": list(fair_ids)}
    stands = (await session.execute(_STANDS, asked)).all()
    exhibitors = (await session.execute(_EXHIBITORS, asked)).all()
    sales = (await session.execute(_SALES, asked)).all()
    papers = (await session.execute(_PAPERS, asked)).all()
    traced = await tracing.awards_from(session, await tracing.met_at(session, fair_ids))
    found = {}
    for fair_id in fair_ids:
        lines = tuple(_lines(
            fair_id,
            [row for row in stands if row.fair_id == fair_id],
            [row for row in exhibitors if row.fair_id == fair_id],
            _of_exhibitor(sales), _of_exhibitor(papers),
            [each for each in traced if each.met.fair_id == fair_id],
            money.get(fair_id), held.get(fair_id, {}),
        ))  # fmt: skip
        found[fair_id] = Returns(lines, together(line.record for line in lines))
    return found


def _of_exhibitor(rows: Iterable[Row[Any]]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.exhibitor_id, []).append(row)
    return found


def _lines(
    fair_id: UUID, stands: Sequence[Row[Any]], exhibitors: Sequence[Row[Any]], sales: Mapping[UUID, Sequence[Row[Any]]],
    papers: Mapping[UUID, Sequence[Row[Any]]], traced: Sequence[tracing.Traced], money: Money | None,
    held: Mapping[UUID, int],
) -> Iterable[Line]:  # fmt: skip
    """Pure: everybody who has a booth, then who has none any more."""
    sharers = _sharers(stands)
    own_stands: dict[tuple[str, object], list[Row[Any]]] = {}
    for stand in stands:
        own_stands.setdefault(known_by(stand.application_id, stand.supplier_id, stand.name), []).append(stand)
    known = {known_by(each.application_id, each.supplier_id, each.name): each for each in exhibitors}
    for key in dict.fromkeys([*own_stands, *known]):
        own: list[Row[Any]] = own_stands.get(key, [])
        row: Row[Any] | None = known.get(key)
        first = own[0] if own else row
        assert first is not None  # noqa: S101 - the key came from one of the two.
        sold = sales.get(row.id, []) if row is not None else []
        signed = {each.kind: each for each in papers.get(row.id, [])} if row is not None else {}
        of_supplier = [each.award for each in traced if each.met.supplier_id == first.supplier_id]
        application_id = next((each.application_id for each in own if each.application_id), None)
        record = Record(
            id=row.id if row is not None else first.id,
            name=first.name,
            stands=_stands(own, sharers),
            sold=_sums(sold),
            awarded_vnd=sum(each.vnd for each in of_supplier),
            awards=len({each.award_id for each in of_supplier}),
            costs=_costs(application_id, row, money),
            support_vnd=money.support.get(application_id) if money and application_id else None,
            memoranda=signed["memorandum"].number if "memorandum" in signed else 0,
            memoranda_vnd=signed["memorandum"].vnd if "memorandum" in signed else 0,
            contracts=signed["contract"].number if "contract" in signed else 0,
            contracts_vnd=signed["contract"].vnd if "contract" in signed else 0,
            leads=row.leads if row is not None else 0,
            meetings=held.get(first.supplier_id, 0),
        )
        weights = [each.kg for each in sold if each.kg is not None]
        yield Line(
            fair_id=fair_id, exhibitor_id=row.id if row is not None else None, name=first.name, supplier_id=first.supplier_id,
            supplier_slug=first.supplier_slug, application_id=application_id,
            booths=tuple(dict.fromkeys(each.booth for each in own)), province_code=first.province_code,
            zone=own[0].zone if own else None, zone_name=own[0].zone_name if own else None, hall=own[0].hall if own else "",
            commodity=_commodity(own, sold), brought_kg=row.brought_kg if row is not None else None,
            left_kg=row.left_kg if row is not None else None, follow_up_on=row.follow_up_on if row is not None else None,
            sold_kg=sum(weights) if weights else None, record=record, figures=of(record),
        )  # fmt: skip


def _sharers(stands: Iterable[Row[Any]]) -> dict[tuple[str, date], set[tuple[str, object]]]:
    there: dict[tuple[str, date], set[tuple[str, object]]] = {}
    for row in stands:
        for day in _days(row):
            there.setdefault((row.booth, day), set()).add(known_by(row.application_id, row.supplier_id, row.name))
    return there


def _stands(own: Iterable[Row[Any]], sharers: Mapping[tuple[str, date], set[tuple[str, object]]]) -> tuple[Stand, ...]:
    found: dict[tuple[str, date], Fraction] = {}
    for row in own:
        for day in _days(row):
            found[row.booth, day] = stands_of(row.m2, len(sharers[row.booth, day]))
    return tuple(Stand(booth, day, booths) for (booth, day), booths in sorted(found.items()))


def _days(row: Row[Any]) -> list[date]:
    """The days of a stay that have come: nobody can have spoken of the others."""
    last = min(row.last_day, clock.today())
    return [row.first_day + timedelta(days=n) for n in range((last - row.first_day).days + 1)]


def _sums(sold: Iterable[Row[Any]]) -> dict[tuple[str, date], int]:
    found: dict[tuple[str, date], int] = {}
    for row in sold:
        found[row.booth, row.day] = found.get((row.booth, row.day), 0) + row.vnd
    return found


def _costs(application_id: UUID | None, row: Row[Any] | None, money: Money | None) -> dict[Cost, int]:
    found = {}
    if money is not None and application_id is not None and application_id in money.costs:
        found[Cost.FEE] = money.costs[application_id]
    if row is not None and row.own_costs_vnd is not None:
        found[Cost.OWN] = row.own_costs_vnd
    return found


def _commodity(own: Sequence[Row[Any]], sold: Sequence[Row[Any]]) -> str | None:
    """What it is known for: what it sold most of, else what it has applied with."""
    sums: dict[str, int] = {}
    for row in sold:
        if row.commodity:
            sums[row.commodity] = sums.get(row.commodity, 0) + row.vnd
    if sums:
        return max(sorted(sums), key=lambda slug: sums[slug])
    return own[0].commodity if own else None
