"""What earlier fairs say of a coming one: only like ones, own figures to their own, and of all only where several sold."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.core.db import new_id
from service.fairs.advice.past import ENOUGH_EXHIBITORS, Coming, Sold, alike, past_of
from service.fairs.suitability import Like

GOODS, ORGANISER, ONE = new_id(), new_id(), new_id()
HANOI = Coming("product_week", "01", frozenset({12}))


def _sold(supplier_id: UUID | None = None, *, fair: UUID | None = None, vnd: int = 8_000_000, days: int = 4) -> Sold:
    return Sold(fair or new_id(), "product_week", "01", 11, ORGANISER, new_id(), supplier_id or new_id(), GOODS, vnd, days)


def test_two_likenesses_are_needed_and_the_season_turns_with_the_year() -> None:
    assert alike(replace(_sold(), month=1), HANOI) == {Like.KIND, Like.PROVINCE, Like.SEASON}
    assert alike(replace(_sold(), month=6, province_code=None), HANOI) == {Like.KIND}
    far = [replace(_sold(ONE), month=6, province_code="79")]
    assert past_of(far, HANOI, commodity_id=GOODS, supplier_id=ONE, may_know_own=True) is None


def test_own_figures_speak_to_their_own_only() -> None:
    facts = [_sold(ONE, vnd=40_000_000), *(_sold() for _ in range(ENOUGH_EXHIBITORS))]
    own = past_of(facts, HANOI, commodity_id=GOODS, supplier_id=ONE, may_know_own=True)
    assert own is not None
    assert (own.vnd_a_day, own.own, own.fairs) == (10_000_000, True, 1)
    of_all = past_of(facts, HANOI, commodity_id=GOODS, supplier_id=ONE, may_know_own=False)
    assert of_all is not None
    assert (of_all.vnd_a_day, of_all.own) == (4_000_000, False)


def test_what_few_sold_is_not_told_to_others() -> None:
    facts = [_sold() for _ in range(ENOUGH_EXHIBITORS - 1)]
    assert past_of(facts, HANOI, commodity_id=GOODS, supplier_id=ONE, may_know_own=True) is None
    assert past_of(facts, HANOI, commodity_id=None, supplier_id=ONE, may_know_own=True) is None


@given(
    st.lists(
        st.builds(
            Sold, fair_id=st.uuids(), kind=st.sampled_from(("fair", "product_week")),
            province_code=st.sampled_from(("01", "79", None)),
            month=st.integers(1, 12), organiser_id=st.just(ORGANISER), exhibitor_id=st.uuids(),
            supplier_id=st.sampled_from((ONE, None)) | st.uuids(), commodity_id=st.just(GOODS),
            vnd=st.integers(0, 10**9), booth_days=st.integers(0, 12),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_the_figure_lies_between_the_least_and_the_most_that_was_sold(facts: list[Sold]) -> None:
    found = past_of(facts, HANOI, commodity_id=GOODS, supplier_id=ONE, may_know_own=False)
    if found is None:
        return
    rates = [each.vnd / each.booth_days for each in facts if each.booth_days and len(alike(each, HANOI)) >= 2]
    assert min(rates) - 1 <= found.vnd_a_day <= max(rates) + 1
    assert len({each.exhibitor_id for each in facts}) >= ENOUGH_EXHIBITORS
    assert len(found.like) <= 3
