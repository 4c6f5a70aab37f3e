"""The terms of a share: whatever the solver deals out, the price that was reckoned is the price of that order."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.core.db import new_id
from service.matching.pooling import frozen as frozen_lots
from service.matching.pooling import terms
from service.matching.pooling.frozen import Candidate, Freight, Frozen, Milder, Out, whole_months
from service.matching.ranking import Offer, Tier

TIERS = st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 100_000)), max_size=4, unique_by=lambda each: each[0])
REACH = st.lists(st.integers(0, 3000), min_size=1, max_size=12)


@given(TIERS, REACH, st.none() | st.integers(1, 100_000), st.none() | st.integers(1, 100_000))
def test_a_share_of_the_least_size_and_more_has_the_price_that_was_reckoned(
    tiers: list[tuple[int, int]], reach: list[int], retail: int | None, ceiling: int | None
) -> None:
    offer = Offer(new_id(), "x", tiers=tuple(Tier(float(kg), price) for kg, price in tiers), retail=retail)
    found = terms.terms_of_price(offer, reach, ceiling)
    if found is None:
        assert retail is None
        return
    price, from_kg = found
    if from_kg is None:
        assert price == retail
        return
    # The tier is a real one, and every share from there on reaches it.
    assert (from_kg, price) in tiers
    # Where it is not too dear it costs nobody a month, unless only a larger order is within the ceiling.
    free = [kg for kg in reach if kg]
    if free and from_kg > min(free):
        assert ceiling is not None
        assert price <= ceiling
        assert all(kg > min(free) or other > ceiling for kg, other in tiers)


@given(st.lists(st.integers(1, 60_000), max_size=4), st.none() | st.integers(1, 60_000))
def test_shares_come_out_in_whole_packs(packs: list[int], wanted: int | None) -> None:
    multiple = terms.multiple_of(packs, wanted)
    assert 1 <= multiple <= terms.LARGEST_PACK_KG
    grams = wanted if wanted is not None else min(packs, default=1000)
    assert multiple * 1000 % grams == 0 or multiple == 1


def _candidate(name: str, price: int) -> Candidate:
    return Candidate(
        id=name, slug=name, name=name, name_en=None, supplier_id="s" + name, supplier_slug=name, supplier=name,
        legal_form="cooperative", place="", illustrative=False, stars=3, quality=0.5, price=price, from_kg=100, freight=900,
        free_kg=(500, 0), least_share_kg=100, multiple_kg=5, may_use_mark=True, pack_fits=True,
        unknowns=({"vi": "chưa rõ", "en": "unknown"},),
    )  # fmt: skip


def _frozen(price: int = 60_000, name: str = "A") -> Frozen:
    return Frozen(
        months=(date(2026, 12, 1), date(2027, 1, 1)), demand_kg=(400, 300), ceiling=70_000, most_suppliers=5, mark=None,
        candidates=(_candidate(name, price),),
        milder=(Milder("stars:3", {"vi": "3"}, {"min_stars": "3"}, (_candidate("B", 1),)),),
        out=(Out("c", "C", "c", "C", {"vi": "vì"}),), others=2, freight=Freight(None, None, 1, 2, 3, None),
        pinned={name: (200, None)}, required=(name,), previous={name: (100, 0)},
    )  # fmt: skip


def test_a_frozen_question_is_read_back_as_it_was() -> None:
    kept = json.loads(json.dumps(_frozen().document()))
    again = frozen_lots.read(kept)
    assert again == _frozen()
    assert again.problem() == _frozen().problem()
    assert again.digest() == _frozen().digest()


def test_another_price_is_another_question_and_another_name_is_not() -> None:
    assert _frozen(60_001).digest() != _frozen().digest()
    renamed = frozen_lots.read({**_frozen().document(), "out": [], "others": 9})
    assert renamed.digest() == _frozen().digest()


@given(st.dictionaries(st.integers(0, 11), st.integers(1, 9000), min_size=1))
def test_the_months_of_a_lot_run_through_and_ask_nothing_in_a_gap(asked: dict[int, int]) -> None:
    days = {date(2026 + (10 + ahead) // 12, (10 + ahead) % 12 + 1, 1): kg for ahead, kg in asked.items()}
    months, demand = whole_months((day, float(kg)) for day, kg in days.items())
    assert months[0] == min(days)
    assert months[-1] == max(days)
    assert sum(demand) == sum(days.values())
    assert all(kg == days.get(day, 0) for day, kg in zip(months, demand, strict=True))
