"""The pure parts: terms of papers, barcode digits, typed cells, the strip, what a product lacks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue import gtin, kinds, queries, rules
from service.catalogue.sheets import cells
from service.core import clock

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("stars", "day", "level"),
    [
        (3, date(2022, 5, 1), "province"),
        (3, date(2023, 2, 23), "province"),
        (3, date(2023, 2, 24), "district"),
        (3, date(2025, 7, 5), "district"),
        (3, date(2025, 7, 6), "province"),
        (4, date(2024, 1, 1), "province"),
        (5, date(2024, 1, 1), "ministry"),
        (3, date(2019, 1, 1), None),
        (3, None, None),
        (None, TODAY, None),
    ],
)
def test_who_grades_is_data_by_the_day(stars: int | None, day: date | None, level: str | None) -> None:
    assert kinds.level_of(stars, day) == level


@given(st.dates(date(2019, 8, 21), date(2100, 1, 1)))
def test_an_ocop_certificate_holds_to_its_last_day_and_not_one_longer(issued: date) -> None:
    last = kinds.last_valid_day("OCOP", issued, None)
    assert last is not None
    assert last == clock.add_months(issued, 36)
    assert kinds.counts(kinds.standing("OCOP", issued, last, last))
    assert not kinds.counts(kinds.standing("OCOP", issued, last, last + timedelta(days=1)))


def test_papers_without_an_end_are_told_apart() -> None:
    assert kinds.standing("TCB", TODAY, None, TODAY) == "endless"
    assert kinds.standing("ATTP", None, None, TODAY) == "unknown"
    assert kinds.last_valid_day("ATTP", TODAY, None) is None


@given(st.text("0123456789", min_size=7, max_size=13).filter(lambda body: len(body) in (7, 11, 12, 13)))
def test_every_wrong_last_digit_of_a_barcode_is_found(body: str) -> None:
    right = gtin.check_digit(body)
    assert gtin.checked_gtin(f"{body}{right}") == f"{body}{right}"
    for digit in set(range(10)) - {right}:
        with pytest.raises(ValueError, match=str(right)):
            gtin.checked_gtin(f"{body}{digit}")


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_of_a_barcode_is_found(body: str, place: int, by: int) -> None:
    code = f"{body}{gtin.check_digit(body)}"
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(ValueError, match=r"\d"):
        gtin.checked_gtin(wrong)


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (cells.months, "11,12,1", (11, 12, 1)),
        (cells.months, "T10–T1", (10, 11, 12, 1)),
        (cells.months, "tháng 3 - 5; 9", (3, 4, 5, 9)),
        (cells.months, "Quanh năm", tuple(range(1, 13))),
        (cells.months, 11, (11,)),
        (cells.stars, "★★★★", 4),
        (cells.stars, "OCOP 3 sao", 3),
        (cells.stars, "5", 5),
        (cells.stars, 0, None),
        (cells.shelf_life, "12 tháng", 365),
        (cells.shelf_life, "2 năm", 730),
        (cells.shelf_life, "90 ngày", 90),
        (cells.grams, "0,5 kg", 500),
        (cells.grams, "1.200", 1200),
        (cells.grams, 250.0, 250),
        (cells.grams_in, "Túi 500 g", 500),
        (cells.grams_in, "hộp 12 x 30g", 360),
        (cells.grams_in, "Thùng 20 túi × 500 g", 10_000),
        (cells.grams_in, "Bao 1,5kg", 1500),
        (cells.grams_in, "Chai 500 ml", None),
        (cells.grams_in, "Gói 100 g tặng 20 g", None),
        (cells.kilograms, "1,5 tấn", Decimal(1500)),
        (cells.kilograms, 1.2, Decimal("1.2")),
        (cells.kilograms, "1.200", Decimal(1200)),
        (cells.dong, "85k", 85_000),
        (cells.dong, 85_000.0, 85_000),
        (cells.day, 45870, date(2025, 8, 1)),
        (cells.day, "2025-08-01", date(2025, 8, 1)),
        (cells.day, "1/8/2025", date(2025, 8, 1)),
        (cells.phone, 912345678, "+84912345678"),
        (cells.tax_code, 100047516, "0100047516"),
        (cells.tax_code, "0100047516001", "0100047516-001"),
        (cells.website, "htx.vn", "https://htx.vn"),
        (cells.legal_form, "HTX", "cooperative"),
        (cells.legal_form, "household", "household"),
        (cells.legal_form, "CÔNG TY CỔ PHẦN", "enterprise"),
    ],
)
def test_cells_are_read_as_people_write_them(read: Any, typed: Any, value: Any) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (cells.months, "13"),
        (cells.months, "0"),
        (cells.months, 11.12),
        (cells.months, "mùa xuân"),
        (cells.stars, "2"),
        (cells.stars, "6 sao"),
        (cells.grams, "0"),
        (cells.grams, -5),
        (cells.kilograms, "-1"),
        (cells.dong, 0),
        (cells.dong, 1.5),
        (cells.day, 12),
        (cells.day, "31/2/2025"),
        (cells.tax_code, "123"),
        (cells.website, "javascript:alert(1)"),
        (cells.website, "http://a b.vn"),
        (cells.email, "a@b"),
        (cells.phone, "0123456789"),
        (cells.legal_form, "câu lạc bộ"),
        (cells.decimal, True),
        (cells.past_day, "1/1/2999"),
    ],
)
def test_cells_that_are_wrong_are_refused(read: Any, typed: Any) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(typed)


def test_a_month_that_nobody_declared_is_read_from_the_newest_year_and_says_so() -> None:
    strip = queries.cells([(2025, 1, 5.0), (2026, 11, 10.0), (2026, 2, 20.0)], [11, 12], TODAY)
    assert [(cell.year, cell.month) for cell in strip][:3] == [(2026, 11), (2026, 12), (2027, 1)]
    by_month = {cell.month: cell for cell in strip}
    assert (by_month[11].capacity, by_month[11].borrowed_from, by_month[11].season) == (10.0, None, True)
    assert (by_month[2].capacity, by_month[2].borrowed_from) == (20.0, 2026)
    assert (by_month[1].capacity, by_month[12].capacity) == (None, None)
    assert len(strip) == 12


def filled(**said: Any) -> rules.Filled:
    full: dict[str, Any] = {
        "has_description": True,
        "has_category": True,
        "has_pack": True,
        "has_price": True,
        "has_wholesale": True,
        "has_season": True,
        "capacity_years": (2026,),
        "papers": (),
    }
    return rules.Filled(**{**full, **said})


def test_what_is_missing_stands_most_urgent_first() -> None:
    assert rules.missing(filled(), TODAY) == []
    expired = rules.Paper("OCOP", date(2020, 1, 1), date(2023, 1, 1))
    renewed = rules.Paper("OCOP", date(2025, 8, 1), date(2028, 8, 1))
    soon = rules.Paper("ATTP", None, date(2026, 12, 1))
    gaps = rules.missing(filled(has_pack=False, capacity_years=(), papers=(expired, soon), has_description=False), TODAY)
    assert [gap.part for gap in gaps] == ["capacity", "certificates", "certificates", "packs", "product"]
    later = rules.Paper("ATTP", None, date(2027, 1, 20))
    gaps = rules.missing(filled(has_pack=False, has_price=False, papers=(later,)), TODAY)
    assert [(gap.part, gap.urgency) for gap in gaps] == [("packs", 1), ("certificates", 1), ("packs", 2)]
    assert rules.missing(filled(papers=(expired, renewed)), TODAY) == []
    assert [gap.part for gap in rules.missing(filled(capacity_years=(2025,)), TODAY)] == ["capacity"]
