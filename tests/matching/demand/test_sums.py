"""The pure part of joint orders: what they come to, what follows from the answers, what a kilogram costs, who gets what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.matching.demand import costs, splitting, sums
from service.matching.demand.costs import Lorry, Tier
from service.matching.demand.sums import Standing, Verdict

MONTHS = sums.months_of(date(2026, 11, 1), date(2027, 2, 1))
kilograms = st.integers(1, 5000).map(Decimal)
exact = st.integers(1, 5_000_000).map(lambda grams: Decimal(grams) / 1000)
shares = st.dictionaries(st.sampled_from(MONTHS), kilograms, max_size=4)
members = st.lists(st.builds(Standing, st.booleans(), shares), min_size=2, max_size=8)
asks = st.dictionaries(st.integers(0, 20), exact, min_size=1, max_size=9)
tiers = st.lists(st.builds(Tier, kilograms, st.integers(1000, 200_000), st.just("HTX")), max_size=5)
lorries = st.builds(Lorry, st.integers(500, 20_000).map(Decimal), st.integers(1, 2000), st.integers(1000, 100_000))


def test_months_run_from_the_first_to_the_last() -> None:
    assert [f"{month:%m/%y}" for month in MONTHS] == ["11/26", "12/26", "01/27", "02/27"]
    assert sums.months_of(MONTHS[0], MONTHS[0]) == MONTHS[:1]


@given(st.lists(shares, max_size=6), kilograms)
def test_what_has_come_and_what_is_missing_make_the_target(parts: list[dict[date, Decimal]], target: Decimal) -> None:
    total = sums.together(parts)
    missing = sums.missing(total, MONTHS, target)
    for month in MONTHS:
        had = total.get(month, Decimal(0))
        assert had + missing.get(month, Decimal(0)) == max(had, target)
    assert sums.reached(total, MONTHS, target) == (not missing)
    filled = sums.filled(total, MONTHS, target)
    assert 0 <= filled <= 1
    assert (filled == 1) == (not missing)
    assert filled == 1 - Fraction(sum(missing.values(), Decimal(0))) / (Fraction(target) * len(MONTHS))


@given(st.lists(shares, max_size=5), shares, shares, kilograms)
def test_nobody_takes_more_than_is_left(
    others: list[dict[date, Decimal]], before: dict[date, Decimal], wished: dict[date, Decimal], most: Decimal
) -> None:
    total = sums.together([*others, before])
    refused = sums.beyond(total, wished, before, most)
    for month, kg in wished.items():
        then = total.get(month, Decimal(0)) - before.get(month, Decimal(0)) + kg
        if month not in refused:
            assert then <= most or kg <= before.get(month, Decimal(0))
        else:
            assert then > most
            assert then - kg + refused[month] <= max(most, then - kg)
    assert sums.beyond(total, wished, before, None) == {}


@given(members, kilograms)
def test_the_verdict_keeps_its_promises(asked: list[Standing], target: Decimal) -> None:
    staying = [each for each in asked if each.agreed]
    follows = sums.verdict(asked, MONTHS, target)
    if follows is Verdict.TOO_FEW:
        assert len(staying) < 2
    if follows is Verdict.AGAIN:  # There is somebody to ask, and somebody has gone: so the rounds come to an end.
        assert 2 <= len(staying) < len(asked)
        assert not sums.reached(sums.together(each.share for each in staying), MONTHS, target)
    if follows is Verdict.CONFIRMED:
        full = sums.reached(sums.together(each.share for each in staying), MONTHS, target)
        assert full or len(staying) == len(asked)


@given(exact, asks)
def test_a_split_is_exact_and_never_above_an_ask(kg: Decimal, asked: dict[int, Decimal]) -> None:
    whole = sum(asked.values())
    shared = splitting.split(kg, asked)
    given_out = min(kg, whole)
    assert sum(shared.values()) == given_out
    unit = Decimal("0.001")
    for member, ask in asked.items():
        assert 0 <= shared[member] <= ask
        assert abs(Fraction(shared[member]) - Fraction(given_out) * Fraction(ask) / Fraction(whole)) < Fraction(1)
    if any(each != each.to_integral_value() for each in (kg, *asked.values())):
        for member, ask in asked.items():
            fair = Fraction(given_out) * Fraction(ask) / Fraction(whole)
            finest = Fraction(splitting._unit([kg, *asked.values()]))
            assert finest >= Fraction(unit)
            assert abs(Fraction(shared[member]) - fair) < finest


@given(st.lists(exact, max_size=6), asks)
def test_many_lines_are_shared_out_without_losing_a_gram(lines: list[Decimal], asked: dict[int, Decimal]) -> None:
    shared = splitting.split_lines(list(enumerate(lines)), asked)
    for line, kg in enumerate(lines):
        assert sum(shared.lines[line].values()) <= kg
    assert sum(lines, Decimal(0)) == sum((shared.of(member) for member in asked), Decimal(0)) + shared.surplus
    for member, ask in asked.items():
        assert 0 <= shared.of(member) <= ask
    assert shared.surplus == max(Decimal(0), sum(lines, Decimal(0)) - sum(asked.values()))


def test_equal_asks_are_served_by_name() -> None:
    assert splitting.split(Decimal(10), {"b": Decimal(5), "a": Decimal(5), "c": Decimal(5)}) == {"a": 4, "b": 3, "c": 3}
    assert splitting.split(Decimal(0), {"a": Decimal(5)}) == {"a": 0}
    assert splitting.split(Decimal(9), {"a": Decimal(0)}) == {"a": 0}


@given(kilograms, tiers, lorries, st.none() | kilograms)
def test_the_next_step_really_is_cheaper_and_the_nearest(
    kg: Decimal, offered: list[Tier], lorry: Lorry, most: Decimal | None
) -> None:
    step = costs.next_step(kg, offered, lorry, most)
    now = costs.cost(kg, offered, lorry)
    assert now is not None
    assert now.freight >= 0
    points = {point for point in (*(tier.from_kg for tier in offered), lorry.full(kg)) if point > kg}
    if step is None:
        nearer = points
    else:
        assert step.at_kg > kg
        assert step.more_kg == step.at_kg - kg
        assert most is None or step.at_kg <= most
        then = costs.cost(step.at_kg, offered, lorry)
        assert then is not None
        if now.landed is not None:
            assert then.landed is not None
            assert step.saves == now.landed - then.landed > 0
        nearer = {point for point in points if point < step.at_kg}
    for point in nearer:
        then = costs.cost(point, offered, lorry)
        assert then is not None
        if now.landed is not None and then.landed is not None and (most is None or point <= most):
            assert then.landed >= now.landed


@given(kilograms, lorries)
def test_freight_pays_for_whole_lorries_and_no_more(kg: Decimal, lorry: Lorry) -> None:
    number = lorry.number(kg)
    assert (number - 1) * lorry.load_kg < kg <= number * lorry.load_kg
    assert abs(lorry.per_kg(kg) * kg - number * lorry.km * lorry.vnd_per_km) < 1
    assert lorry.per_kg(lorry.full(kg)) <= lorry.per_kg(kg)


def test_a_bulk_price_and_a_full_lorry_each_are_a_step() -> None:
    lorry = Lorry(Decimal(5000), 150, 14_000)
    offered = [Tier(Decimal(100), 80_000, "HTX A"), Tier(Decimal(1000), 74_000, "HTX B")]
    first = costs.next_step(Decimal(700), offered, lorry)
    assert first is not None
    assert (first.at_kg, first.more_kg) == (1000, 300)
    assert first.tier == offered[1]
    assert first.saves == 6_000 + 3_000 - 2_100
    then = costs.next_step(Decimal(1000), offered, lorry)
    assert then is not None
    assert (then.at_kg, then.tier, then.saves) == (5000, None, 2_100 - 420)
    assert costs.next_step(Decimal(5000), offered, lorry) is None
    assert costs.next_step(Decimal(0), offered, lorry) is None
    assert costs.cost(Decimal(50), offered, lorry) == costs.Cost(None, 42_000)
    assert costs.assumed_vnd_per_km(Decimal(5000)) < costs.assumed_vnd_per_km(Decimal(5001)) < costs.LARGEST_ASSUMED
    assert costs.assumed_vnd_per_km(Decimal(39_000)) == costs.LARGEST_ASSUMED
