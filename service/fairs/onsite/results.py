"""What came of fairs: returns of one, a comparison of several, and every figure of the report of results (F17).

returns(session, fair_id) -> Returns                 everybody with what it brought back
results(session, slug, actor) -> Results             the same for the fair's organiser, with names for its groups
comparison(session, actor) -> [Compared]             the organiser's own fairs by one measure
own_returns(session, actor) -> [OwnReturn]           an exhibitor's own fairs by the same measure
report(session, slug, actor) -> Report               the figures and words of the report (domain.md 5.5)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Uuid

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.i18n import _, locale
from service.fairs import charges, meetings, standing
from service.fairs.onsite import queries, tracing
from service.fairs.onsite.figures import Line, Money, Returns, figures
from service.fairs.onsite.models import Findings
from service.fairs.onsite.returns import Return, booths_used
from service.fairs.onsite.roster import own_supplier_id, who_stands
from service.fairs.onsite.views import ComplaintView, MoneyView, VisitorsView
from service.fairs.queries import own_head
from service.fairs.views import FairView, when

MOST_COMPARED = 12

_HELD = text(
    """
SELECT f.id, f.slug, f.name, f.name_en, f.kind, f.starts_on, f.ends_on, f.date_precision, f.province_code
  FROM fairs_fair f
 WHERE f.organisation_id = :own AND f.state = 'announced' AND f.starts_on <= :today AND f.date_precision = 'day'
   AND EXISTS (SELECT 1 FROM fairs_occupancy o WHERE o.fair_id = f.id AND o.state = 'taken')
 ORDER BY f.starts_on DESC, f.id DESC LIMIT :most
"""
).bindparams(bindparam("own", type_=Uuid))
_STOOD = text(
    """
SELECT f.id, f.slug, f.name, f.name_en, f.kind, f.starts_on, f.ends_on, f.date_precision, f.province_code
  FROM fairs_fair f
 WHERE f.state = 'announced' AND f.starts_on <= :today AND f.date_precision = 'day'
   AND EXISTS (SELECT 1 FROM fairs_occupancy o WHERE o.fair_id = f.id AND o.supplier_id = :supplier AND o.state = 'taken')
 ORDER BY f.starts_on DESC, f.id DESC LIMIT :most
"""
).bindparams(bindparam("supplier", type_=Uuid))
# What the exhibitors came with, or sold: the products of their applications and of their sales.
_PRODUCTS = text(
    """
WITH brought AS (
  SELECT DISTINCT p.id, p.commodity_id FROM catalogue_product p
   WHERE p.id IN (SELECT unnest(a.product_ids) FROM fairs_application a
                   WHERE a.fair_id = :fair AND a.id IN (SELECT o.application_id FROM fairs_occupancy o
                                                         WHERE o.fair_id = :fair AND o.state = 'taken'))
      OR p.id IN (SELECT s.product_id FROM fairs_sale s WHERE s.fair_id = :fair AND s.withdrawn_at IS NULL)
), starred AS (
  SELECT b.id, (SELECT max(c.stars) FROM catalogue_certificate c
                 WHERE c.product_id = b.id AND c.kind = 'OCOP' AND c.state = 'checked'
                   AND coalesce(c.issued_on <= :day, true) AND coalesce(c.valid_to >= :day, true)) AS stars
    FROM brought b
)
SELECT (SELECT count(*) FROM brought), (SELECT count(DISTINCT commodity_id) FROM brought),
       (SELECT jsonb_object_agg(stars, number) FROM (SELECT stars, count(*) AS number FROM starred
                                                      WHERE stars IS NOT NULL GROUP BY stars) by_stars)
"""
).bindparams(bindparam("fair", type_=Uuid), bindparam("day", type_=Date))
_BY_COMMODITY = text(
    """
SELECT c.slug, sum(s.vnd)::bigint AS vnd, sum(s.kg) AS kg, count(DISTINCT s.exhibitor_id) AS sellers
  FROM fairs_sale s LEFT JOIN catalogue_commodity c ON c.id = s.commodity_id
 WHERE s.fair_id = ANY(:fairs) AND s.withdrawn_at IS NULL AND NOT s.nothing
 GROUP BY c.slug ORDER BY vnd DESC, c.slug
"""
).bindparams(bindparam("fairs", type_=ARRAY(Uuid)))


AGREED = (meetings.Result.MEMORANDUM, meetings.Result.ORDER)


@dataclass(frozen=True, slots=True)
class Group:
    """A zone, a province or a commodity with its figures."""

    key: str
    name: str
    figures: Return


@dataclass(frozen=True, slots=True)
class Sold:
    """A commodity with what was sold of it."""

    name: str
    vnd: int
    kg: Any
    sellers: int


@dataclass(frozen=True)
class Results:
    """The returns of a fair for its organiser."""

    fair: FairView
    returns: Returns
    zones: tuple[Group, ...]
    commodities: tuple[Group, ...]
    provinces: tuple[Group, ...]
    sold: tuple[Sold, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of several fairs by the same measure."""

    slug: str
    title: str
    name_en: str | None
    when: str
    starts_on: date
    running: bool
    figures: Return

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """An exhibitor's own return at one fair, beside that of all who stood there."""

    fair: Compared
    line: Line
    traced: tuple[tracing.Traced, ...]


@dataclass(frozen=True)
class Books:
    """What a fair's organiser writes down itself."""

    fair: FairView
    today: date
    why_not: str | None
    visitors: tuple[VisitorsView, ...]
    money: tuple[MoneyView, ...]
    complaints: tuple[ComplaintView, ...]
    findings: Findings | None
    exhibitors: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Report:
    """Every figure of the report of results; nothing but words, visitors and costs was typed for it."""

    results: Results
    findings: Findings | None
    halls: int
    booths: int
    standard_booths: float
    products: int
    kinds: int
    stars: Mapping[int, int]
    visitors: tuple[VisitorsView, ...]
    daily: tuple[tuple[date, int | None], ...]
    buyers_met: int
    meetings_held: int
    agreed: tuple[meetings.MeetingOutcome, ...]  # Meetings that ended, or have come since, to a memorandum or an order.
    complaints: tuple[ComplaintView, ...]
    costs: tuple[MoneyView, ...]
    sources: tuple[MoneyView, ...]

    def outcomes(self, result: meetings.Result) -> tuple[int, int]:
        """How many meetings have come just so far, and the money that was named."""
        found = [each for each in self.agreed if each.outcome is result]
        return len(found), sum(each.vnd or 0 for each in found)

    @property
    def people(self) -> int | None:
        """All visitors of the days that somebody has spoken of."""
        said = [each.people for each in self.visitors if each.people is not None]
        return sum(said) if said else None

    @property
    def days_unsaid(self) -> int:
        """On how many days nobody has said how many came."""
        return sum(1 for each in self.visitors if each.people is None)

    @property
    def settled(self) -> int:
        """How many complaints are settled."""
        return sum(1 for each in self.complaints if each.settled_on is not None)

    @property
    def cost_vnd(self) -> int | None:
        """All costs; None where nobody has written any."""
        return sum(each.vnd for each in self.costs) if self.costs else None

    @property
    def sources_vnd(self) -> int | None:
        """All sources."""
        return sum(each.vnd for each in self.sources) if self.sources else None


async def returns(session: AsyncSession, fair_id: UUID) -> Returns:
    """Everybody at a fair with what it brought back."""
    return (await _of_fairs(session, [fair_id]))[fair_id]


async def results(session: AsyncSession, slug: str, actor: Actor) -> Results:
    """The same for the fair's organiser, by zone, by province, by commodity."""
    fair = await own_head(session, slug, actor)
    found = await returns(session, fair.id)
    terms = {each.slug: each.called(locale()) for each in await catalogue.commodity_terms(session)}
    zones = {line.zone: line.zone_name for line in found.lines}
    sold = await session.execute(_BY_COMMODITY, {"fairs": [fair.id]})
    return Results(
        fair, found,
        _groups(found.by("zone"), lambda key: zones.get(key) or _("ngoài các khu")),
        _groups(found.by("commodity"), lambda key: terms.get(key) or _("mặt hàng khác")),
        _groups(found.by("province_code"), _province),
        tuple(Sold(terms.get(row.slug) or _("mặt hàng khác"), row.vnd, row.kg, row.sellers) for row in sold),
    )  # fmt: skip


async def comparison(session: AsyncSession, actor: Actor) -> list[Compared]:
    """The actor's own fairs that have begun, the latest first, each by the same measure."""
    asked = {"own": actor.organisation_id, "today": clock.today(), "most": MOST_COMPARED}
    rows = (await session.execute(_HELD, asked)).all()
    found = await _of_fairs(session, [row.id for row in rows])
    return [_compared(row, found[row.id].whole) for row in rows]


async def own_returns(session: AsyncSession, actor: Actor) -> list[OwnReturn]:
    """The fairs at which the reader's own supplier stood, the latest first, each beside the whole of its fair."""
    supplier_id = await own_supplier_id(session, actor)
    if supplier_id is None:
        return []
    asked = {"supplier": supplier_id, "today": clock.today(), "most": MOST_COMPARED}
    rows = (await session.execute(_STOOD, asked)).all()
    ids = [row.id for row in rows]
    found = await _of_fairs(session, ids)
    met = [each for each in await tracing.met_at(session, ids) if each.supplier_id == supplier_id]
    traced = await tracing.awards_from(session, met)
    own = []
    for row in rows:
        line = next((line for line in found[row.id].lines if line.supplier_id == supplier_id), None)
        if line is not None:
            came_of_it = tuple(each for each in traced if each.met.fair_id == row.id)
            own.append(OwnReturn(_compared(row, found[row.id].whole), line, came_of_it))
    return own


async def books(session: AsyncSession, slug: str, actor: Actor) -> Books:
    """What the organiser has written so far."""
    shown = await own_head(session, slug, actor)
    fair = await standing.own(session, slug, actor)
    days, today = standing.days(fair), clock.today()
    begun = bool(days) and today >= days[0]
    return Books(
        shown, min(max(today, days[0]), days[-1]) if days else today,
        None if begun else _("Hội chợ chưa diễn ra nên chưa có kết quả để ghi."),
        tuple(await queries.visitors(session, fair.id, [day for day in days if day <= today])),
        tuple(await queries.money_lines(session, fair.id)), tuple(await queries.complaints(session, fair.id)),
        await session.get(Findings, fair.id),
        tuple((each.id, each.name) for each in await who_stands(session, fair.id) if each.id is not None),
    )  # fmt: skip


async def report(session: AsyncSession, slug: str, actor: Actor) -> Report:
    """Every figure of the report, counted from the rows that stand now."""
    found = await results(session, slug, actor)
    fair = await standing.own(session, slug, actor)
    days = standing.days(fair)
    met = await tracing.met_at(session, [fair.id])
    products, kinds, stars = (await session.execute(_PRODUCTS, {"fair": fair.id, "day": fair.starts_on})).one()
    money = await queries.money_lines(session, fair.id)
    lines = found.returns.lines
    daily: dict[date, int] = {}
    for line in lines:
        for (_booth, day), vnd in line.record.sold.items():
            daily[day] = daily.get(day, 0) + vnd
    used = booths_used(line.record for line in lines)
    return Report(
        results=found, findings=await session.get(Findings, fair.id),
        halls=len({line.hall for line in lines if line.hall}), booths=len(used),
        standard_booths=float(sum(used.values())), products=products, kinds=kinds,
        stars={int(key): int(value) for key, value in sorted((stars or {}).items(), reverse=True)},
        visitors=tuple(await queries.visitors(session, fair.id, days)),
        daily=tuple((day, daily.get(day)) for day in days), buyers_met=len({each.buyer_id for each in met}),
        meetings_held=found.returns.whole.meetings,
        agreed=tuple(each for each in await meetings.meetings(session, fair.id) if each.outcome in AGREED),
        complaints=tuple(await queries.complaints(session, fair.id)),
        costs=tuple(each for each in money if each.side == "cost"),
        sources=tuple(each for each in money if each.side == "source"),
    )  # fmt: skip


async def _of_fairs(session: AsyncSession, fair_ids: Sequence[UUID]) -> dict[UUID, Returns]:
    if not fair_ids:
        return {}
    money: dict[UUID, Money] = {}
    held: dict[UUID, Counter[UUID]] = {}
    for fair_id in fair_ids:
        money[fair_id] = Money(await charges.costs(session, fair_id), await charges.subsidies(session, fair_id))
        outcomes = await meetings.meetings(session, fair_id)
        held[fair_id] = Counter(each.supplier_id for each in outcomes if each.state == "held")
    return await figures(session, fair_ids, money, held)


def _groups(found: Mapping[Any, Return], named: Any) -> tuple[Group, ...]:
    """The group that sells most for a booth-day first; of which nobody has spoken, last."""
    groups = [Group(str(key or ""), named(key), each) for key, each in found.items()]
    return tuple(
        sorted(
            groups,
            key=lambda each: (
                each.figures.per_booth_day is None, -(each.figures.per_booth_day or 0), each.name
            ),
        )
    )  # fmt: skip


def _province(code: str | None) -> str:
    found = places.province(code)
    return found.name if found is not None else _("chưa rõ tỉnh")


def _compared(row: Any, whole: Return) -> Compared:
    return Compared(
        row.slug, row.name, row.name_en, when(row.starts_on, row.ends_on, row.date_precision), row.starts_on,
        row.starts_on <= clock.today() <= row.ends_on, whole,
    )  # fmt: skip
