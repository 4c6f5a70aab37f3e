"""The ranking: what decides who is in, what orders them, and that every near miss becomes a match when its change is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.ranking import (
    FACTORS,
    Change,
    Condition,
    Match,
    Offer,
    Paper,
    Request,
    Requirement,
    Tier,
    Wanted,
    Weights,
    apply,
    judge,
    rank,
)
from service.matching.terms import last_day, number

TODAY = date(2026, 11, 22)
DECEMBER = number(date(2026, 12, 1))
GOODS = UUID(int=1)
KINDS = ("ATTP", "VG", "HACCP")


def wanting(**changes) -> Request:
    """A request for 500 kg a month from December to February, at most 90,000 đ/kg, 3 stars."""
    base = Request(
        today=TODAY,
        wanted=tuple(Wanted(DECEMBER + ahead, 500.0) for ahead in range(3)),
        city="01",
        commodity=GOODS,
        ceiling=90_000,
        min_stars=3,
    )
    return replace(base, **changes)


def offering(**changes) -> Offer:
    """An offer that meets that request in everything."""
    base = Offer(
        id=UUID(int=7),
        slug="mien-dong",
        commodity=GOODS,
        papers=(Paper("OCOP", 4, date(2028, 1, 1)),),
        free={DECEMBER + ahead: 500.0 for ahead in range(3)},
        tiers=(Tier(100, 80_000),),
        least_order=50,
        lead_days=7,
        km=180,
    )
    return replace(base, **changes)


def judged(request: Request, offer: Offer, weights: Weights | None = None) -> Match:
    return judge(request, offer, weights or Weights(), float(request.ceiling or 0) or None)


def failed(match: Match) -> list[Condition]:
    return [each.condition for each in match.failures]


# --- Hard conditions -------------------------------------------------------------------------------------------------


def test_an_offer_that_meets_everything_fits_without_doubts() -> None:
    match = judged(wanting(), offering())
    assert match.fits
    assert not match.unknowns


@pytest.mark.parametrize(
    ("request_", "offer", "condition"),
    [
        (wanting(), offering(relevance=0.3, commodity=UUID(int=2)), Condition.COMMODITY),
        (wanting(papers=(Requirement("VG"),)), offering(), Condition.CERTIFICATE),
        (wanting(min_stars=5), offering(), Condition.STARS),
        (wanting(ceiling=79_999), offering(), Condition.PRICE),
        (wanting(), offering(free={DECEMBER + ahead: 0.0 for ahead in range(3)}), Condition.QUANTITY),
        (wanting(), offering(least_order=501), Condition.LEAST_ORDER),
        (wanting(), offering(lead_days=99), Condition.LEAD_TIME),
        (wanting(), offering(verified=False), Condition.VERIFIED),
        (wanting(mark="mien-dong-bac-kan"), offering(may_use_mark=False), Condition.MARK),
    ],
)
def test_each_condition_alone_keeps_an_offer_out(request_: Request, offer: Offer, condition: Condition) -> None:
    assert failed(judged(request_, offer)) == [condition]


@pytest.mark.parametrize(
    ("offer", "condition"),
    [
        (offering(papers=(Paper("OCOP", 4, None),)), Condition.STARS),
        (offering(tiers=()), Condition.PRICE),
        (offering(tiers=(), retail=120_000, hidden_tiers=True), Condition.PRICE),
        (offering(free={}), Condition.QUANTITY),
        (offering(least_order=None), Condition.LEAST_ORDER),
        (offering(lead_days=None), Condition.LEAD_TIME),
    ],
)
def test_what_nobody_has_said_keeps_nobody_out_and_is_listed(offer: Offer, condition: Condition) -> None:
    match = judged(wanting(), offer)
    assert match.fits
    assert [each.condition for each in match.unknowns] == [condition]


def test_a_paper_must_hold_through_the_last_month_of_delivery() -> None:
    request = wanting(papers=(Requirement("VG"),))
    ends = last_day(DECEMBER + 2)
    stars = Paper("OCOP", 4, date(2028, 1, 1))
    assert judged(request, offering(papers=(stars, Paper("VG", None, ends)))).fits
    short = judged(request, offering(papers=(stars, Paper("VG", None, ends - timedelta(days=1)))))
    assert failed(short) == [Condition.CERTIFICATE]
    assert short.change == Change(Condition.CERTIFICATE, kind="VG", through=ends - timedelta(days=1))
    assert judged(request, offering(papers=(stars, Paper("VG", None, None, endless=True)))).fits


def test_stars_that_run_out_during_delivery_do_not_count_to_the_end() -> None:
    runs_out = offering(papers=(Paper("OCOP", 4, date(2027, 1, 15)), Paper("OCOP", 3, date(2028, 1, 1))))
    match = judged(wanting(min_stars=4), runs_out)
    assert failed(match) == [Condition.STARS]
    assert match.change == Change(Condition.STARS, through=date(2027, 1, 15))


def test_the_price_is_the_lowest_tier_that_the_largest_month_reaches() -> None:
    offer = offering(tiers=(Tier(0, 95_000), Tier(400, 85_000), Tier(1000, 60_000)), retail=120_000)
    price = judged(wanting(), offer).price
    assert price is not None
    assert (price.per_kg, price.from_kg) == (85_000, 400)
    only_retail = judged(wanting(ceiling=130_000), offering(tiers=(Tier(1000, 60_000),), retail=120_000)).price
    assert only_retail is not None
    assert (only_retail.per_kg, only_retail.wholesale) == (120_000, False)


def test_the_smallest_changes_are_small() -> None:
    dearer = judged(wanting(ceiling=77_000), offering())
    assert dearer.change == Change(Condition.PRICE, ceiling=80_000, more=3_000)
    fewer = judged(wanting(min_stars=5), offering())
    assert fewer.change == Change(Condition.STARS, stars=4)
    none = judged(wanting(), offering(papers=()))
    assert none.change == Change(Condition.STARS, stars=0)
    least = judged(wanting(), offering(least_order=600))
    assert least.change == Change(Condition.LEAST_ORDER, kg=600)
    later = judged(
        wanting(), offering(free=dict.fromkeys(range(DECEMBER, DECEMBER + 3), 0.0) | {DECEMBER + 3: 40.0, DECEMBER + 6: 900.0})
    )
    assert later.change == Change(Condition.QUANTITY, month=DECEMBER + 3, kg=500.0)


def test_a_change_that_would_break_something_else_is_not_offered() -> None:
    """The nearest month with goods lies beyond the end of the stars: adding it alone would not let the offer in."""
    offer = offering(
        papers=(Paper("OCOP", 4, last_day(DECEMBER + 2)),),
        free=dict.fromkeys(range(DECEMBER, DECEMBER + 3), 0.0) | {DECEMBER + 4: 900.0},
    )
    match = judged(wanting(), offer)
    assert failed(match) == [Condition.QUANTITY]
    assert match.change is None
    assert rank(wanting(), [offer], Weights()).out


def test_a_month_that_the_lead_time_misses_gives_nothing() -> None:
    match = judged(wanting(), offering(lead_days=45))
    assert [each.given for each in match.months] == [0.0, 500.0, 500.0]
    assert match.values[0] == pytest.approx(2 / 3)


def test_unknown_capacity_counts_one_half_and_says_so() -> None:
    match = judged(wanting(), offering(free={DECEMBER: 500.0}))
    assert match.values[0] == pytest.approx((500 + 250 + 250) / 1500)
    assert not match.known[0]


# --- Order -----------------------------------------------------------------------------------------------------------


def test_ties_are_broken_by_coverage_then_price_then_slug() -> None:
    same = [offering(id=UUID(int=n), slug=slug) for n, slug in ((11, "b"), (12, "a"), (13, "c"))]
    assert [match.offer.slug for match in rank(wanting(), same, Weights()).matches] == ["a", "b", "c"]
    cheap = offering(id=UUID(int=14), slug="z", tiers=(Tier(0, 20_000),))
    dear = offering(id=UUID(int=15), slug="y", tiers=(Tier(0, 30_000),))
    assert [match.offer.slug for match in rank(wanting(), [dear, cheap], Weights()).matches] == ["z", "y"]


def test_without_a_ceiling_the_middle_of_the_market_is_the_measure() -> None:
    offers = [
        offering(id=UUID(int=n), slug=f"s{n}", tiers=(Tier(0, price),)) for n, price in ((1, 50_000), (2, 80_000), (3, 90_000))
    ]
    ranking = rank(wanting(ceiling=None), offers, Weights())
    assert ranking.reference == 80_000
    assert [match.offer.slug for match in ranking.matches] == ["s1", "s2", "s3"]


# --- Properties ------------------------------------------------------------------------------------------------------

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
weights = st.builds(Weights, *(st.integers(0, 10).map(float) for _ in FACTORS))
papers = st.lists(
    st.one_of(
        st.builds(Paper, st.sampled_from(KINDS), st.none(), st.none() | days, st.booleans()),
        st.builds(Paper, st.just("OCOP"), st.sampled_from((3, 4, 5)), st.none() | days),
    ),
    max_size=4,
).map(tuple)
months = st.integers(DECEMBER - 1, DECEMBER + 8)
kilograms = st.integers(0, 2000).map(float)
offers = st.builds(
    Offer,
    id=st.uuids(),
    slug=st.text("abc", min_size=1, max_size=4),
    commodity=st.none() | st.sampled_from((GOODS, UUID(int=2))),
    relevance=st.sampled_from((0.0, 0.3, 0.8, 1.0)),
    papers=papers,
    free=st.dictionaries(months, kilograms, max_size=10),
    tiers=st.lists(st.builds(Tier, st.sampled_from((0.0, 100.0, 1000.0)), st.integers(1000, 200_000)), max_size=3).map(tuple),
    hidden_tiers=st.booleans(),
    retail=st.none() | st.integers(1000, 300_000),
    least_order=st.none() | kilograms,
    lead_days=st.none() | st.integers(0, 200),
    packs_g=st.just(()),
    verified=st.booleans(),
    km=st.none() | st.integers(0, 2500),
    days=st.none(),
    reliability=st.none() | st.floats(0, 1),
    may_use_mark=st.booleans(),
)
requests = st.builds(
    Request,
    today=st.just(TODAY),
    wanted=st.dictionaries(
        st.integers(DECEMBER - 1, DECEMBER + 4), st.integers(1, 3000).map(float), min_size=1, max_size=4
    ).map(lambda wanted: tuple(Wanted(month, kg) for month, kg in sorted(wanted.items()))),
    city=st.sampled_from(("01", "79")),
    commodity=st.just(GOODS),
    words=st.just(""),
    ceiling=st.none() | st.integers(1000, 250_000),
    papers=st.lists(st.sampled_from(KINDS), unique=True, max_size=2).map(
        lambda kinds: tuple(Requirement(kind) for kind in kinds)
    ),
    min_stars=st.none() | st.sampled_from((3, 4, 5)),
    stars_through=st.none(),
    pack_g=st.none(),
    accepts=st.just(frozenset()),
    unverified_too=st.booleans(),
    mark=st.none() | st.just("mien-dong-bac-kan"),
)
markets = st.lists(offers, max_size=8, unique_by=lambda offer: offer.id)


@given(requests, offers, weights)
def test_scores_and_factors_stay_between_0_and_1(request: Request, offer: Offer, chosen: Weights) -> None:
    match = judged(request, offer, chosen)
    assert 0 <= match.score <= 1
    assert len(match.values) == len(FACTORS)
    assert all(0 <= value <= 1 for value in match.values)


@given(requests, markets, weights)
def test_a_ranking_is_a_permutation_in_an_order_that_does_not_depend_on_the_given_one(
    request: Request, market: list[Offer], chosen: Weights
) -> None:
    one, other = rank(request, market, chosen), rank(request, list(reversed(market)), chosen)
    everyone = [match.offer.id for match in (*one.matches, *one.near, *one.out)]
    assert sorted(everyone) == sorted(offer.id for offer in market)
    slugs = lambda ranking: [match.offer.slug for match in (*ranking.matches, *ranking.near, *ranking.out)]  # noqa: E731 - said once.
    assert slugs(one) == slugs(other)
    assert all(before.score >= after.score - 1e-9 for before, after in zip(one.matches, one.matches[1:], strict=False))


@given(requests, offers, weights)
def test_a_near_miss_becomes_a_match_when_its_change_is_made(request: Request, offer: Offer, chosen: Weights) -> None:
    ranking = rank(request, [offer], chosen)
    for match in ranking.near:
        assert len(match.failures) == 1
        assert match.change is not None
        assert rank(apply(request, match.change), [offer], chosen).matches
    for match in ranking.out:
        assert len(match.failures) != 1 or match.change is None


@given(requests, offers, st.integers(1, 50_000), weights)
def test_a_lower_price_never_ranks_lower(request: Request, offer: Offer, less: int, chosen: Weights) -> None:
    cheaper = replace(
        offer,
        tiers=tuple(replace(tier, price=max(1, tier.price - less)) for tier in offer.tiers),
        retail=None if offer.retail is None else max(1, offer.retail - less),
    )
    reference = float(request.ceiling or 80_000)
    before, after = judge(request, offer, chosen, reference), judge(request, cheaper, chosen, reference)
    assert after.score >= before.score - 1e-12
    assert {each.condition for each in after.failures} <= {each.condition for each in before.failures}


@given(requests, offers, kilograms, weights)
def test_more_capacity_never_ranks_lower(request: Request, offer: Offer, more: float, chosen: Weights) -> None:
    richer = replace(offer, free={month: kg + more for month, kg in offer.free.items()})
    before, after = judged(request, offer, chosen), judged(request, richer, chosen)
    assert after.score >= before.score - 1e-12
    assert {each.condition for each in after.failures} <= {each.condition for each in before.failures}


@given(requests, offers, weights, st.sampled_from(FACTORS), st.floats(0, 1), st.floats(0, 1))
def test_a_factor_without_weight_has_no_influence(
    request: Request, offer: Offer, chosen: Weights, factor: str, one: float, other: float
) -> None:
    without = replace(chosen, **{factor: 0.0})
    changed = {"distance": {"km": round(one * 2500)}, "reliability": {"reliability": one}, "relevance": {"relevance": one}}
    instead = {
        "distance": {"km": round(other * 2500)},
        "reliability": {"reliability": other},
        "relevance": {"relevance": other},
    }
    first = judged(request, replace(offer, **changed.get(factor, {})), without)
    second = judged(request, replace(offer, **instead.get(factor, {})), without)
    assert first.score == pytest.approx(second.score)
    rest = [value for name, value in zip(FACTORS, first.values, strict=True) if name != factor]
    kept = [weight for name, weight in without.named() if name != factor]
    if sum(kept):
        assert first.score == pytest.approx(sum(w * v for w, v in zip(kept, rest, strict=True)) / sum(kept), abs=1e-9)
    else:
        assert first.score == 0
