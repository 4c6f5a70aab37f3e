"""From rows of the catalogue to a ranking: a glance at all that could matter, in the ranking's terms, and the judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.catalogue import KINDS, CommodityTerms, Glance, OfferRow
from service.core import places
from service.matching import ranking
from service.matching.ranking import Match, Offer, Paper, Ranking, Request, Tier, Weights
from service.matching.record import Record, reliability
from service.matching.records import records_of
from service.matching.relevance import SAME, Goods, relevance
from service.matching.terms import number

MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Candidates:
    """A ranking of all that could matter, and how many products were passed over.

    `failed`: of the right goods, but short of two conditions or more. `left_out`: stand-ins of the same sub-group that lack
    something besides, or that were not looked at.
    """

    ranking: Ranking
    own: frozenset[UUID]
    failed: int
    left_out: int
    records: Mapping[UUID, Record]  # By supplier: what the reliability of the offers stands on.


async def candidates(
    session: AsyncSession,
    request: Request,
    weights: Weights,
    terms: Sequence[CommodityTerms],
    *,
    reader: Actor | None,
) -> Candidates:
    """Everyone who could answer the request, ranked; wholesale prices count only where this reader may see them."""
    need = catalogue.Need(
        today=request.today,
        last_day=request.last_day,
        largest_kg=request.largest,
        latest_days=max(days for _month, _kg, days in request.plan),
        commodity_id=request.commodity,
        words=request.words,
        ceiling=request.ceiling,
        papers=tuple(each.kind for each in request.papers),
        min_stars=request.min_stars,
        unverified_too=request.unverified_too,
    )
    found = await catalogue.glances(session, need, terms, reader=reader)
    goods, named = goods_of(request, terms)
    records = await records_of(session, {row.supplier_id for row in found.rows})
    trusted = _trusted(records)
    makers = await catalogue.mark_makers(await catalogue.reader_of(session), request.mark) if request.mark else None
    offers = [_glanced(row, request, goods, named, trusted, makers) for row in found.rows]
    ranked = ranking.rank(request, offers, weights)
    return Candidates(ranked, frozenset(row.id for row in found.rows if row.mine), found.failed, found.left_out, records)


def judged(
    request: Request, rows: Iterable[OfferRow], weights: Weights, terms: Sequence[CommodityTerms],
    records: Mapping[UUID, Record] | None = None,
) -> list[Match]:  # fmt: skip
    """The given rows judged against one request, best first: those that fit, then near misses, then the rest."""
    ranked = ranking.rank(request, offers_in_terms(request, rows, terms, records), weights)
    return [*ranked.matches, *ranked.near, *ranked.out]


def offers_in_terms(
    request: Request, rows: Iterable[OfferRow], terms: Sequence[CommodityTerms], records: Mapping[UUID, Record] | None = None
) -> list[Offer]:
    """Rows of the catalogue, with all that they say, in the terms of the ranking; `records` by supplier, where known."""
    goods, named = goods_of(request, terms)
    trusted = _trusted(records or {})
    return [_offer(row, request, goods, named, trusted) for row in rows]


Trusted = Mapping[UUID, tuple[float | None, Record]]


def _trusted(records: Mapping[UUID, Record]) -> Trusted:
    """The reliability of each supplier with what it stands on, worked out once for all of its products."""
    return {supplier_id: (reliability(record), record) for supplier_id, record in records.items()}


def goods_of(request: Request, terms: Sequence[CommodityTerms]) -> tuple[Goods, Mapping[UUID, str]]:
    """What the request asks for, with every word that names it; and the words of all commodities where they matter."""
    named = {each.id: " ".join(each.terms) for each in terms} if request.words else {}
    goods = next((each for each in terms if each.id == request.commodity), None)
    if goods is not None:
        return Goods.of(goods.id, goods.category_code, goods.proper_terms, request.words), named
    spoken = catalogue.commodities_in(terms, request.words)
    return Goods.of(None, None, (), request.words, (each.id for each in spoken)), named


def _glanced(
    row: Glance, request: Request, goods: Goods, named: Mapping[UUID, str], trusted: Trusted, makers: AbstractSet[UUID] | None
) -> Offer:
    km, days = _road(row.place, request.city)
    trust, record = trusted.get(row.supplier_id, (None, None))
    commodity = goods.commodity if row.same else row.commodity_id
    return Offer(
        row.id,
        row.slug,
        commodity,
        _relevance(goods, named, row.name, commodity, row.category_code),
        _papers(row.papers),
        _free(row.supply_month or _whole_year(row.supply_from), row.supply_kg, row.lead_days, request, _taken(row)),
        (Tier(0.0, row.tier_price),) if row.tier_price is not None else (),
        bool(row.tiers_hidden),
        row.retail_per_kg,
        row.least_order_kg,
        row.lead_days,
        (),
        row.verified,
        km,
        days,
        trust,
        record,
        makers is None or row.supplier_id in makers,
    )


def _offer(row: OfferRow, request: Request, goods: Goods, named: Mapping[UUID, str], trusted: Trusted) -> Offer:
    trust, record = trusted.get(row.supplier_id, (None, None))
    km, days = _road(row.commune_code or row.province_code, request.city)
    papers = zip(row.paper_kind, row.paper_stars, row.paper_from, row.paper_to, strict=True)
    return Offer(
        id=row.id,
        slug=row.slug,
        commodity=row.commodity_id,
        relevance=_relevance(goods, named, row.name, row.commodity_id, row.category_code),
        papers=tuple(
            Paper(kind, stars, valid_to, _endless(kind))
            for kind, stars, issued, valid_to in papers
            if issued is None or issued <= request.today
        ),
        free=_free(row.supply_month, row.supply_kg, row.lead_days, request, row.taken),
        tiers=tuple(Tier(kg, price) for kg, price in zip(row.tier_from, row.tier_price, strict=True)),
        hidden_tiers=row.tiers_hidden,
        retail=row.retail_per_kg,
        least_order=row.least_order_kg,
        lead_days=row.lead_days,
        packs_g=tuple(row.packs_g),
        verified=row.verified_on is not None,
        km=km,
        days=days,
        reliability=trust,
        record=record,
        may_use_mark=request.mark is None or request.mark in row.marks,
    )


def _relevance(
    goods: Goods, named: Mapping[UUID, str], name: str, commodity_id: UUID | None, category_code: str | None
) -> float:
    if commodity_id is not None and commodity_id == goods.commodity and not goods.asked:
        return SAME
    return relevance(goods, name, commodity_id, category_code, named.get(commodity_id, "") if commodity_id else "")


def _free(
    months: Sequence[int] | None, kg: Sequence[float] | None, lead_days: int | None, request: Request,
    taken: Mapping[int, float],
) -> dict[int, float]:  # fmt: skip
    """The asked months; and when none of them holds anything in time, those of the year ahead, to propose the nearest."""
    if not months or kg is None:
        return {}
    lead = lead_days or 0
    capacity: dict[int, float] = {}
    if not taken and len(months) == 12 and months[0] + 11 == months[11] and months[0] % 12 == 0:
        free = {month: kg[month % 12] for month in request.months}  # One whole year, as most declare: no look-up is needed.
    else:
        capacity = dict(zip(months, kg, strict=True))
        free = catalogue.free_in(capacity, request.months, taken)
    if any(free[month] > 0 and lead <= days for month, _kg, days in request.plan):
        return free
    start = min(number(request.today), *request.months)
    end = max(start + MONTHS_AHEAD, *request.months) + 1
    return catalogue.free_in(capacity or dict(zip(months, kg, strict=True)), range(start, end), taken)


def _taken(row: Glance) -> Mapping[int, float]:
    return dict(zip(row.taken_month, row.taken_kg, strict=True)) if row.taken_month and row.taken_kg else {}


@lru_cache(maxsize=100)
def _whole_year(first: int | None) -> tuple[int, ...]:
    return tuple(range(first, first + MONTHS_AHEAD)) if first is not None else ()


@lru_cache(maxsize=20_000)
def _papers(listed: str) -> tuple[Paper, ...]:
    """The papers of a glance: "ATTP,0,2028-03-01;OCOP,4,2028-06-01". Many products hold the same ones."""
    if not listed:
        return ()
    papers = []
    for each in listed.split(";"):
        kind, stars, *until = each.split(",")
        papers.append(Paper(kind, int(stars) or None, date.fromisoformat(until[0]) if until else None, _endless(kind)))
    return tuple(papers)


def _endless(kind: str) -> bool:
    known = KINDS.get(kind)
    return known is not None and known.endless


@lru_cache(maxsize=4096)
def _road(place: str | None, city: str) -> tuple[int | None, tuple[int, int] | None]:
    """Kilometres by road and days of a lorry from a supplier's place to the city; an estimate."""
    here = places.commune(place) or places.province(place)
    there = places.province(city)
    if here is None or there is None:
        return None, None
    return places.km_by_road(here, there), places.days_on_road(here, there)
