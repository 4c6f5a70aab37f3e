"""Which fair suits which product: season, stock, buyers, what was sold before, stars and road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fairs.reasons import reasons
from service.fairs.suitability import Goods, Like, Occasion, Past, Season, available_kg, season_at, suit

TET = Occasion(date(2026, 12, 10), date(2026, 12, 13))
MIEN = Goods(
    season_months=frozenset((10, 11, 12, 1)), shelf_life_days=365, stock_kg=500, stock_on=date(2026, 11, 20), capacity_kg=300,
    stars=4, stars_until=date(2028, 1, 1), km=180, buyers=("Siêu thị A", "Khách sạn B"),
    past=Past(9_000_000, 2, own=False, like=frozenset({Like.KIND, Like.PROVINCE})),
)  # fmt: skip


def test_goods_in_season_with_stock_and_buyers_suit_best() -> None:
    found = suit(TET, MIEN)
    assert found.fits
    assert found.season is Season.IN
    assert (found.available_kg, found.needed_kg) == (800, 200)
    assert found.score > 0.85


@pytest.mark.parametrize(
    ("goods", "season"),
    [
        (Goods(season_months=frozenset((12,))), Season.IN),
        (Goods(season_months=frozenset((11,)), shelf_life_days=30), Season.KEEPS),
        (Goods(season_months=frozenset((11,)), shelf_life_days=5), Season.OUT),
        (Goods(season_months=frozenset((1, 2)), shelf_life_days=400), Season.KEEPS),
        (Goods(season_months=frozenset((5, 6))), Season.OUT),
        (Goods(), Season.UNKNOWN),
    ],
)
def test_the_season_of_goods_that_keep_lasts_longer(goods: Goods, season: Season) -> None:
    assert season_at(TET, goods) is season


def test_old_or_spoilt_stock_is_not_brought() -> None:
    assert available_kg(TET, Goods(stock_kg=100, stock_on=date(2026, 12, 1), shelf_life_days=5)) == 0
    assert available_kg(TET, Goods(stock_kg=100, stock_on=date(2026, 12, 1), shelf_life_days=60)) == 100
    assert available_kg(TET, Goods(stock_kg=100, stock_on=date(2026, 1, 1))) is None
    assert available_kg(TET, Goods()) is None
    assert available_kg(TET, Goods(capacity_kg=0)) == 0


def test_nothing_to_sell_does_not_fit_and_unknown_may() -> None:
    assert not suit(TET, Goods(season_months=frozenset((5,)), capacity_kg=0)).fits
    assert not suit(TET, Goods(season_months=frozenset((5,)))).fits
    assert suit(TET, Goods()).fits
    assert suit(TET, Goods(season_months=frozenset((5,)), stock_kg=50, stock_on=date(2026, 12, 1), shelf_life_days=90)).fits


def test_the_reasons_say_it_in_words() -> None:
    line = " · ".join(reason.text for reason in reasons(TET, MIEN, suit(TET, MIEN))).replace("\u00a0", " ")
    assert line == (
        "đúng mùa · có 800 kg, đủ bán 4 ngày (ước cần 200 kg) · người mua sẽ có mặt: Siêu thị A, Khách sạn B · "
        "mặt hàng này từng bán 9.000.000 đ mỗi gian mỗi ngày ở 2 hội chợ trước (cùng loại, cùng tỉnh) · 4 sao · "
        "cách khoảng 180 km đường bộ"
    )
    bare = Goods(stars=3, stars_until=date(2026, 12, 11))
    tones = [reason.tone for reason in reasons(TET, bare, suit(TET, bare))]
    assert tones == ["unknown", "unknown", "short", "unknown", "bad"]


def test_a_fair_over_the_turn_of_the_year_falls_into_both_months() -> None:
    assert Occasion(date(2026, 12, 30), date(2027, 1, 3)).months == {12, 1}
    assert Occasion(date(2018, 1, 1), date(2018, 12, 31)).months == frozenset(range(1, 13))


goods = st.builds(
    Goods,
    season_months=st.frozensets(st.integers(1, 12), max_size=6),
    shelf_life_days=st.none() | st.integers(1, 900),
    stock_kg=st.none() | st.floats(0, 5000),
    stock_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    capacity_kg=st.none() | st.floats(0, 5000),
    stars=st.none() | st.integers(3, 5),
    stars_until=st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    km=st.none() | st.integers(0, 2500),
    buyers=st.lists(st.text(min_size=1, max_size=5), max_size=5).map(tuple),
)
occasions = st.tuples(st.dates(date(2018, 1, 1), date(2028, 1, 1)), st.integers(0, 400)).map(
    lambda pair: Occasion(pair[0], date.fromordinal(pair[0].toordinal() + pair[1]))
)


@given(occasions, goods)
def test_scores_stay_between_0_and_1_and_every_fair_has_reasons(occasion: Occasion, brought: Goods) -> None:
    found = suit(occasion, brought)
    assert 0 <= found.score <= 1
    assert len(reasons(occasion, brought, found)) >= 3


@given(occasions, goods, st.text(min_size=1, max_size=5))
def test_another_buyer_never_makes_a_fair_worse(occasion: Occasion, brought: Goods, name: str) -> None:
    assert suit(occasion, replace(brought, buyers=(*brought.buyers, name))).score >= suit(occasion, brought).score


@given(occasions, goods, st.floats(1, 500))
def test_more_capacity_never_makes_a_fair_worse(occasion: Occasion, brought: Goods, more: float) -> None:
    if brought.capacity_kg is not None:
        richer = suit(occasion, replace(brought, capacity_kg=brought.capacity_kg + more))
        assert richer.score >= suit(occasion, brought).score - 1e-12
        assert richer.fits
