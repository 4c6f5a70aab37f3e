"""How well an offer fits a request, why, and what would make a near miss fit. PURE: plain data in, plain data out.

**Hard conditions** (`conditions.py`) decide who is in. Each is answered yes, no or unknown:

* no: the offer is out. When it is the only no and one small change of the request would let the offer in, it is a
  *near miss* and carries that change; with two or more it is *out*, and a supplier can still read all of its reasons;
* unknown (nobody has said what the least order is, a certificate without dates …) is neither yes nor no: it keeps
  nobody out, it is listed beside the match in words ("chưa rõ …"), and it never turns into a yes silently.

**Factors** (`factors.py`) order those who are in. Each is a number from 0 to 1 with its weight, which is the buyer's.
What is not known counts as one half (`NEUTRAL`), whichever factor it is, and its evidence says so: it neither wins nor
loses against the known.

A near miss is proven, not guessed: the change is applied and the offer judged again before it is called one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.matching.conditions import apply, change_for, conditions
from service.matching.factors import factors, reference_price, score
from service.matching.terms import (
    FACTORS,
    Change,
    Condition,
    Covered,
    Factor,
    Failure,
    Offer,
    Paper,
    Price,
    Request,
    Requirement,
    Tier,
    Unknown,
    Verdict,
    Wanted,
    Weights,
    coverage,
    price_for,
)

__all__ = [
    "FACTORS",
    "Change",
    "Condition",
    "Covered",
    "Factor",
    "Failure",
    "Match",
    "Offer",
    "Paper",
    "Price",
    "Ranking",
    "Request",
    "Requirement",
    "Tier",
    "Unknown",
    "Verdict",
    "Wanted",
    "Weights",
    "apply",
    "judge",
    "rank",
]


@dataclass(frozen=True, slots=True)
class Match:
    """One offer judged against one request."""

    request: Request
    offer: Offer
    score: float
    values: tuple[float, ...]
    known: tuple[bool, ...]
    failures: tuple[Failure, ...]
    unknowns: tuple[Unknown, ...]
    price: Price | None

    @property
    def fits(self) -> bool:
        """No hard condition says no."""
        return not self.failures

    @property
    def of_other_goods(self) -> bool:
        """Whether the goods themselves are not the ones asked for."""
        return any(each.condition is Condition.COMMODITY for each in self.failures)

    @property
    def change(self) -> Change | None:
        """For a near miss, the change that lets it in."""
        return change_for(self.request, self.offer, self.failures[0]) if len(self.failures) == 1 else None

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors by name."""
        return tuple(Factor(*each) for each in zip(FACTORS, self.values, self.known, strict=True))

    @property
    def months(self) -> tuple[Covered, ...]:
        """What each asked month would get."""
        return coverage(self.request, self.offer)

    @property
    def given(self) -> float:
        """All kilograms that could surely be given."""
        return sum(each.given for each in self.months if each.given)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All offers judged: those that fit, best first; those that nearly do; and those that are out."""

    matches: tuple[Match, ...]
    near: tuple[Match, ...]
    out: tuple[Match, ...]
    reference: float | None


def rank(request: Request, offers: Iterable[Offer], weights: Weights) -> Ranking:
    """Judge every offer. The order is the score, then coverage, then price, then the slug: never chance."""
    heard = [_hear(request, offer) for offer in offers]
    # What a price is compared with: the buyer's ceiling, else the middle of those who fit or lack one thing.
    reference = reference_price(request, (price for _offer, price, failures, _unknowns in heard if _comparable(failures)))
    matches: list[Match] = []
    near: list[Match] = []
    out: list[Match] = []
    for each in heard:
        match = _weigh(request, each, weights, reference)
        if not match.failures:
            matches.append(match)
        elif _nearly(match):
            near.append(match)
        else:
            out.append(match)
    matches.sort(key=_order)
    # Whoever offers the right goods comes before whoever would have to be taken for other goods.
    near.sort(key=lambda match: (match.of_other_goods, *_order(match)))
    out.sort(key=lambda match: (len(match.failures), *_order(match)))
    return Ranking(tuple(matches), tuple(near), tuple(out), reference)


def judge(request: Request, offer: Offer, weights: Weights, reference: float | None = None) -> Match:
    """Judge one offer. `reference` is the price that counts as one half: the ceiling, else the middle of the market."""
    return _weigh(request, _hear(request, offer), weights, reference)


Heard = tuple[Offer, Price | None, tuple[Failure, ...], tuple[Unknown, ...]]


def _hear(request: Request, offer: Offer) -> Heard:
    price = price_for(request, offer)
    return offer, price, *conditions(request, offer, price)


def _weigh(request: Request, heard: Heard, weights: Weights, reference: float | None) -> Match:
    offer, price, failures, unknowns = heard
    values, known = factors(request, offer, price, reference)
    return Match(request, offer, score(values, weights), values, known, failures, unknowns, price)


def _comparable(failures: tuple[Failure, ...]) -> bool:
    return not failures or (len(failures) == 1 and failures[0].condition is not Condition.COMMODITY)


def _nearly(match: Match) -> bool:
    if len(match.failures) != 1:
        return False
    condition = match.failures[0].condition
    if condition is Condition.COMMODITY:
        return match.offer.relevance > 0
    return condition in _ALWAYS_MENDED or match.change is not None


# Meeting one of these alone cannot break another condition, so their near misses need no second judgement. A further month
# can: a paper may run out before it. (tests/matching/test_ranking.py tries all of them.)
_ALWAYS_MENDED = frozenset(Condition) - {Condition.QUANTITY, Condition.LEAD_TIME}


def _order(match: Match) -> tuple[float, float, float, str]:
    price = match.price.per_kg if match.price else float("inf")
    return (-round(match.score, 9), -round(match.values[0], 9), price, match.offer.slug)
