"""The pure part of the gap sheet: of every need and every sum, asked = awarded + missed + still open."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from service.accounts import SYSTEM, Role
from service.core.db import new_id
from service.matching.gaps import Figures, Need, figures, rules, together
from tests import market

kilograms = st.integers(0, 10_000_000).map(lambda grams: Decimal(grams) / 1000)
needs = st.builds(Need, kilograms.filter(bool), kilograms, kilograms, st.booleans())


def _adds_up(found: Figures) -> None:
    assert found.asked == found.awarded + found.missed + found.still_open
    assert all(kg >= 0 for kg in (found.offered, found.usable, found.awarded, found.beyond, found.missed, found.still_open))
    assert found.usable <= min(found.offered, found.asked)


@given(needs)
def test_a_need_adds_up(need: Need) -> None:
    found = figures(need)
    _adds_up(found)
    assert found.awarded + found.beyond == need.awarded
    assert (found.still_open if need.over else found.missed) == 0


@given(st.lists(needs, max_size=8))
def test_sums_add_up_in_any_order(many: list[Need]) -> None:
    parts = [figures(each) for each in many]
    whole = together(parts)
    _adds_up(whole)
    assert whole == together(reversed(parts))
    assert whole.asked == sum((each.asked for each in many), Decimal(0))
    # Too much for one need fills no other.
    assert whole.missed + whole.still_open == sum((max(each.asked - each.awarded, 0) for each in many), Decimal(0))


@given(st.booleans(), st.booleans(), st.integers(0, 9), st.sampled_from(Role))
def test_nobody_else_learns_what_came_of_one_buyer_s_requests(narrowed: bool, runs: bool, buyers: int, role: Role) -> None:
    reader = None if role is Role.NOBODY else market.acting(role, new_id())
    shown = rules.shows_outcome(reader, own_only=False, narrowed=narrowed, runs_round=runs, buyers=buyers)
    if shown and role is not Role.SYSTEM:
        assert buyers >= 3
        assert not narrowed or runs or role is Role.OFFICER
    assert rules.shows_outcome(reader, own_only=True, narrowed=narrowed, runs_round=runs, buyers=buyers)
    assert rules.shows_outcome(SYSTEM, own_only=False, narrowed=narrowed, runs_round=runs, buyers=buyers)
