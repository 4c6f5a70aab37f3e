"""Who fits a request, and which requests fit a supplier: read, judge, put into words. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor, Role
from service.catalogue import CommodityTerms, OfferRow
from service.core import clock
from service.core.errors import NotFound
from service.core.i18n import _
from service.matching import rules
from service.matching.candidates import Candidates, candidates, judged, offers_in_terms
from service.matching.checklists import ReadinessView, readiness_of
from service.matching.conditions import RELEVANT
from service.matching.models import Visibility
from service.matching.queries import Stored, requests_for_goods, stored
from service.matching.ranking import Match, Weights, judge
from service.matching.record import Record
from service.matching.records import records_of
from service.matching.views import CandidateView, RankedView, RequestView, candidate
from service.matching.weights import weights_of

SHOWN = 20
NEAR_SHOWN = 5


async def ranked(
    session: AsyncSession,
    code: str,
    weights: Weights | None = None,
    *,
    actor: Actor | None = None,
    limit: int = SHOWN,
    offset: int = 0,
    near_limit: int = NEAR_SHOWN,
) -> RankedView:
    """A request with everyone who could answer it, best first, each with reasons, evidence and the strip; four to seven
    statements. The page, the API and the terminal all read this. Raises `NotFound` where the reader may not see it.

    Without weights the buyer's own people read by those that the buyer has kept, everybody else by those of the market.
    """
    today = clock.today()
    request = await stored(session, code, actor)
    if not rules.may_see(actor, request, request.organisation_id, fits=True, invited=request.invited):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    weights, chosen_by = await _weights(session, request, weights, actor)
    terms = await catalogue.commodity_terms(session)
    goods = {each.id: each for each in terms}
    in_terms = request.in_terms(today)
    found = await candidates(session, in_terms, weights, terms, reader=actor)
    ranking = found.ranking
    own_ids = found.own if actor is not None and actor.role is Role.SUPPLIER else frozenset()
    fits = _any_of(own_ids, found)
    if not rules.may_see(actor, request, request.organisation_id, fits=fits, invited=request.invited):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    places = list(enumerate((*ranking.matches, *ranking.near, *ranking.out), 1))
    own = [(at, match) for at, match in places if match.offer.id in own_ids and _worth_saying(match)]
    best = places[: len(ranking.matches)][offset : offset + limit]
    near = places[len(ranking.matches) : len(ranking.matches) + len(ranking.near)][:near_limit]
    rows = await catalogue.offers_named(session, {match.offer.id for _at, match in (*best, *near, *own)}, reader=actor)
    told = {offer.id: offer for offer in offers_in_terms(in_terms, rows.values(), terms, found.records)}
    ready = await _readiness(session, request, rows.values(), actor)

    def shown(part: list[tuple[int, Match]]) -> list[CandidateView]:
        # The few that are shown are judged once more on all that the catalogue says of them: the same judge, the same score.
        return [
            candidate(
                judge(in_terms, told[match.offer.id], weights, ranking.reference),
                rows[match.offer.id],
                at,
                weights,
                ranking.reference,
                goods,
                ready.get(match.offer.id),
            )
            for at, match in part
            if match.offer.id in rows  # Unless it was withdrawn between the two looks.
        ]

    return RankedView(
        request=request.view(actor, goods, today),
        weights=weights,
        weights_from=chosen_by,
        matches=shown(best),
        matches_total=len(ranking.matches),
        near=shown(near),
        near_total=len(ranking.near),
        near_of_other_goods=sum(match.of_other_goods for match in ranking.near),
        out_total=found.failed + sum(match.offer.relevance >= RELEVANT for match in ranking.out),
        left_out=found.left_out + sum(match.offer.relevance < RELEVANT for match in ranking.out),
        own=shown(own),
        sees_all_prices=catalogue.sees_all_wholesale(actor),
    )


async def _weights(session: AsyncSession, request: Stored, given: Weights | None, actor: Actor | None) -> tuple[Weights, str]:
    """By what the candidates are weighed, and whose choice that is: given, saved or market."""
    if given is not None:
        return given, "given"
    if rules.owns(actor, request.organisation_id) or (actor is not None and actor.role is Role.SYSTEM):
        kept = await weights_of(session, request.organisation_id)
        if kept is not None and kept.weights is not None:
            return kept.weights, "saved"
    return Weights(), "market"


async def _readiness(
    session: AsyncSession, request: Stored, rows: Iterable[OfferRow], actor: Actor | None
) -> dict[UUID, ReadinessView]:
    """How ready the shown few are for the buyer, where the reader may know who that is (M19)."""
    if not rules.may_see_buyer(actor, request, request.organisation_id):
        return {}
    return await readiness_of(session, request.row["buyer_id"], list(rows), actor)


async def request_page(session: AsyncSession, code: str, actor: Actor | None) -> RequestView:
    """One request without its ranking, for those who may see it; for the pages of its owner."""
    request = await stored(session, code, actor)
    terms = await catalogue.commodity_terms(session)
    goods = {each.id: each for each in terms}
    fits = await _own_fits(session, request, terms, actor)
    if not rules.may_see(actor, request, request.organisation_id, fits=fits, invited=request.invited):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return request.view(actor, goods, clock.today())


async def _own_fits(session: AsyncSession, request: Stored, terms: Sequence[CommodityTerms], actor: Actor | None) -> bool:
    """Whether a product of the reader's own fits or nearly does; asked only where it decides what she may see."""
    if request.visibility != Visibility.MATCHED or request.invited or actor is None or actor.organisation_id is None:
        return False
    rows = await catalogue.offers_of(session, actor.organisation_id, reader=actor)
    return any(_nearly(match) for match in judged(request.in_terms(clock.today()), rows, Weights(), terms))


@dataclass(frozen=True, slots=True)
class RequestFit:
    """An open request and the best of a supplier's products for it."""

    request: RequestView
    best: CandidateView


@dataclass(frozen=True, slots=True)
class FitList:
    """The open requests for a supplier: those that fit, best first; those that nearly do; those of its goods that do not."""

    fits: list[RequestFit]
    near: list[RequestFit]
    out: list[RequestFit]


async def requests_for_supplier(session: AsyncSession, actor: Actor) -> FitList:
    """The open requests that the reader's own products could answer, with the reasons, and why not the others (M21)."""
    if actor.organisation_id is None:
        return FitList([], [], [])
    rows = await catalogue.offers_of(session, actor.organisation_id, reader=actor)
    return await _fitting(session, actor, rows, matched_too=actor.role is Role.SUPPLIER)


async def requests_for_product(session: AsyncSession, slug: str, actor: Actor | None) -> FitList:
    """The open requests that one published product could answer; whoever reads sees only what is open to her."""
    row = await catalogue.offer_called(session, slug, reader=actor)
    if row is None:
        raise NotFound(_("Không tìm thấy sản phẩm này."))
    own = actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id == row.organisation_id
    return await _fitting(session, actor, (row,), matched_too=own)


async def _fitting(session: AsyncSession, actor: Actor | None, rows: Sequence[OfferRow], *, matched_too: bool) -> FitList:
    found = FitList([], [], [])
    if not rows:
        return found
    today = clock.today()
    terms = await catalogue.commodity_terms(session)
    open_now = await requests_for_goods(
        session,
        actor,
        {row.commodity_id for row in rows if row.commodity_id},
        {row.category_code for row in rows if row.category_code},
        matched_too=matched_too,
    )
    records = await records_of(session, {row.supplier_id for row in rows})
    scored: list[tuple[Match, Stored]] = []
    for request in open_now:
        best = _best(request, rows, terms, today, records)
        if best is not None and rules.may_see(
            actor, request, request.organisation_id, fits=_nearly(best), invited=request.invited
        ):
            scored.append((best, request))
    scored.sort(key=lambda pair: (-round(pair[0].score, 9), pair[1].row["code"]))
    goods = {each.id: each for each in terms}
    by_id = {row.id: row for row in rows}
    for match, request in scored:
        where = found.fits if match.fits else found.near if match.change is not None else found.out
        best_view = candidate(match, by_id[match.offer.id], len(where) + 1, Weights(), None, goods)
        where.append(RequestFit(request.view(actor, goods, today), best_view))
    return found


def _best(
    request: Stored, rows: Sequence[OfferRow], terms: Sequence[CommodityTerms], today: date, records: Mapping[UUID, Record]
) -> Match | None:
    """The supplier's best answer: of the right goods, or else of others only where that alone stands in the way."""
    for match in judged(request.in_terms(today), rows, Weights(), terms, records):
        if _worth_saying(match):
            return match
    return None


def _nearly(match: Match) -> bool:
    return match.fits or match.change is not None


def _worth_saying(match: Match) -> bool:
    """A supplier hears of its right goods, and of others only where they nearly fit."""
    return match.offer.relevance >= RELEVANT or match.change is not None


def _any_of(own: frozenset[UUID], found: Candidates) -> bool:
    return bool(own) and any(match.offer.id in own for match in (*found.ranking.matches, *found.ranking.near))
