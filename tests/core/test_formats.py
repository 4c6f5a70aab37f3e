"""How numbers, money, weights and dates are written and read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import formats
from service.core.i18n import speaking


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("85000", 85_000), ("85.000", 85_000), ("85,000", 85_000), ("1,200,000", 1_200_000), ("85.000 đ", 85_000),
        ("85.000 đ/kg", 85_000), ("85k", 85_000),
        ("8k5", 8_500), ("1tr2", 1_200_000), ("1,5 triệu", 1_500_000), ("1.5 triệu", 1_500_000), ("2 tỷ", 2_000_000_000),
        ("76.000.000 VND", 76_000_000), ("120 nghìn đồng", 120_000), ("120 ngàn", 120_000), (" 0 ", 0),
    ],
)  # fmt: skip
def test_money_is_read_as_people_type_it(typed: str, value: int) -> None:
    assert formats.parse_vnd(typed) == value


@pytest.mark.parametrize("typed", ["", "đ", "nhiều", "8k5k", "1,5", "1.2.3", "12 quả", "١٢", "1e9", "9" * 40])
def test_money_that_cannot_be_read_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[a-zà-ỹ]"):
        formats.parse_vnd(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("500", "500"), ("500kg", "500"), ("1,5 tấn", "1500"), ("1.5 tan", "1500"), ("2 tạ", "200"), ("3 yến", "30"),
        ("5 lạng", "0.5"), ("300 g", "0.3"), ("1.200", "1200"), ("1.200,5 kg", "1200.5"), ("20 cân", "20"), ("20 ký", "20"),
    ],
)  # fmt: skip
def test_weights_are_read_in_the_units_of_the_trade(typed: str, value: str) -> None:
    assert formats.parse_kg(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["22/11/2026", "22-11-2026", "22.11.2026", "2026-11-22"])
def test_dates_are_read_as_people_type_them(typed: str) -> None:
    assert formats.parse_day(typed) == date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["31/02/2026", "11/22/2026", "hôm nay", "22/11/26", ""])
def test_dates_that_do_not_exist_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[a-zà-ỹ]"):
        formats.parse_day(typed)


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_money_is_read_back_as_it_was_written(value: int) -> None:
    for language in ("vi", "en"):
        with speaking(language):
            assert formats.parse_vnd(formats.vnd(value)) == value


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=3), st.sampled_from(["vi", "en"]))
def test_a_number_is_read_back_as_it_was_written(value: Decimal, language: str) -> None:
    with speaking(language):
        assert formats.parse_number(formats.number(value)) == value
        assert formats.parse_number(formats.plain_number(value)) == value


@pytest.mark.parametrize(
    ("typed", "vietnamese", "english"),
    [
        ("1.200", "1200", "1.2"),
        ("1,200", "1.2", "1200"),
        ("0.500", "0.5", "0.5"),
        ("0,500", "0.5", "0.5"),
        ("1.200.000", "1200000", "1200000"),
        ("1,200,000", "1200000", "1200000"),
        ("1.234,5", "1234.5", "1234.5"),
        ("1,234.5", "1234.5", "1234.5"),
        ("12.5", "12.5", "12.5"),
        ("1500", "1500", "1500"),
    ],
)
def test_marks_are_read_as_the_language_of_the_page_has_them(typed: str, vietnamese: str, english: str) -> None:
    assert formats.parse_number(typed) == Decimal(vietnamese)
    with speaking("en"):
        assert formats.parse_number(typed) == Decimal(english)


@given(st.text(max_size=30))
def test_nothing_typed_breaks_a_reader(typed: str) -> None:
    for read in (formats.parse_vnd, formats.parse_kg, formats.parse_day, formats.parse_number, formats.parse_phone):
        try:
            read(typed)
        except ValueError as refusal:
            assert str(refusal)  # noqa: PT017 - most of what is drawn is refused, some of it is read.


def test_figures_are_written_for_the_reader() -> None:
    assert formats.vnd(1_234_567) == "1.234.567\u00a0đ"
    assert formats.kg(Decimal("1500.00")) == "1,5\u00a0tấn"
    assert formats.kg(Decimal("850.50")) == "850,5\u00a0kg"
    assert formats.month(date(2026, 12, 1)) == "T12/2026"
    assert formats.day(date(2026, 11, 22)) == "22/11/2026"
    assert formats.phone("+84912345678") == "0912 345 678"
    with speaking("en"):
        assert formats.vnd(1_234_567) == "1,234,567\u00a0đ"
        assert formats.month(date(2026, 12, 1)) == "Dec 2026"


def test_a_phone_number_is_kept_in_one_form() -> None:
    assert formats.parse_phone("0912 345 678") == formats.parse_phone("+84 912.345.678") == "+84912345678"
    with pytest.raises(ValueError, match="điện thoại"):
        formats.parse_phone("0123456789")
