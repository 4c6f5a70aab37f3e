"""An address in old or new form means one commune of today, or it is said what has to be asked."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import places
from service.core.places import Place, understand
from service.core.text import fold, strip_marks

EVERY = tuple(places.every())
LAST_DAY = date(2025, 6, 30)
PROVINCES = {place.code: place for place in places.provinces(LAST_DAY)}
DISTRICTS = {place.code: place for place in EVERY if place.kind == "district"}
OLD = [place for place in EVERY if place.kind == "commune" and not place.of_today]
SHORT = {
    "phường": "P.",
    "xã": "X.",
    "thị trấn": "TT ",
    "huyện": "H. ",
    "quận": "Q.",
    "thị xã": "TX ",
    "thành phố": "TP.",
    "tỉnh": "",
}
# Of one type and district, and alike but for their marks.
TWINS = defaultdict(set)
for _place in OLD:
    TWINS[_place.parent, _place.type, fold(_place.name)].add(_place.successors)


def full(place: Place) -> str:
    """The whole old address."""
    district = DISTRICTS[place.parent]
    above = PROVINCES[district.parent]
    return f"{place.type} {place.name}, {district.type} {district.name}, {above.type} {above.name}"


def short(place: Place) -> str:
    """The same as people write it."""
    district = DISTRICTS[place.parent]
    names = [f"{SHORT[unit.type]}{unit.name}" for unit in (place, district)]
    return f"Số 5, {names[0]} {names[1]} - {PROVINCES[district.parent].name}"


def assert_understood(written: str, place: Place) -> None:
    """One commune where the old one went into one; else exactly the parts of it are offered."""
    meant = understand(written)
    if len(place.successors) == 1:
        assert meant.commune is not None, written
        assert meant.commune.code == place.successors[0], written
        assert meant.former is not None, written
        assert meant.former.name == place.name, written
        assert meant.province is not None
        assert meant.province.code == meant.commune.parent
    else:
        assert meant.commune is None, written
        assert {option.commune.code for option in meant.options} == set(place.successors), written


def test_every_old_commune_of_the_country_is_found_by_its_full_old_address() -> None:
    assert len(OLD) >= 10_035
    for place in OLD:
        assert_understood(full(place), place)


def test_an_island_without_communes_is_found_too() -> None:
    for name, now in (
        ("huyện Lý Sơn, Quảng Ngãi", "21548"),
        ("Côn Đảo, Bà Rịa - Vũng Tàu", "26732"),
        ("huyện Cồn Cỏ", "19742"),
    ):
        meant = understand(name)
        assert meant.commune is not None
        assert meant.commune.code == now


@given(st.sampled_from(OLD))
def test_a_short_address_means_the_same(place: Place) -> None:
    assert_understood(short(place), place)


@given(st.sampled_from([place for place in OLD if len(TWINS[place.parent, place.type, fold(place.name)]) == 1]))
def test_an_address_without_marks_means_the_same(place: Place) -> None:
    assert_understood(strip_marks(full(place)).lower().replace(",", " "), place)


@given(st.sampled_from(places.communes()))
def test_an_address_of_today_is_understood_or_its_older_meaning_is_offered(place: Place) -> None:
    above = places.province(place.parent)
    assert above is not None
    meant = understand(f"{place.full_name}, {above.full_name}")
    if meant.commune is not None:
        assert meant.commune.code == place.code
    else:  # An old commune bore the same name, and went elsewhere.
        assert place.code in {option.commune.code for option in meant.options}
        assert len(meant.options) > 1


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    meant = understand(text)
    assert meant.commune is None or (meant.commune.of_today and not meant.options)
    assert all(option.commune.of_today for option in meant.options)


@pytest.mark.parametrize(
    ("written", "code", "former", "rest"),
    [
        ("Thôn Chè Cọ, Xã Côn Minh, Huyện Na Rì, Tỉnh Bắc Kạn", "02185", "Côn Minh", "Thôn Chè Cọ"),
        ("Bằng Phúc, Chợ Đồn, Bắc Kạn", "01933", "Bằng Phúc", ""),
        ("Hảo Nghĩa, Na Rì", "02176", "Hảo Nghĩa", ""),
        ("TT Chợ Rã, H. Ba Bể", "01912", "Chợ Rã", ""),
        ("P. Đức Xuân, TP. Bắc Kạn", "01840", "Đức Xuân", ""),
        ("P.Đức Xuân, TP.Bắc Kạn", "01840", "Đức Xuân", ""),
        ("12 Trần Phú, phường Đức Xuân, TP Bắc Kạn", "01840", "Đức Xuân", "12 Trần Phú"),
        ("Trần Phú, Đức Xuân, Bắc Kạn", "01840", "Đức Xuân", "Trần Phú"),
        ("xa nong thuong, tp bac kan, bac kan", "01843", "Nông Thượng", ""),
        ("duc xuan bac kan", "01840", "Đức Xuân", ""),
        ("xã Bằng Phúc, huyện Chợ Đồn, tỉnh Thái Nguyên", "01933", "Bằng Phúc", ""),
        ("Xã Đồng Phúc (tỉnh Thái Nguyên)", "01933", None, ""),
        ("Xã Nghĩa Tá, Thái Nguyên, Việt Nam", "02071", None, ""),
        ("Bắc Kạn, Na Rì, Côn Minh", "02185", "Côn Minh", ""),
        ("Khu 1, thị trấn Yến Lạc, huyện Na Rì, tỉnh Bắc Kạn (cũ)", "02155", "Yến Lạc", "Khu 1"),
        ("Thôn Nà Dỉ, xã Dương Phong huyện Bạch Thông", "02014", "Dương Phong", "Thôn Nà Dỉ"),
        ("Thôn Tân Lập, xã Côn Minh, Na Rì", "02185", "Côn Minh", "Thôn Tân Lập"),
        ("Tân Lập, xã Quảng Bạch, Chợ Đồn", "02038", "Quảng Bạch", "Tân Lập"),
        ("Bản Thi, Chợ Đồn", "02044", "Bản Thi", ""),
        ("phường Dương Quang, Bắc Kạn", "01849", "Dương Quang", ""),  # It was a xã.
        ("P12 Q3 TPHCM", "27142", "12", ""),
        ("799 Nguyễn Văn Linh, P. Tân Phú, Q.7, TP.HCM", "27487", "Tân Phú", "799 Nguyễn Văn Linh"),
        ("phường 1, TP Vũng Tàu, Bà Rịa - Vũng Tàu", "26506", "1", ""),
        ("Phượng Dực, Phú Xuyên, Hà Nội", "10279", "Phượng Dực", ""),  # Not a phường called Dực.
        ("Phường Sài Gòn, TP. Hồ Chí Minh", "26740", None, ""),
    ],
)
def test_what_people_write(written: str, code: str, former: str | None, rest: str) -> None:
    meant = understand(written)
    assert meant.commune is not None
    assert meant.commune.code == code
    assert (meant.former.name if meant.former else None) == former
    assert meant.rest == rest
    assert meant.options == ()


@pytest.mark.parametrize(
    ("written", "province", "offered"),
    [
        ("Chợ Mới, Bắc Kạn", "19", {"02086", "02101", "02104", "02107", "02116"}),  # A district, and a commune of today.
        ("xã Không Có Thật, huyện Na Rì, Bắc Kạn", "19", {"02155", "02143", "02152", "02176", "02185", "02191"}),
        ("Na Rì", "19", {"02155", "02143", "02152", "02176", "02185", "02191"}),
        ("xã Côn Minh, tỉnh Thái Bình", None, {"02185"}),  # It does not lie there: asked, not believed.
        ("phường Ngọc Khánh, quận Ba Đình, Hà Nội", "01", {"00025", "00199", "00008"}),  # Divided in three.
        ("xa truc hung huyen truc ninh tinh nam dinh", "37", {"14053", "14077"}),  # Trực Hưng or Trực Hùng.
        ("Bắc Kạn", "19", set()),
        ("số 12 đường Trần Phú, Bắc Kạn", "19", set()),
        ("Bà Rịa - Vũng Tàu", "79", set()),
        ("", None, set()),
        ("miến dong", None, set()),
    ],
)
def test_what_is_not_clear_is_asked_about(written: str, province: str | None, offered: set[str]) -> None:
    meant = understand(written)
    assert meant.commune is None
    assert not meant.certain
    assert (meant.province.code if meant.province else None) == province
    assert {option.commune.code for option in meant.options} == offered


def test_a_name_of_many_places_is_asked_about_with_all_of_them() -> None:
    meant = understand("Tân Lập")
    assert meant.commune is None
    assert len({option.commune.parent for option in meant.options}) > 5
    assert meant.options[0].commune.code == "02038"  # Ours first.
    assert places.code_meant("Tân Lập", "commune") is None
    assert places.code_meant("Tân Lập, Chợ Đồn", "commune") == "02038"


def test_former_bac_kan_and_former_thai_nguyen_are_told_apart() -> None:
    bac_kan, thai_nguyen = places.inside_former("06"), places.inside_former("19")
    assert (len(bac_kan), len(thai_nguyen)) == (37, 55)
    assert not bac_kan & thai_nguyen
    assert {place.code for place in places.communes("19")} == bac_kan | thai_nguyen
