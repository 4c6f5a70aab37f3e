"""The factors: seven numbers from 0 to 1 that put the matches in order. PURE."""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul
from statistics import median

from service.matching.conditions import hear
from service.matching.terms import Offer, Price, Request, Weights

NEUTRAL = 0.5
EVEN_KM = 500  # At this distance by road the factor is one half.
MOST_STARS = 5
ENOUGH_PAPERS = 3

Values = tuple[tuple[float, ...], tuple[bool, ...]]


def factors(request: Request, offer: Offer, price: Price | None, reference: float | None) -> Values:
    """The seven values in the order of `FACTORS`, and for each whether it is known."""
    covered, all_known = _coverage(request, offer)
    held = hear(request, offer.papers)
    priced = price is not None and bool(reference)
    return (
        (
            covered,
            _price(price, reference),
            NEUTRAL if held.stars_unclear else held.best_stars / MOST_STARS,
            min(ENOUGH_PAPERS, len(held.beyond)) / ENOUGH_PAPERS,
            offer.relevance,
            NEUTRAL if offer.km is None else EVEN_KM / (EVEN_KM + offer.km),
            NEUTRAL if offer.reliability is None else max(0.0, min(1.0, offer.reliability)),
        ),
        (all_known, priced, not held.stars_unclear, True, True, offer.km is not None, offer.reliability is not None),
    )


def score(values: tuple[float, ...], weights: Weights) -> float:
    """The weighted mean. When every weight is 0 nothing counts, and every score is 0."""
    total = weights.total
    if not total:
        return 0.0
    return min(1.0, sumprod(weights.each, values) / total)


def sumprod(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The sum of the products, pair by pair."""
    return float(sum(map(mul, one, other)))


def reference_price(request: Request, prices: Iterable[Price | None]) -> float | None:
    """What a price is compared with: the buyer's ceiling, else the median of the given prices."""
    if request.ceiling is not None:
        return float(request.ceiling)
    known = [price.per_kg for price in prices if price is not None]
    return float(median(known)) if known else None


def beyond(request: Request, offer: Offer) -> frozenset[str]:
    """The kinds of papers held through the delivery months that were not asked for; stars are counted as quality."""
    return hear(request, offer.papers).beyond


def _coverage(request: Request, offer: Offer) -> tuple[float, bool]:
    """The part of the asked kilograms that can be given; of an unknown month one half."""
    given = 0.0
    known = True
    lead = offer.lead_days or 0
    for month, asked, days in request.plan:
        if lead <= days:
            free = offer.free.get(month)
            if free is None:
                known = False
                given += asked / 2
            else:
                given += min(asked, free)
    return min(1.0, given / request.total), known


def _price(price: Price | None, reference: float | None) -> float:
    """One half at the reference, 1 at half of it and below, 0 at one and a half times it and above."""
    if price is None or not reference:
        return NEUTRAL
    return max(0.0, min(1.0, 1.5 - price.per_kg / reference))
