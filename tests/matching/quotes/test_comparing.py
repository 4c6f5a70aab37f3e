"""What a kilogram costs delivered, and the best split: properties that hold for every price and every set of quotes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from service.core.db import new_id
from service.matching.quotes.comparing import RATE, Choice, Conditions, best_split, cheapest, landed

PRICES = st.integers(1, 100_000_000)
PERCENT = st.decimals(0, 100, places=2)
DAYS = st.integers(0, 365)
TERMS = st.builds(
    Conditions, delivered=st.booleans(), freight=st.integers(0, 100_000), credit_days=DAYS, deposit_percent=PERCENT,
    discount_percent=PERCENT, lead_days=DAYS,
)  # fmt: skip
RATES = st.decimals(0, 50, places=1)
MONTHS = (date(2026, 12, 1), date(2027, 1, 1))


def test_a_price_is_worked_out_step_by_step() -> None:
    terms = Conditions(
        delivered=False, freight=2_500, credit_days=30, deposit_percent=Decimal(20), discount_percent=Decimal(3), lead_days=10
    )
    found = landed(80_000, terms, Decimal(9))
    # 80.000 − 2.400 = 77.600; 62.080 × 9 % × 30/365 = 459,2; 15.520 × 9 % × 10/365 = 38,3.
    assert (found.discount, found.net, found.freight, found.credit, found.deposit) == (2_400, 77_600, 2_500, 459, 38)
    assert found.total == 77_600 + 2_500 - 459 + 38


@given(PRICES, TERMS, RATES)
def test_the_total_is_the_sum_of_what_is_shown_and_never_below_half_of_the_net(
    price: int, terms: Conditions, rate: Decimal
) -> None:
    found = landed(price, terms, rate)
    assert found.total == found.price - found.discount + found.freight - found.credit + found.deposit
    assert 0 <= found.net <= price
    assert found.total >= found.net // 2 - 1  # A year's credit at the highest rate.


@given(PRICES, TERMS)
def test_where_money_costs_nothing_only_goods_and_road_are_paid(price: int, terms: Conditions) -> None:
    found = landed(price, terms, Decimal(0))
    assert found.total == found.net + (0 if terms.delivered else terms.freight)


@given(PRICES, TERMS, RATES, DAYS, DAYS)
def test_longer_credit_never_costs_more_and_a_larger_advance_never_less(
    price: int, terms: Conditions, rate: Decimal, days: int, more: int
) -> None:
    short, long = sorted((days, more))
    assert (
        landed(price, replace(terms, credit_days=long), rate).total
        <= landed(price, replace(terms, credit_days=short), rate).total
    )
    without = landed(price, replace(terms, deposit_percent=Decimal(0)), rate)
    assert landed(price, replace(terms, deposit_percent=Decimal(100)), rate).total >= without.total


@given(PRICES, TERMS, RATES, PERCENT, PERCENT)
def test_a_larger_discount_never_makes_the_goods_dearer(
    price: int, terms: Conditions, rate: Decimal, one: Decimal, two: Decimal
) -> None:
    small, large = sorted((one, two))
    assert (
        landed(price, replace(terms, discount_percent=large), rate).net
        <= landed(price, replace(terms, discount_percent=small), rate).net
    )


@given(PRICES, PRICES, TERMS)
def test_by_the_same_terms_the_dearer_stays_the_dearer(one: int, two: int, terms: Conditions) -> None:
    low, high = sorted((one, two))
    assert landed(low, terms, RATE).total <= landed(high, terms, RATE).total


CHOICES = st.lists(
    st.builds(
        Choice, quote_id=st.builds(new_id), product_id=st.builds(new_id), month=st.sampled_from(MONTHS),
        kg=st.integers(1, 4).map(Decimal), cost=st.integers(1, 5),
    ), max_size=5,
)  # fmt: skip
ASKED = st.fixed_dictionaries({month: st.integers(0, 6).map(Decimal) for month in MONTHS})


@given(ASKED, CHOICES)
def test_the_best_split_fills_all_that_can_be_filled_and_no_other_way_costs_less(
    asked: dict[date, Decimal], choices: list[Choice]
) -> None:
    taken = best_split(asked, choices)
    by_line = {(each.quote_id, each.product_id, each.month): each for each in choices}
    assert all(0 < kg <= by_line[line].kg for line, kg in taken.items())
    for month in MONTHS:
        offered = sum((each.kg for each in choices if each.month == month), Decimal(0))
        filled = sum((kg for line, kg in taken.items() if line[2] == month), Decimal(0))
        assert filled == min(asked[month], offered)
    cost = sum(kg * by_line[line].cost for line, kg in taken.items())
    full = sum(taken.values(), Decimal(0))
    for amounts in product(*(range(int(each.kg) + 1) for each in choices)):
        of_month = {month: sum(a for a, each in zip(amounts, choices, strict=True) if each.month == month) for month in MONTHS}
        if any(of_month[month] > asked[month] for month in MONTHS) or sum(amounts) != full:
            continue
        assert cost <= sum(amount * each.cost for amount, each in zip(amounts, choices, strict=True))


@given(ASKED, CHOICES)
def test_the_split_does_not_depend_on_the_order_of_the_quotes(asked: dict[date, Decimal], choices: list[Choice]) -> None:
    assert best_split(asked, choices) == best_split(asked, choices[::-1])


@given(CHOICES)
def test_the_cheapest_of_a_month_is_one_of_its_own(choices: list[Choice]) -> None:
    for month, cost in cheapest(choices).items():
        assert cost == min(each.cost for each in choices if each.month == month)
