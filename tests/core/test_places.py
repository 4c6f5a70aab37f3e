"""Old names find the new places; units are what they were on a given day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import places
from service.core.places import Place, commune, communes, find, province, provinces
from service.core.text import strip_marks

LAST_DAY = date(2025, 6, 30)
EVERY = tuple(places.every())
DISTRICTS = {place.code: place for place in EVERY if place.kind == "district"}
OLD_COMMUNES = [place for place in EVERY if place.kind == "commune" and not place.of_today]
OF_BAC_KAN = [place for place in OLD_COMMUNES if DISTRICTS[place.parent].parent == "06"]
DISTRICTS_OF_BAC_KAN = [place for place in DISTRICTS.values() if place.parent == "06"]
units = st.sampled_from(EVERY)
known = st.sampled_from([*provinces(), *communes()])


def test_the_country_is_whole() -> None:
    assert len(provinces()) == 34
    assert len(provinces(LAST_DAY)) == 63
    assert (len(communes("06")), len(communes("19"))) == (37, 92)
    assert len(DISTRICTS_OF_BAC_KAN) == 8
    assert len([place for place in OF_BAC_KAN if place.valid_to == LAST_DAY]) == 108
    assert len(communes()) == 3321
    assert Counter(place.type for place in communes()) == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert len(DISTRICTS) == 696
    assert len([place for place in OLD_COMMUNES if place.valid_to == LAST_DAY]) == 10_035
    assert {place.type for place in provinces()} == {"tỉnh", "thành phố"}


def test_every_former_province_went_into_one_of_today() -> None:
    for place in provinces(LAST_DAY):
        assert len(place.successors) == 1
        assert province(place.successors[0]) is not None
    assert {place.name for place in places.former("19")} == {"Thái Nguyên", "Bắc Kạn"}
    assert {place.name for place in places.former("79")} == {"Hồ Chí Minh", "Bình Dương", "Bà Rịa – Vũng Tàu"}


def test_dong_nai_is_a_city_since_april_2026() -> None:
    on_the_eve = [place for place in provinces(date(2026, 4, 29)) if place.code == "75"]
    assert [place.type for place in on_the_eve] == ["tỉnh"]
    assert province("75").type == "thành phố"  # type: ignore[union-attr]
    assert [place.type for place in find("tỉnh Đồng Nai")] == ["thành phố"]


@pytest.mark.parametrize("place", OF_BAC_KAN, ids=lambda place: f"{place.type} {place.name}")
def test_every_old_commune_finds_exactly_its_new_one(place: Place) -> None:
    (heir,) = place.successors
    district = DISTRICTS[place.parent]
    for written in (
        f"{place.type} {place.name}, {district.type} {district.name}, tỉnh Bắc Kạn",
        f"Thôn 3, {place.full_name}, {district.full_name}, Bắc Kạn",
        strip_marks(f"{place.type} {place.name}, {district.type} {district.name}, Bac Kan"),
    ):
        assert [found.code for found in find(written)] == [heir], written
    # Chợ Mới is a district of An Giang too; and of those who bear one name, ours are named first.
    assert find(f"{place.name}, {district.name}, Bắc Kạn")[0].code == heir
    assert find(f"{place.full_name}, {district.full_name}")[0].code == heir
    assert heir in [found.code for found in find(place.name)]


@pytest.mark.parametrize("district", DISTRICTS_OF_BAC_KAN, ids=lambda place: place.name)
def test_a_former_district_answers_with_all_of_its_communes(district: Place) -> None:
    found = find(f"{district.type} {district.name}, tỉnh Bắc Kạn")
    assert {place.code for place in found} == set(district.successors) == {p.code for p in communes(district.code)}
    assert all(place.kind == "commune" for place in found)


@pytest.mark.parametrize("place", provinces(LAST_DAY), ids=lambda place: place.name)
def test_every_former_province_is_found_by_its_name(place: Place) -> None:
    assert find(place.full_name, "province")[0].code == place.successors[0]
    assert find(place.name)[0].code == place.successors[0]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Bắc Kạn", "19"),
        ("Bắc Cạn", "19"),
        ("tỉnh Bắc Kạn", "19"),
        ("Phường Bắc Kạn", "01843"),
        ("p. bac kan", "01843"),
        ("thị xã Bắc Kạn", "01843"),
        ("TT Chợ Rã", "01912"),
        ("P. Đức Xuân", "01840"),
        ("xã Bằng Phúc", "01933"),
        ("Hòa Mục", "02104"),
        ("Hoà Mục", "02104"),
        ("Liêm Thuỷ", "02191"),
        ("Liêm Thủy", "02191"),
        ("Sĩ Bình", "01981"),
        ("Thôn Chè Cọ, Xã Côn Minh, Huyện Na Rì, Tỉnh Bắc Kạn", "02185"),
        ("xã Côn Minh huyện Na Rì tỉnh Bắc Kạn", "02185"),
        ("Xã Đồng Phúc (tỉnh Thái Nguyên)", "01933"),
        ("Phương Linh", "01969"),
        ("TP.HCM", "79"),
        ("tphcm", "79"),
        ("Sài Gòn", "79"),
        ("Ho Chi Minh City", "79"),
        ("hanoi", "01"),
        ("ha noi", "01"),
        ("Thừa Thiên Huế", "46"),
        ("Đắk Nông", "68"),
    ],
)
def test_what_people_write(written: str, code: str) -> None:
    assert find(written)[0].code == code


def test_nothing_is_found_where_no_place_is_named() -> None:
    assert find("") == find("  , ") == find("miến dong") == find("tỉnh") == []


@given(st.text())
def test_any_text_is_answered_with_places_of_today(text: str) -> None:
    assert all(place.of_today for place in find(text))


@given(units, st.booleans(), st.sampled_from([str.lower, str.upper, str.title, strip_marks]))
def test_a_unit_is_found_however_it_is_written(place: Place, typed: bool, spell: type[str]) -> None:
    written = spell(f"{place.type} {place.name}" if typed else place.name)
    codes = {found.code for found in find(written)}
    assert codes.issuperset(place.successors or {place.code})


@given(units, st.dates(date(2019, 1, 1), date(2027, 12, 31)))
def test_a_unit_is_of_today_exactly_when_no_last_day_is_known(place: Place, day: date) -> None:
    assert place.of_today == (place.valid_to is None) == (not place.successors)
    if place.valid_to:
        assert not place.existed(place.valid_to + timedelta(days=1))
    if place.existed(day) and place.valid_from:
        assert day >= place.valid_from


@given(known, known)
def test_the_road_is_symmetric_and_longer_than_the_crow_flies(one: Place, other: Place) -> None:
    km = places.km_by_road(one, other)
    assert km == places.km_by_road(other, one) >= 0
    assert km < 2800
    least, most = places.days_on_road(one, other)
    assert 0 <= least <= most <= 4


def test_the_two_cities_as_everyone_knows_them() -> None:
    here, capital, south = commune("01843"), province("01"), province("79")
    assert here
    assert capital
    assert south
    assert 140 <= places.km_by_road(here, capital) <= 170
    assert 1500 <= places.km_by_road(here, south) <= 1850
    assert places.days_on_road(here, capital) == (0, 0)
    assert places.days_on_road(here, south) == (2, 4)


def test_a_place_knows_its_old_names() -> None:
    assert places.former_names("01933") == ("Quảng Khê", "Hoàng Trĩ", "Bằng Phúc", "Ba Bể", "Chợ Đồn", "Bắc Kạn")
    assert {"Hảo Nghĩa", "Hữu Thác", "Na Rì"} <= set(places.former_names("02176"))
    assert places.former_names("19") == ("Bắc Kạn",)
    assert places.former_names("99999") == ()


def test_a_place_in_words() -> None:
    assert places.where("19", "02185") == "Xã Côn Minh, tỉnh Thái Nguyên"
    assert places.where(None, "01843") == "Phường Bắc Kạn, tỉnh Thái Nguyên"
    assert places.where("79") == "TP. Hồ Chí Minh"
    assert places.where(None) == ""


def test_codes_meet_codes() -> None:
    for place in EVERY:
        assert all(province(code) or commune(code) for code in place.successors)
        if place.kind == "commune" and place.of_today:
            assert province(place.parent)
        assert 8 < place.lat < 24
        assert 102 < place.lon < 115  # Hoàng Sa and Trường Sa lie far east.
