"""The hard conditions: what an offer must meet to be a match, and the smallest change that would meet one. PURE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from service.matching.terms import (
    Change,
    Condition,
    Failure,
    Offer,
    Paper,
    Price,
    Request,
    Requirement,
    Unknown,
    Verdict,
    Wanted,
    price_for,
)

RELEVANT = 0.5  # From here upwards the goods are the goods that were asked for.

_FAILED = {condition: Failure(condition) for condition in Condition}
_UNKNOWN = {condition: Unknown(condition) for condition in Condition}

_IN_ORDER = (Condition.STARS, Condition.PRICE, Condition.QUANTITY, Condition.LEAST_ORDER, Condition.LEAD_TIME)

Judgement = tuple[tuple[Failure, ...], tuple[Unknown, ...]]


def conditions(request: Request, offer: Offer, price: Price | None) -> Judgement:
    """Every hard condition that says no, and every one that nobody can judge."""
    failed: list[Failure] = []
    unknown: list[Unknown] = []
    no, doubt = Verdict.NO, Verdict.UNKNOWN
    if offer.relevance < RELEVANT and offer.id not in request.accepts and offer.commodity not in request.accepts:
        failed.append(_FAILED[Condition.COMMODITY])
    held = hear(request, offer.papers)
    failed.extend(held.failures)
    unknown.extend(held.unknowns)
    verdicts = (
        held.enough_stars,
        _price(request, offer, price),
        _quantity(request, offer),
        _least_order(request, offer),
        _lead_time(request, offer),
    )
    if no in verdicts or doubt in verdicts:
        for condition, verdict in zip(_IN_ORDER, verdicts, strict=True):
            if verdict is no:
                failed.append(_FAILED[condition])
            elif verdict is doubt:
                unknown.append(_UNKNOWN[condition])
    if not offer.verified and not request.unverified_too:
        failed.append(_FAILED[Condition.VERIFIED])
    if request.mark is not None and not offer.may_use_mark:
        failed.append(_FAILED[Condition.MARK])
    return tuple(failed), tuple(unknown)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a set of papers says to a request: the asked ones, the stars, and those beyond."""

    papers: tuple[Paper, ...]
    failures: tuple[Failure, ...]
    unknowns: tuple[Unknown, ...]
    enough_stars: Verdict
    best_stars: int  # Those that hold today.
    stars_unclear: bool  # Only stars without dates are there.
    beyond: frozenset[str]


def hear(request: Request, papers: tuple[Paper, ...]) -> Heard:
    """Judge a set of papers; the same set (the very object) is judged once for a request."""
    known: Heard | None = request.heard.get(id(papers))
    if known is None or known.papers is not papers:
        known = request.heard[id(papers)] = _heard(request, papers)
    return known


def _heard(request: Request, papers: tuple[Paper, ...]) -> Heard:
    verdicts = [(requirement.kind, _paper(papers, requirement, request.last_day)) for requirement in request.papers]
    starred = [(paper.stars, paper.holds(request.today)) for paper in papers if paper.stars]
    best = max((stars for stars, verdict in starred if verdict is Verdict.YES), default=0)
    lasting = {paper.kind for paper in papers if not paper.stars and paper.holds(request.last_day) is Verdict.YES}
    return Heard(
        papers,
        tuple(Failure(Condition.CERTIFICATE, kind) for kind, verdict in verdicts if verdict is Verdict.NO),
        tuple(Unknown(Condition.CERTIFICATE, kind) for kind, verdict in verdicts if verdict is Verdict.UNKNOWN),
        _stars(request, papers),
        best,
        not best and any(verdict is Verdict.UNKNOWN for _stars_of, verdict in starred),
        frozenset(lasting - request.kinds),
    )


def _paper(papers: tuple[Paper, ...], requirement: Requirement, last_day: date) -> Verdict:
    return _any(paper.holds(requirement.through or last_day) for paper in papers if paper.kind == requirement.kind)


def _stars(request: Request, papers: tuple[Paper, ...]) -> Verdict:
    if not request.min_stars:
        return Verdict.YES
    least, through = request.min_stars, request.stars_through or request.last_day
    return _any(paper.holds(through) for paper in papers if paper.stars is not None and paper.stars >= least)


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    """Yes when one is yes; else unknown when one is; else no."""
    found = set(verdicts)
    return next((verdict for verdict in (Verdict.YES, Verdict.UNKNOWN) if verdict in found), Verdict.NO)


def _price(request: Request, offer: Offer, price: Price | None) -> Verdict:
    if request.ceiling is None or (price is not None and price.per_kg <= request.ceiling):
        return Verdict.YES
    # Above the ceiling by its retail price only, with wholesale prices that this reader may not see: nobody can say.
    if price is None or (offer.hidden_tiers and price.from_kg is None):
        return Verdict.UNKNOWN
    return Verdict.NO


def _quantity(request: Request, offer: Offer) -> Verdict:
    """Some free kilogram in a wanted month."""
    verdict = Verdict.NO
    for month, _kg, _days in request.plan:
        free = offer.free.get(month)
        if free is None:
            verdict = Verdict.UNKNOWN
        elif free > 0:
            return Verdict.YES
    return verdict


def _least_order(request: Request, offer: Offer) -> Verdict:
    if offer.least_order is None:
        return Verdict.UNKNOWN
    return Verdict.YES if offer.least_order <= request.largest else Verdict.NO


def _lead_time(request: Request, offer: Offer) -> Verdict:
    """One of the months in which there is something (or may be; else any) can still be reached."""
    lead = offer.lead_days
    if lead is None:
        return Verdict.UNKNOWN
    months = request.plan
    if lead <= months[0][2]:
        return Verdict.YES  # Whoever reaches the first month reaches every other.
    free = offer.free
    some = [days for month, _kg, days in months if free.get(month, 0.0) > 0]
    unclear = [days for month, _kg, days in months if month not in free]
    return Verdict.YES if any(lead <= days for days in some or unclear or [each[2] for each in months]) else Verdict.NO


# --- The smallest change ---------------------------------------------------------------------------------------------


def change_for(request: Request, offer: Offer, failure: Failure) -> Change | None:
    """The smallest change of the request that meets this condition, proven by judging the changed request; or None."""
    change = _smallest(request, offer, failure)
    if change is None:
        return None
    changed = apply(request, change)
    failed, _unknown = conditions(changed, offer, price_for(changed, offer))
    return None if failed else change


def apply(request: Request, change: Change) -> Request:  # noqa: PLR0911 - one answer for each condition.
    """The request after the change."""
    match change.condition:
        case Condition.COMMODITY:
            return replace(request, accepts=request.accepts | {change.accept} if change.accept else request.accepts)
        case Condition.PRICE:
            return replace(request, ceiling=change.ceiling)
        case Condition.STARS:
            if change.through is not None:
                return replace(request, stars_through=change.through)
            return replace(request, min_stars=change.stars or None)
        case Condition.CERTIFICATE:
            kept = tuple(
                replace(paper, through=change.through) if paper.kind == change.kind else paper
                for paper in request.papers
                if paper.kind != change.kind or change.through is not None
            )
            return replace(request, papers=kept)
        case Condition.QUANTITY | Condition.LEAD_TIME:
            more = (Wanted(change.month, change.kg),) if change.month and change.kg else ()
            return replace(request, wanted=tuple(sorted((*request.wanted, *more), key=lambda each: each.month)))
        case Condition.LEAST_ORDER:
            least = change.kg or request.largest
            first = next(each for each in request.wanted if each.kg == request.largest)
            raised = tuple(Wanted(each.month, least) if each is first else each for each in request.wanted)
            return replace(request, wanted=raised)
        case Condition.VERIFIED:
            return replace(request, unverified_too=True)
        case Condition.MARK:
            return replace(request, mark=None)


def _smallest(request: Request, offer: Offer, failure: Failure) -> Change | None:  # noqa: PLR0911 - one answer for each.
    match failure.condition:
        case Condition.COMMODITY:
            # Goods that have nothing to do with the ones asked for are nobody's near miss.
            return Change(Condition.COMMODITY, accept=offer.commodity or offer.id) if offer.relevance > 0 else None
        case Condition.PRICE:
            price = price_for(request, offer)
            if price is None or request.ceiling is None:
                return None
            return Change(Condition.PRICE, ceiling=price.per_kg, more=price.per_kg - request.ceiling)
        case Condition.STARS:
            return _fewer_stars(request, offer)
        case Condition.CERTIFICATE:
            ends = [paper.valid_to for paper in offer.papers if paper.kind == failure.kind and paper.valid_to is not None]
            alive = [end for end in ends if end >= request.today]
            return Change(Condition.CERTIFICATE, kind=failure.kind, through=max(alive, default=None))
        case Condition.QUANTITY | Condition.LEAD_TIME:
            return _other_month(failure.condition, request, offer)
        case Condition.LEAST_ORDER:
            return Change(Condition.LEAST_ORDER, kg=offer.least_order)
        case Condition.VERIFIED:
            return Change(Condition.VERIFIED)
        case Condition.MARK:
            return Change(Condition.MARK)


def _fewer_stars(request: Request, offer: Offer) -> Change:
    """Take the stars while they last; else take fewer."""
    least = request.min_stars or 0
    starred = [(paper.stars, paper) for paper in offer.papers if paper.stars is not None]
    ends = [paper.valid_to for stars, paper in starred if stars >= least and paper.valid_to is not None]
    alive = [end for end in ends if end >= request.today]
    if alive:
        return Change(Condition.STARS, through=max(alive))
    through = request.stars_through or request.last_day
    lasting = [stars for stars, paper in starred if paper.holds(through) is not Verdict.NO]
    return Change(Condition.STARS, stars=max(lasting, default=0))


def _other_month(condition: Condition, request: Request, offer: Offer) -> Change | None:
    """The month nearest to the wanted ones in which the offer has something free and can still deliver."""
    best: tuple[int, int, float] | None = None
    for month, free in offer.free.items():
        days = request.days_until_end_of(month)
        if free <= 0 or month in request.months or days < 0 or (offer.lead_days or 0) > days:
            continue
        away, nearest = min((abs(month - each.month), each.kg) for each in request.wanted)
        if best is None or (away, month) < best[:2]:
            best = (away, month, nearest)
    return Change(condition, month=best[1], kg=best[2]) if best else None
