"""Months are counted as the law counts them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.core import clock


def test_thirty_six_months_end_on_the_same_day_or_the_last_one() -> None:
    assert clock.add_months(date(2023, 11, 22), 36) == date(2026, 11, 22)
    assert clock.add_months(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert clock.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert clock.add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(min_value=-240, max_value=240))
def test_months_never_skip_a_month(day: date, months: int) -> None:
    moved = clock.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


def test_a_frozen_day_is_today_inside_the_block() -> None:
    with clock.freeze(date(2027, 2, 6)):
        assert clock.today() == date(2027, 2, 6)
    assert clock.today() != date(2027, 2, 6)
