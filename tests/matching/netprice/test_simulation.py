"""The staircase adds up, a worse assumption never makes a better figure, and what is said to break even does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.netprice.inputs import NetPriceWords
from service.matching.netprice.reckoning import reckon
from service.matching.netprice.simulation import Assumptions, Freight, Part, contribution, profit, simulate

percents = st.decimals(0, 100, places=1)
money = st.integers(0, 300_000)
freights = st.builds(Freight, st.integers(0, 2500), st.integers(0, 20_000), st.decimals(1, 100, places=1), st.none() | money)
cases = st.builds(
    Assumptions,
    list_price=st.integers(1, 1_000_000), vat_percent=percents, vat_included=st.booleans(), discount_percent=percents,
    promotion_percent=percents, promotion_share_percent=percents, promotion_vnd=st.none() | money, returns_percent=percents,
    credit_days=st.integers(0, 365), yearly_rate_percent=percents, freight=freights, packaging=money,
    listing_fee=st.integers(0, 10**8), kg_per_month=st.decimals(1, 10**5, places=1), production_cost=money,
    fixed_costs=st.integers(0, 10**8),
)  # fmt: skip

# Each of these, raised, is worse for the supplier (or the same); the number is what it is raised by.
WORSE = {
    "vat_percent": percents, "discount_percent": percents, "promotion_percent": percents, "promotion_share_percent": percents,
    "returns_percent": percents, "credit_days": st.integers(0, 365), "yearly_rate_percent": percents, "packaging": money,
    "listing_fee": st.integers(0, 10**8), "production_cost": money, "fixed_costs": st.integers(0, 10**8),
}  # fmt: skip


@given(cases)
def test_the_steps_add_up_to_the_net_price(said: Assumptions) -> None:
    result = simulate(said)
    assert [step.part for step in result.steps] == list(Part)
    assert said.list_price - sum(step.amount for step in result.steps) == result.net == result.steps[-1].left
    assert all(step.amount >= 0 for step in result.steps)


@pytest.mark.parametrize("name", WORSE)
def test_a_worse_assumption_never_makes_a_better_figure(name: str) -> None:
    @given(cases, WORSE[name])
    def holds(said: Assumptions, other: object) -> None:
        one, two = sorted([getattr(said, name), other])
        good, bad = simulate(replace(said, **{name: one})), simulate(replace(said, **{name: two}))
        assert bad.net <= good.net
        assert bad.margin is not None
        assert good.margin is not None
        assert bad.margin <= good.margin
        assert profit(replace(said, **{name: two})) <= profit(replace(said, **{name: one}))

    holds()


@given(cases, st.integers(0, 300_000))
def test_a_higher_price_and_an_emptier_road_are_never_worse(said: Assumptions, more: int) -> None:
    assert simulate(replace(said, list_price=said.list_price + more)).net >= simulate(said).net
    nearer = replace(said.freight, km=0, stated=None)
    assert (
        simulate(replace(said, freight=nearer)).net >= simulate(replace(said, freight=replace(said.freight, stated=None))).net
    )


@given(cases)
def test_break_even_really_breaks_even(said: Assumptions) -> None:
    result = simulate(said)
    month = result.break_even_kg_a_month
    if month is None:
        assert contribution(said) <= 0
        assert result.never
        return
    at = Fraction(month) * contribution(said) - said.fixed_costs - Fraction(said.listing_fee, 12)
    assert at >= 0
    assert month == 0 or at - contribution(said) < 0
    year = result.break_even_kg_a_year
    assert year is not None
    owed = said.fixed_costs * 12 + said.listing_fee
    assert year * contribution(said) >= owed
    assert year == 0 or (year - 1) * contribution(said) < owed


@given(cases)
def test_the_highest_discount_pays_and_the_next_tenth_does_not(said: Assumptions) -> None:
    highest = simulate(said).highest_discount
    if highest is None:
        assert profit(replace(said, discount_percent=Decimal(0))) < 0
        return
    assert profit(replace(said, discount_percent=highest)) >= 0
    if highest < 100:
        assert profit(replace(said, discount_percent=highest + Decimal("0.1"))) < 0


@given(cases)
def test_the_table_says_what_a_simulation_of_its_own_would(said: Assumptions) -> None:
    for line in simulate(said).table:
        for cell in line.cells:
            alone = replace(said, kg_per_month=line.kg_per_month, discount_percent=cell.discount_percent)
            assert simulate(alone).profit_a_month == cell.profit


def test_figures_that_one_can_check_by_hand() -> None:
    said = Assumptions(
        list_price=80_000, discount_percent=Decimal(20), promotion_percent=Decimal(50), promotion_share_percent=Decimal(10),
        returns_percent=Decimal(0), credit_days=73, yearly_rate_percent=Decimal(10),
        freight=Freight(200, 2_500, Decimal(50)), packaging=600, listing_fee=1_200_000, kg_per_month=Decimal(100),
        production_cost=40_000, fixed_costs=1_000_000,
    )  # fmt: skip
    result = simulate(said)
    # 80,000 − 20 % = 64,000; − 50 % on a tenth = 60,800; − 10 % for a fifth of a year = 59,584; the road 200 × 2.5 ÷ ½ = 1,000.
    assert [(step.part, step.amount) for step in result.steps if step.amount] == [
        (Part.DISCOUNT, 16_000), (Part.PROMOTION, 3_200), (Part.CREDIT, 1_216), (Part.FREIGHT, 1_000), (Part.PACKAGING, 600),
        (Part.LISTING, 1_000),
    ]  # fmt: skip
    assert result.net == 56_984
    assert result.profit_a_month == 698_400
    # 17,984 đ a kilogram pay for 1,100,000 đ a month: 61.17 kg.
    assert result.break_even_kg_a_month == 62
    assert result.break_even_kg_a_year == 734


def test_without_the_cost_of_production_nothing_is_said_of_profit() -> None:
    result = simulate(Assumptions(list_price=50_000))
    assert (result.net, result.margin, result.break_even_kg_a_month, result.table) == (50_000, None, None, ())
    assert not result.never


def test_a_price_that_includes_the_tax_loses_it_first() -> None:
    said = Assumptions(list_price=105_000, vat_percent=Decimal(5), vat_included=True)
    assert simulate(said).net == 100_000
    assert simulate(replace(said, vat_included=False)).net == 105_000


def test_both_cities_are_reckoned_from_where_the_goods_are() -> None:
    near, far = reckon(NetPriceWords(price=80_000, place="02185", production=40_000))
    assert near.said.freight.km < 300
    assert far.said.freight.km > 1500
    assert near.result.net > far.result.net
    assert near.bars[0].total
    assert near.bars[-1].amount == near.result.net
    stated, _far = reckon(NetPriceWords(price=80_000, place="nowhere", km_hanoi=10, freight_hcm=0))
    assert stated.said.freight.km == 10
    assert reckon(NetPriceWords()) == []
