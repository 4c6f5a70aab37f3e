"""From a request to the frozen question of a lot: who could take part on which terms, and who could not and why.

Each product is judged by the ranking's own judge, with two differences: what it costs is left to the solver, because the road
counts too, and quantity is judged for a share, because nobody has to fill the whole order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.catalogue import CommodityTerms, OfferRow
from service.core import clock, i18n, places
from service.core.i18n import _
from service.matching import evidence, reasons
from service.matching import freight as road
from service.matching.candidates import candidates, offers_in_terms
from service.matching.conditions import RELEVANT
from service.matching.factors import MOST_STARS
from service.matching.models import SourcingRequest
from service.matching.pooling import terms
from service.matching.pooling.frozen import Candidate, Freight, Frozen, Milder, Out, Words, whole_months
from service.matching.pooling.inputs import PoolWish
from service.matching.queries import Stored
from service.matching.ranking import Condition, Match, Request, Weights, judge
from service.matching.terms import coverage, number

MOST_CANDIDATES = 400
MOST_OUT = 60  # So many of those kept out are named with their rule.


@dataclass(frozen=True, slots=True)
class _Lot:
    """What every candidate is held against."""

    request: Request
    wish: PoolWish
    months: tuple[int, ...]
    demand: tuple[int, ...]
    freight: Freight
    gather: places.Place | None
    there: places.Place | None
    under_mark: frozenset[UUID] | None


async def freeze(
    session: AsyncSession, stored: Stored, request: SourcingRequest, wish: PoolWish, *, reader: Actor | None
) -> Frozen:
    """The question that this wish makes of the request, on the market of this moment; five statements."""
    today = clock.today()
    asked = milder_request(stored.in_terms(today), wish)
    commodities = await catalogue.commodity_terms(session)
    found = await candidates(session, asked, Weights(), commodities, reader=reader)
    near = [each for each in found.ranking.near if not each.of_other_goods]
    looked_at = [each.offer.id for each in (*found.ranking.matches, *near)][:MOST_CANDIDATES]
    named = {UUID(name) for name in _named(wish)}
    rows = await catalogue.offers_named(session, {*looked_at, *named}, reader=reader)
    months, demand = whole_months((each.day, each.kg) for each in asked.wanted)
    under_mark = None
    if request.mark_slug:
        under_mark = await catalogue.products_under_mark(session, request.mark_slug, rows)
    gather, there = places.commune(wish.gather_at), places.province(asked.city)
    km_large = places.km_by_road(gather, there) if gather and there else None
    freight = Freight(
        gather_at=wish.gather_at,
        gather_name=places.where(None, wish.gather_at) if gather else None,
        small=road.SMALL_LORRY,
        large=road.large_lorry(km_large),
        handling=road.HANDLING,
        km_large=km_large,
    )
    lot = _Lot(asked, wish, tuple(number(day) for day in months), demand, freight, gather, there, under_mark)
    judged = _judged(asked, rows.values(), commodities)
    able, milder, out = _sorted(lot, judged, rows)
    return Frozen(
        months=months,
        demand_kg=demand,
        ceiling=wish.ceiling_vnd_per_kg,
        most_suppliers=wish.most_suppliers,
        mark=request.mark_slug,
        candidates=tuple(able),
        milder=tuple(milder),
        out=tuple(out[:MOST_OUT]),
        others=found.failed + sum(each.offer.relevance >= RELEVANT for each in found.ranking.out) + max(0, len(out) - MOST_OUT),
        freight=freight,
        pinned={str(name): _padded(share, len(months)) for name, share in wish.pinned.items()},
        required=tuple(str(each) for each in wish.required),
        excluded=tuple(str(each) for each in wish.excluded),
    )


def milder_request(request: Request, wish: PoolWish) -> Request:
    """The request as the wish makes it milder; the ceiling is the lot's own, on what a kilogram costs at its door."""
    return replace(
        request,
        ceiling=None,
        min_stars=request.min_stars if wish.min_stars is None else (wish.min_stars or None),
        papers=tuple(each for each in request.papers if each.kind not in wish.without),
        unverified_too=request.unverified_too or wish.unverified_too,
    )


def _named(wish: PoolWish) -> Iterable[str]:
    return (str(each) for each in (*wish.required, *wish.pinned))


def _padded(share: Sequence[int | None], months: int) -> tuple[int | None, ...]:
    return tuple(share[:months]) + (None,) * (months - len(share))


def _judged(request: Request, rows: Iterable[OfferRow], commodities: Sequence[CommodityTerms]) -> list[Match]:
    weighed = [judge(request, offer, Weights()) for offer in offers_in_terms(request, rows, commodities)]
    return sorted(weighed, key=lambda match: (-round(match.score, 9), match.offer.slug))


def _sorted(lot: _Lot, judged: Iterable[Match], rows: dict[UUID, OfferRow]) -> tuple[list[Candidate], list[Milder], list[Out]]:
    """Who is in; who would be in if one condition were given up; and who is out, each with its rule."""
    able: list[Candidate] = []
    almost: list[tuple[Match, Candidate]] = []
    out: list[Out] = []
    for match in judged:
        row = rows[match.offer.id]
        one = _candidate(lot, match, row)
        if one is None:
            out.append(_out(row, lambda match=match: _why(match)))  # type: ignore[misc]
        elif match.fits:
            able.append(one)
        else:
            almost.append((match, one))
            out.append(_out(row, lambda match=match: "; ".join(reasons.failed_words(match))))  # type: ignore[misc]
    return able, _milder(almost), out


def _out(row: OfferRow, why: Callable[[], str]) -> Out:
    return Out(row.slug, row.name, row.supplier_slug, row.supplier_name, both(why))


def _why(match: Match) -> str:
    """Why somebody cannot take part though one condition at most speaks against it."""
    if match.failures:
        return "; ".join(reasons.failed_words(match))
    if not match.offer.free:
        return _("chưa khai năng lực các tháng này")
    if all(not each.given for each in coverage(match.request, match.offer)):
        return _("không còn hàng trống trong các tháng này")
    return _("chưa rõ giá")


def _candidate(lot: _Lot, match: Match, row: OfferRow) -> Candidate | None:
    """A product's terms in this lot; None where there is nothing to reckon with: no free month, no price, other goods."""
    offer = match.offer
    if any(each.condition not in _MILDER for each in match.failures):
        return None
    timely = {each.month for each in coverage(match.request, offer) if each.in_time}
    free = tuple(int(offer.free.get(month) or 0) if month in timely else 0 for month in lot.months)
    here = places.commune(row.commune_code) or places.province(row.province_code)
    freight = terms.road(here, lot.gather, lot.there, lot.freight)
    ceiling = lot.wish.ceiling_vnd_per_kg - freight if lot.wish.ceiling_vnd_per_kg is not None else None
    priced = terms.terms_of_price(offer, [min(pair) for pair in zip(free, lot.demand, strict=True)], ceiling)
    if priced is None or not any(free):
        return None
    price, from_kg = priced
    fits = lot.request.pack_g is None or not row.packs_g or lot.request.pack_g in row.packs_g
    least = max(int(-(-(row.least_order_kg or 0) // 1)), from_kg or 0, lot.wish.least_share_kg or 0)
    quality, papers = match.values[2], match.values[3]
    return Candidate(
        id=str(row.id), slug=row.slug, name=row.name, name_en=row.name_en, supplier_id=str(row.supplier_id),
        supplier_slug=row.supplier_slug, supplier=row.supplier_name, legal_form=row.legal_form,
        place=places.where(row.province_code, row.commune_code), illustrative=row.illustrative,
        stars=round(quality * MOST_STARS) if match.known[2] else 0,
        quality=round(0.6 * quality + 0.2 * papers + 0.2 * match.score, 3),
        price=price, from_kg=from_kg, freight=freight, free_kg=free, least_share_kg=least,
        multiple_kg=terms.multiple_of(row.packs_g, lot.request.pack_g if fits and row.packs_g else None),
        may_use_mark=lot.under_mark is None or row.id in lot.under_mark, pack_fits=fits,
        unknowns=tuple(both(lambda each=each: reasons.unknown_words(each)) for each in match.unknowns  # type: ignore[misc]
                       if each.condition is not Condition.PRICE),
    )  # fmt: skip


# Conditions that a buyer can give up for a lot; of the others only somebody else can do something about it.
_MILDER = frozenset({Condition.STARS, Condition.CERTIFICATE, Condition.VERIFIED})


def _milder(almost: Sequence[tuple[Match, Candidate]]) -> list[Milder]:
    """Those who lack one thing, by what would have to be given up: fewer stars in steps, a paper, the verification."""
    found: list[Milder] = []
    starred = [(match.change.stars, one) for match, one in almost if match.change and match.change.stars is not None]
    for stars in sorted({stars for stars, _one in starred if stars is not None}, reverse=True):
        group = tuple(one for held, one in starred if held is not None and held >= stars)
        words = both(lambda stars=stars: _("nhận %(n)s sao", n=stars) if stars else _("không đòi sao OCOP"))  # type: ignore[misc]
        found.append(Milder(f"stars:{stars}", words, {"min_stars": str(stars)}, group))
    papers: dict[str, list[Candidate]] = {}
    unverified = []
    for match, one in almost:
        failure = match.failures[0]
        if failure.condition is Condition.CERTIFICATE and failure.kind:
            papers.setdefault(failure.kind, []).append(one)
        elif failure.condition is Condition.VERIFIED:
            unverified.append(one)
    for kind, group_of in sorted(papers.items()):
        words = both(lambda kind=kind: _("không đòi %(paper)s", paper=evidence.paper_name(kind)))  # type: ignore[misc]
        found.append(Milder(f"without:{kind}", words, {"without": kind}, tuple(group_of)))
    if unverified:
        words = both(lambda: _("nhận nhà cung cấp chưa được xác minh"))
        found.append(Milder("unverified", words, {"unverified_too": "true"}, tuple(unverified)))
    return found


def both(say: Callable[[], str]) -> Words:
    """A sentence in every language, for what is kept and read later by somebody else."""
    told = {}
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            told[language] = say()
    return told
