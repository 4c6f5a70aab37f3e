"""Which fair suits which product: on a fair's page, for one product, for a supplier, and for who holds a fair (M20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Uuid

from service import catalogue, matching
from service.accounts import Actor, Role
from service.catalogue import CommodityTerms, OfferRow
from service.core import clock, cursors
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _, locale
from service.fairs.advice.past import Sold
from service.fairs.advice.standing import InvitedView, own_invitations
from service.fairs.advice.weighing import mixed, ordered, suits
from service.fairs.hours import hours
from service.fairs.queries import coming, head, own_head
from service.fairs.suitability import Occasion
from service.fairs.views import ExpectedView, FairPage, FairView, HallView, SuitView

LOOKED_AT = 300  # Products weighed for one fair.
WEIGHED_FOR_INVITING = 2000
SHOWN = 12
BEST_PRODUCTS = 3
MOST_FAIRS = 20
PAGE = 20
MONTHS_BACK = 36  # Older figures say little of today's prices.
FRESH_STOCK = timedelta(days=90)

_HALLS = text("SELECT h.name, h.about, h.area_m2 FROM fairs_hall h WHERE h.fair_id = :fair ORDER BY h.position, h.name")
_BUYERS = text(
    "SELECT e.fair_id, b.id, b.slug, b.name, b.kind, b.illustrative, e.looking_for, e.commodity_ids "
    "FROM fairs_buyer e JOIN matching_buyer b ON b.id = e.buyer_id WHERE e.fair_id = ANY(:fairs) ORDER BY b.name, b.id"
)

_APPLIED = text(
    "SELECT a.fair_id, a.state FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id"
    " WHERE s.organisation_id = :own AND a.fair_id = ANY(:fairs) AND a.state <> 'withdrawn'"
).bindparams(bindparam("own", type_=Uuid), bindparam("fairs", type_=ARRAY(Uuid)))
_KNOWN = text(
    "SELECT a.supplier_id FROM fairs_application a"
    " WHERE a.fair_id = :fair AND a.supplier_id IS NOT NULL AND a.state <> 'withdrawn'"
    " UNION SELECT i.supplier_id FROM fairs_invitation i WHERE i.fair_id = :fair"
).bindparams(bindparam("fair", type_=Uuid))
# On how many booth-days an exhibitor has said what it sold, whatever it was, and what of it were these goods.
_SOLD = text(
    """
WITH said AS (
  SELECT s.exhibitor_id, count(DISTINCT (s.booth, s.day)) AS booth_days
    FROM fairs_sale s JOIN fairs_fair f ON f.id = s.fair_id
   WHERE s.withdrawn_at IS NULL AND f.ends_on < :today AND f.ends_on >= :since
   GROUP BY s.exhibitor_id
)
SELECT f.id, f.kind, f.province_code, extract(month FROM f.starts_on)::int, f.organisation_id, e.id, e.supplier_id,
       s.commodity_id, sum(s.vnd)::bigint, d.booth_days
  FROM fairs_sale s
  JOIN said d ON d.exhibitor_id = s.exhibitor_id
  JOIN fairs_exhibitor e ON e.id = s.exhibitor_id
  JOIN fairs_fair f ON f.id = s.fair_id
 WHERE s.withdrawn_at IS NULL AND NOT s.nothing AND s.commodity_id = ANY(:goods)
 GROUP BY f.id, e.id, s.commodity_id, d.booth_days
 ORDER BY f.id, e.id
"""
).bindparams(bindparam("goods", type_=ARRAY(Uuid)), bindparam("today", type_=Date), bindparam("since", type_=Date))


@dataclass(frozen=True, slots=True)
class Chance:
    """A coming fair for a supplier, with those of its products that suit it best."""

    fair: FairView
    best: tuple[SuitView, ...]
    products: int
    invited: InvitedView | None
    applied: str | None  # Where its application stands.

    @property
    def score(self) -> float:
        """How well its best product suits; nought where it has nothing to sell then."""
        return self.best[0].score if self.best else 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supplier for a fair, with that of its products that suits it best."""

    supplier_id: UUID
    best: SuitView
    products: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """A page of them."""

    fair: FairView
    items: tuple[Candidate, ...]
    total: int
    next: str | None


async def fair_page(session: AsyncSession, slug: str, actor: Actor | None, *, limit: int = SHOWN) -> FairPage:
    """One fair with its halls, the buyers there, and the products that suit it best, with the reasons."""
    fair = await head(session, slug, actor)
    halls = [HallView(*hall) for hall in await session.execute(_HALLS, {"fair": fair.id})]
    days = await hours(session, fair.id)
    terms = await catalogue.commodity_terms(session)
    there = await _buyers_at(session, [fair.id])
    ids = [each.id for each in there]
    counts = await matching.open_by_buyer(session, ids)
    wanted = await _wanted(session, there)
    products = []
    if not fair.over and not fair.cancelled:
        rows = await catalogue.offers_around(
            session,
            Occasion(fair.starts_on, fair.ends_on).months,
            wanted,
            since=clock.today() - FRESH_STOCK,
            most=LOOKED_AT,
            reader=actor,
        )
        goods = {row.slug: row.commodity_id for row in rows}
        sold = await _sold(session, rows)
        products = mixed([each for each in ordered(suits([fair], rows, {fair.id: wanted}, sold, actor)) if each.fits], goods)
    return FairPage(
        fair=fair,
        days=days,
        halls=halls,
        buyers=[_expected(each, terms, counts) for each in there],
        products=products[:limit],
    )


async def fairs_for_product(session: AsyncSession, slug: str, actor: Actor | None, *, limit: int = 20) -> list[SuitView]:
    """The coming fairs for one product, those that suit it best first, with the reasons (M20)."""
    row = await catalogue.offer_called(session, slug, reader=actor)
    if row is None:
        raise NotFound(_("Không tìm thấy sản phẩm này."))
    found = await coming(session, limit)
    wanted = await _wanted_at(session, found)
    return ordered(suits(found, [row], wanted, await _sold(session, [row]), actor))


async def fairs_to_go_to(session: AsyncSession, actor: Actor) -> list[Chance]:
    """For a supplier: the coming fairs with its own products that suit each best, the most promising fair first (M20).

    The same statements, however many fairs come and products there are.
    """
    if actor.role is not Role.SUPPLIER or actor.organisation_id is None:
        raise NotAllowed(_("Trang này dành cho nhà cung cấp."))
    rows = await catalogue.offers_of(session, actor.organisation_id, reader=actor)
    found = await coming(session, MOST_FAIRS)
    wanted = await _wanted_at(session, found)
    weighed = ordered(suits(found, rows, wanted, await _sold(session, rows), actor))
    asked = {each.slug: each for each in await own_invitations(session, actor)}
    applied = await session.execute(_APPLIED, {"own": actor.organisation_id, "fairs": [fair.id for fair in found]})
    states = {row[0]: row[1] for row in applied}
    chances = []
    for fair in found:
        of_fair = [each for each in weighed if each.fair.id == fair.id]
        best = [each for each in of_fair if each.fits][:BEST_PRODUCTS]
        chances.append(Chance(fair, tuple(best), len(of_fair), asked.get(fair.slug), states.get(fair.id)))
    return sorted(chances, key=lambda each: (-round(each.score, 9), each.fair.starts_on, each.fair.slug))


async def whom_to_invite(session: AsyncSession, slug: str, actor: Actor, cursor: str | None = None) -> Candidates:
    """For an organiser: suppliers that suit its fair and have neither applied nor been asked, best first, a page at a time."""
    fair = await own_head(session, slug, actor)
    wanted = await _wanted(session, await _buyers_at(session, [fair.id]))
    rows = await catalogue.offers_around(
        session, Occasion(fair.starts_on, fair.ends_on).months, wanted, since=clock.today() - FRESH_STOCK,
        most=WEIGHED_FOR_INVITING, reader=actor,
    )  # fmt: skip
    known = set(await session.scalars(_KNOWN, {"fair": fair.id}))
    free = [row for row in rows if row.supplier_id not in known]
    weighed = [each for each in ordered(suits([fair], free, {fair.id: wanted}, await _sold(session, free), actor)) if each.fits]
    ids = {row.supplier_slug: row.supplier_id for row in free}
    by_supplier: dict[str, list[SuitView]] = {}
    for each in weighed:
        by_supplier.setdefault(each.supplier_slug, []).append(each)
    every = [Candidate(ids[supplier], found[0], len(found)) for supplier, found in by_supplier.items()]
    start = _start(every, cursor)
    page = every[start : start + PAGE]
    more = cursors.sealed([page[-1].best.supplier_slug]) if start + PAGE < len(every) else None
    return Candidates(fair, tuple(page), len(every), more)


async def expected_buyers(session: AsyncSession, slug: str, actor: Actor | None) -> list[ExpectedView]:
    """The buyers who have said that they will be at a fair, by name."""
    fair = await head(session, slug, actor)
    there = await _buyers_at(session, [fair.id])
    counts = await matching.open_by_buyer(session, [each.id for each in there])
    terms = await catalogue.commodity_terms(session)
    return [_expected(each, terms, counts) for each in there]


async def _wanted_at(session: AsyncSession, found: Sequence[FairView]) -> dict[UUID, dict[UUID, list[str]]]:
    """Which commodities the buyers at each of these fairs look for, with their names."""
    there = await _buyers_at(session, [fair.id for fair in found])
    open_wishes = await matching.wanted_by(session, [each.id for each in there])
    wanted: dict[UUID, dict[UUID, list[str]]] = {}
    for each in there:
        for commodity in {*each.commodity_ids, *open_wishes.get(each.id, ())}:
            wanted.setdefault(each.fair_id, {}).setdefault(commodity, []).append(each.name)
    return wanted


async def _sold(session: AsyncSession, rows: Iterable[OfferRow]) -> list[Sold]:
    """What was sold of these goods at fairs that are over: one statement."""
    goods = {row.commodity_id for row in rows if row.commodity_id is not None}
    if not goods:
        return []
    today = clock.today()
    asked = {"goods": sorted(goods), "today": today, "since": clock.add_months(today, -MONTHS_BACK)}
    return [Sold(*row) for row in await session.execute(_SOLD, asked)]


def _start(every: Sequence[Candidate], cursor: str | None) -> int:
    """Where the page begins: after the supplier that the last one ended with, or at the beginning where that has gone."""
    if not cursor:
        return 0
    try:
        (slug,) = cursors.opened(cursor)
    except (ValueError, TypeError):
        return 0
    return next((n + 1 for n, each in enumerate(every) if each.best.supplier_slug == slug), 0)


async def _buyers_at(session: AsyncSession, fair_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    return (await session.execute(_BUYERS, {"fairs": list(fair_ids)})).all()


async def _wanted(session: AsyncSession, there: Iterable[Row[Any]]) -> dict[UUID, list[str]]:
    """Which commodities the buyers there look for: as they said for the fair, and as their open requests say by name."""
    rows = list(there)
    open_wishes = await matching.wanted_by(session, [each.id for each in rows])
    wanted: dict[UUID, list[str]] = {}
    for each in rows:
        for commodity in {*each.commodity_ids, *open_wishes.get(each.id, ())}:
            wanted.setdefault(commodity, []).append(each.name)
    return wanted


def _expected(row: Row[Any], terms: Sequence[CommodityTerms], counts: Mapping[UUID, int]) -> ExpectedView:
    named = {each.id: each.called(locale()) for each in terms}
    return ExpectedView(
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        kind_name=matching.buyer_kind_name(row.kind),
        illustrative=row.illustrative,
        looking_for=row.looking_for,
        commodities=tuple(named[each] for each in row.commodity_ids if each in named),
        open_requests=counts.get(row.id, 0),
    )
