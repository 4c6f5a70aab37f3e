"""Products weighed against fairs, with the reasons in words. Reads nothing: it is handed what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import OfferRow
from service.core import places
from service.core.i18n import locale
from service.fairs.advice.past import Coming, Sold, past_of
from service.fairs.reasons import reasons
from service.fairs.suitability import Goods, Occasion, Past, suit
from service.fairs.views import FairView, SuitView

OF_ONE_COMMODITY = 2


def suits(
    fairs: Iterable[FairView], rows: Sequence[OfferRow], wanted: Mapping[UUID, Mapping[UUID, list[str]]],
    sold: Sequence[Sold], reader: Actor | None,
) -> Iterable[SuitView]:  # fmt: skip
    """Each of these products weighed against each of these fairs, with the reasons in words."""
    for fair in fairs:
        occasion = Occasion(fair.starts_on, fair.ends_on)
        for row in rows:
            buyers = wanted.get(fair.id, {}).get(row.commodity_id, ()) if row.commodity_id else ()
            goods = replace(_goods(row, fair, buyers), past=_past(row, fair, sold, reader))
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


def ordered(found: Iterable[SuitView]) -> list[SuitView]:
    """Those that have something to sell first, the best of them before the others."""
    return sorted(
        found, key=lambda each: (not each.fits, -round(each.score, 9), each.fair.starts_on, each.fair.slug, each.product_slug)
    )


def mixed(found: Sequence[SuitView], goods: Mapping[str, UUID | None]) -> list[SuitView]:
    """The best first, but no more than a few of one commodity before every other has had its turn: a fair needs variety."""
    first: list[SuitView] = []
    later: list[SuitView] = []
    shown: Counter[UUID | None] = Counter()
    for each in found:
        commodity = goods[each.product_slug]
        shown[commodity] += 1
        (first if commodity is None or shown[commodity] <= OF_ONE_COMMODITY else later).append(each)
    return [*first, *later]


def _past(row: OfferRow, fair: FairView, sold: Sequence[Sold], reader: Actor | None) -> Past | None:
    """What was sold before, as far as the reader may know it: its own people all of it, an organiser that of its own fairs."""
    months = Occasion(fair.starts_on, fair.ends_on).months
    own = reader is not None and reader.organisation_id is not None
    hers = own and reader is not None and reader.organisation_id == row.organisation_id
    facts = sold
    may_know = hers
    if own and not hers and reader is not None and reader.role is Role.ORGANISER:
        seen = [each for each in sold if each.supplier_id != row.supplier_id or each.organiser_id == reader.organisation_id]
        facts, may_know = seen, True
    return past_of(
        facts, Coming(fair.kind, fair.province_code, months), commodity_id=row.commodity_id, supplier_id=row.supplier_id,
        may_know_own=may_know,
    )  # fmt: skip


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


@lru_cache(maxsize=4096)
def _km(one: str | None, other: str | None) -> int | None:
    here = places.commune(one) or places.province(one)
    there = places.commune(other) or places.province(other)
    return places.km_by_road(here, there) if here and there else None
