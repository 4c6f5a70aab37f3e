"""What the demo's sheets say: believable, complete, about nobody real, and the same every time."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import catalogue, demo
from service.catalogue import LegalForm
from service.core import places
from service.core.text import fold
from service.demo import calendar, facts, many, needs, products, suppliers, tables
from service.matching import BuyerKind, RequestState, Visibility

TODAY = date(2026, 11, 22)
FOLDER = Path(demo.__file__).parent
ROWS = products.rows(TODAY)
MAKERS = suppliers.rows(TODAY)
CATALOGUE_DATA = Path(catalogue.__file__).parent / "data"

# People whom the sources name, as digests of their folded names, so that nobody is named here either.
PEOPLE = frozenset({
    "29625d1e6c5985a0", "34417bd198fbf852", "4490524d653f42e2", "612fa7ca2cb761a7",
    "6c447aa03fd74e1b", "7e5e509f2054ea1f", "85aca2657d506a21", "d5cf9c5e84f451fc",
})  # fmt: skip
# Makers that exist; the invented ones must not borrow their names.
REAL = (
    "Tài Hoan", "Việt Cường", "Huấn Liên", "Chính Tuyển", "Nhất Thiện", "Phượng Minh", "Tân Thành", "Nông sản Bắc Kạn",
    "Bắc Hà", "Hà Diệp", "Asuka", "Dakimo", "Ngọc Thắng", "Thanh Tâm", "Nhung Lũy", "20/10", "Huyền Nga", "Misaki",
    "Thanh niên Như Cố", "Bản Cháo", "Thành Đạt", "Pắc San", "Mạnh Minh", "Tân Dân", "Saigon Co.op", "Co.opmart",
    "Winmart", "Bách Hóa Xanh", "Lotte",
)  # fmt: skip
CLAIMS = ("chữa", "điều trị", "đặc trị", "khỏi bệnh", "ung thư", "thần dược")


def reference(name: str, column: str) -> set[str]:
    with (CATALOGUE_DATA / name).open(encoding="utf-8", newline="") as sheet:
        return {line[column] for line in csv.DictReader(sheet, delimiter="\t", quoting=csv.QUOTE_NONE)}


def everything_written() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in FOLDER.rglob("*") if file.suffix in {".tsv", ".py"}}


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def test_nobody_of_the_sources_is_named() -> None:
    for file, written in everything_written().items():
        words = re.sub(r"[^\w]+", " ", fold(written)).split()
        for length in (2, 3):
            for first in range(len(words) - length + 1):
                assert digest(" ".join(words[first : first + length])) not in PEOPLE, file


@pytest.mark.parametrize("name", REAL)
def test_no_invented_row_borrows_a_real_name(name: str) -> None:
    for row in (*MAKERS, *ROWS):
        assert name.lower() not in row.name.lower()
    for buyer in needs.buyers(TODAY).values():
        assert name.lower() not in buyer.name.lower()


def test_no_health_claims_and_no_alcohol_without_the_age() -> None:
    for row in ROWS:
        said = f"{row.name} {row.description}".lower()
        assert not any(claim in said for claim in CLAIMS), row.name
        if row.category_code and row.category_code.startswith("II.1"):
            assert "đủ 18 tuổi" in (row.description or ""), row.name


def test_suppliers_of_all_forms_in_all_communes() -> None:
    assert len(MAKERS) >= 60
    assert {row.legal_form for row in MAKERS} == {form.value for form in LegalForm}
    assert {row.commune_code for row in MAKERS} == {place.code for place in places.communes("06")}
    assert len({row.code for row in MAKERS}) == len({row.name for row in MAKERS}) == len(MAKERS)
    for row in MAKERS:
        assert row.illustrative
        assert row.source is None
        assert row.phone is None  # An invented number would ring somewhere.
        assert row.tax_code is None
        assert row.email
        assert row.email.endswith(".example")
        assert row.story
        assert row.name_en


def test_the_old_address_of_every_supplier_finds_its_commune() -> None:
    for row in MAKERS:
        assert row.address
        assert [place.code for place in places.find(row.address)] == [row.commune_code], row.name


def test_marks_are_used_inside_their_area() -> None:
    with (CATALOGUE_DATA / "marks.tsv").open(encoding="utf-8", newline="") as sheet:
        areas = {line["slug"]: line["commune_codes"] for line in csv.DictReader(sheet, delimiter="\t", quoting=csv.QUOTE_NONE)}
    users = [(row, mark) for row in MAKERS for mark in row.marks]
    assert len(users) >= 15
    for row, mark in users:
        assert row.commune_code in areas[mark].split("|"), row.name


def test_products_over_the_sub_groups_that_make_sense() -> None:
    assert len(ROWS) >= 300
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert {row.category_code for row in ROWS if row.category_code} >= reference("categories.tsv", "code") - {"I.6", "V.3"}
    assert {row.category_code for row in ROWS} - {None} <= reference("categories.tsv", "code")
    assert {row.commodity for row in ROWS} - {None} <= reference("commodities.tsv", "slug")
    assert {row.supplier_code for row in ROWS} == {row.code for row in MAKERS}
    for row in ROWS:
        assert row.illustrative
        assert row.source is None
        assert row.name_en
        assert row.description
        assert set(row.season_months or ()) <= set(range(1, 13))
        for _year, months in row.capacity:
            assert len(months) == 12


def test_prices_hang_together() -> None:
    for row in ROWS:
        cheapest = min((pack.retail_price_vnd * 1000 / pack.net_weight_g for pack in row.packs
                        if pack.retail_price_vnd and pack.net_weight_g), default=None)  # fmt: skip
        prices = [price for _from, price in row.tiers]
        assert prices == sorted(prices, reverse=True), row.name
        if prices and cheapest:
            assert prices[0] < cheapest * 1.06, f"{row.name}: wholesale {prices[0]}, retail {cheapest:.0f}"
            assert prices[0] > cheapest * 0.4, f"{row.name}: wholesale {prices[0]}, retail {cheapest:.0f}"


def test_supply_is_small_and_peaks_before_tet() -> None:
    usual = [row for row in ROWS if row.commodity == "mien-dong" and row.capacity]
    for row in usual:
        _year, months = row.capacity[0]
        assert max(months[11], months[0]) == max(months)  # type: ignore[type-var] # No month is empty here.
        assert 30 <= (months[5] or 0) <= 900
    assert len(usual) >= 12


def test_some_things_are_missing_on_purpose() -> None:
    assert any(pack.retail_price_vnd is None for row in ROWS for pack in row.packs)
    assert any(not row.capacity for row in ROWS)
    assert any(not row.certificates for row in ROWS)
    assert {row.state for row in ROWS} == {None, "draft", "submitted", "returned"}
    assert {row.state for row in MAKERS} == {None, "draft", "submitted", "returned"}
    assert any(row.verified_on is None for row in MAKERS)
    assert {row.wholesale_public for row in MAKERS} == {True, False}


def test_papers_are_valid_running_out_and_over() -> None:
    papers = [paper for row in (*MAKERS, *ROWS) for paper in row.certificates]
    ends = [(paper.valid_to - TODAY).days for paper in papers if paper.valid_to]
    assert sum(end < 0 for end in ends) >= 8
    for least, most in ((0, 20), (21, 80), (81, 170)):
        assert any(least <= end <= most for end in ends), (least, most)
    assert {paper.stars for paper in papers if paper.stars} == {3, 4, 5}
    assert all("minh họa" in (paper.issuer or "minh họa") for paper in papers)


def test_barcodes_are_of_the_range_kept_for_shops_and_add_up() -> None:
    codes = [pack.gtin for row in ROWS for pack in row.packs if pack.gtin]
    assert len(codes) > 50
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert code.startswith("20")
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code)) % 10 == 0


def test_buyers_of_all_kinds_in_both_cities() -> None:
    buyers = needs.buyers(TODAY)
    assert len(buyers) >= 30
    assert {buyer.kind for buyer in buyers.values()} == set(BuyerKind)
    assert {buyer.province_code for buyer in buyers.values()} == {places.HANOI, places.HO_CHI_MINH_CITY}
    assert all(buyer.illustrative and buyer.about for buyer in buyers.values())
    assert any(buyer.verified_on is None for buyer in buyers.values())


def test_requests_of_every_state_around_today() -> None:
    every = needs.needs(TODAY)
    assert len(every) >= 50
    assert {need.state for need in every} == set(RequestState)
    assert {need.draft.visibility for need in every} == set(Visibility) - {Visibility.INVITED}  # Those come with invitations.
    deadlines = [need.draft.deadline for need in every if need.draft.deadline]
    assert min(deadlines) < TODAY < max(deadlines)
    assert {need.buyer for need in every} <= set(needs.buyers(TODAY))
    assert len({need.key for need in every}) == len(every)
    assert all(need.draft.illustrative for need in every)


@given(st.dates(date(2026, 1, 1), date(2031, 12, 31)))
def test_fairs_that_were_that_run_and_that_come(today: date) -> None:
    drafts = [held.draft for held in calendar.fairs(today)]
    assert len(drafts) >= 8
    assert any(draft.days()[1] < today for draft in drafts)
    assert any(draft.days()[0] <= today <= draft.days()[1] for draft in drafts)
    assert any(draft.days()[0] > today for draft in drafts)
    assert {draft.province_code for draft in drafts} == {places.HANOI, places.HO_CHI_MINH_CITY, places.THAI_NGUYEN}
    for held in calendar.fairs(today):
        assert held.draft.halls
        assert held.draft.hosts
        assert held.coming
        assert held.draft.illustrative


@given(st.dates(date(2026, 1, 1), date(2031, 12, 31)))
def test_on_any_day_the_requests_are_for_months_that_are_still_to_come(day: date) -> None:
    for need in needs.needs(day):
        first = need.draft.months[0][0]
        asked_on = need.opened_on if need.state is RequestState.CLOSED else day
        assert first >= asked_on.replace(day=1)
        assert first <= day + timedelta(days=400)


@pytest.mark.parametrize(
    "author", [suppliers.rows, products.rows, needs.needs, calendar.fairs], ids=lambda author: author.__module__
)
def test_the_same_day_gives_the_same_market(author: Any) -> None:
    assert author(TODAY) == author(TODAY)


def test_another_day_moves_dates_and_nothing_else() -> None:
    for row, later in zip(MAKERS, suppliers.rows(TODAY + timedelta(days=40)), strict=True):
        dates = {"verified_on": None, "certificates": ()}
        assert replace(row, **dates) == replace(later, **dates)


def test_the_facts_add_nothing() -> None:
    for row in facts.SUPPLIERS:
        assert row.source
        assert not row.illustrative
        for column in (
            "phone", "email", "website", "tax_code", "founded", "members", "area_ha", "capacity_note", "min_order_kg",
            "verified_on", "people",
        ):  # fmt: skip
            assert getattr(row, column) is None, (row.name, column)
        assert row.certificates == ()
        assert row.marks == ()
    for product in facts.PRODUCTS:
        assert product.source
        assert product.packs == product.tiers == product.capacity == product.certificates == ()
        assert product.stock_kg is product.lead_days is product.min_order_kg is None
    for buyer in facts.BUYERS:
        assert buyer.source
        assert buyer.verified_on is None
        assert buyer.address is None
    for fair in facts.FAIRS:
        assert fair.source
        assert not fair.illustrative
        assert fair.halls == ()
        assert fair.opening_hours is None


def test_the_load_set_is_the_same_every_time_and_spread_over_the_country() -> None:
    makers = [many.supplier(number, TODAY) for number in range(400)]
    assert makers == [many.supplier(number, TODAY) for number in range(400)]
    assert len({maker.province_code for maker in makers}) == 34
    assert {maker.legal_form for maker in makers} == {form.value for form in LegalForm}
    here = Counter(maker.commune_code is not None for maker in makers)
    assert 0.04 < here[True] / 400 < 0.2
    assert all(maker.illustrative for maker in makers)


@given(st.sampled_from([line["flags"] for line in tables.lines("products")]))
def test_the_last_column_is_understood(flags: str) -> None:
    wish = products.read_wish(flags)
    assert wish.flags <= {"draft", "submitted", "returned", "nocap", "noprice", "nocert", "nocommodity"}
    assert -80 <= wish.percent <= 200
