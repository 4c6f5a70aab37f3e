"""Which fair suits which product, with the reasons: on a fair's page, and for one product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import Actor
from service.catalogue import CommodityTerms, OfferRow
from service.core import clock, places
from service.core.errors import NotFound
from service.core.i18n import _, locale
from service.fairs.hours import hours
from service.fairs.queries import coming, head
from service.fairs.reasons import reasons
from service.fairs.suitability import Goods, Occasion, suit
from service.fairs.views import ExpectedView, FairPage, FairView, HallView, SuitView

LOOKED_AT = 300  # Products weighed for one fair.
SHOWN = 12
OF_ONE_COMMODITY = 2
FRESH_STOCK = timedelta(days=90)

_HALLS = text("SELECT h.name, h.about, h.area_m2 FROM fairs_hall h WHERE h.fair_id = :fair ORDER BY h.position, h.name")
_BUYERS = text(
    "SELECT e.fair_id, b.id, b.slug, b.name, b.kind, b.illustrative, e.looking_for, e.commodity_ids "
    "FROM fairs_buyer e JOIN matching_buyer b ON b.id = e.buyer_id WHERE e.fair_id = ANY(:fairs) ORDER BY b.name, b.id"
)


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
        products = _mixed([each for each in _ordered(_suits([fair], rows, {fair.id: wanted})) if each.fits], goods)
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
    there = await _buyers_at(session, [fair.id for fair in found])
    open_wishes = await matching.wanted_by(session, [each.id for each in there])
    wanted: dict[UUID, dict[UUID, list[str]]] = {}
    for each in there:
        for commodity in {*each.commodity_ids, *open_wishes.get(each.id, ())}:
            wanted.setdefault(each.fair_id, {}).setdefault(commodity, []).append(each.name)
    return _ordered(_suits(found, [row], wanted))


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


def _suits(
    fairs_: Iterable[FairView], rows: Sequence[OfferRow], wanted: Mapping[UUID, Mapping[UUID, list[str]]]
) -> Iterable[SuitView]:
    for fair in fairs_:
        occasion = Occasion(fair.starts_on, fair.ends_on)
        for row in rows:
            buyers = wanted.get(fair.id, {}).get(row.commodity_id, ()) if row.commodity_id else ()
            goods = _goods(row, fair, buyers)
            found = suit(occasion, goods)
            yield SuitView(
                fair=fair,
                product_slug=row.slug,
                product_name=(row.name_en or row.name) if locale() == "en" else row.name,
                supplier_slug=row.supplier_slug,
                supplier_name=row.supplier_name,
                illustrative=row.illustrative,
                score=found.score,
                fits=found.fits,
                reasons=reasons(occasion, goods, found),
            )


def _ordered(suits: Iterable[SuitView]) -> list[SuitView]:
    return sorted(
        suits, key=lambda each: (not each.fits, -round(each.score, 9), each.fair.starts_on, each.fair.slug, each.product_slug)
    )


def _mixed(suits: Sequence[SuitView], goods: Mapping[str, UUID | None]) -> list[SuitView]:
    """The best first, but no more than a few of one commodity before every other has had its turn: a fair needs variety."""
    first: list[SuitView] = []
    later: list[SuitView] = []
    shown: Counter[UUID | None] = Counter()
    for each in suits:
        commodity = goods[each.product_slug]
        shown[commodity] += 1
        (first if commodity is None or shown[commodity] <= OF_ONE_COMMODITY else later).append(each)
    return [*first, *later]


def _goods(row: OfferRow, fair: FairView, buyers: Iterable[str]) -> Goods:
    first, last = (day.year * 12 + day.month - 1 for day in (fair.starts_on, fair.ends_on))
    yields = row.free_in(range(first, min(last, first + 11) + 1))
    starred = [
        (stars, until)
        for stars, since, until in zip(row.paper_stars, row.paper_from, row.paper_to, strict=True)
        if stars and (since is None or since <= fair.starts_on)
    ]
    # The paper that holds longest speaks; one without a last day only where there is no other.
    best = max(starred, key=lambda pair: (pair[1] is not None, pair[1] or date.min, pair[0]), default=(None, None))
    return Goods(
        season_months=frozenset(row.season_months),
        shelf_life_days=row.shelf_life_days,
        stock_kg=row.stock_kg,
        stock_on=row.stock_on,
        capacity_kg=max(yields.values(), default=None),
        stars=best[0],
        stars_until=best[1],
        km=_km(row.commune_code or row.province_code, fair.commune_code or fair.province_code),
        buyers=tuple(buyers),
    )


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


@lru_cache(maxsize=4096)
def _km(one: str | None, other: str | None) -> int | None:
    here = places.commune(one) or places.province(one)
    there = places.commune(other) or places.province(other)
    return places.km_by_road(here, there) if here and there else None
