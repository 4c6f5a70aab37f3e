"""What a query means: readings, groups, places, quantities and noise; and what a slip may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalogue.search import levels as search_levels
from service.catalogue.search import typos as search_typos
from service.catalogue.search.places import facets_of
from service.catalogue.search.words import Meaning, understand
from service.core import places
from service.core.text import Word, fold, words


def folded(meaning: Meaning, reading: int = 0) -> list[str]:
    """The groups of a reading, folded."""
    return [" ".join(word.folded for word in group.words) for group in meaning.full[reading]]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("mua miến dong ở đâu", ["mien dong"]),
        ("giá sỉ mật ong", ["mat ong"]),
        ("cần mua 500 kg miến dong tháng 12", ["mien dong"]),
        ("giá đỗ", ["gia do"]),
        ("gia do", ["gia do"]),
        ("mieens dong", ["mien dong"]),
        ("mie6n1 dong", ["mien dong"]),
        ("miendong", ["mien dong"]),
        ("mậtong", ["mat ong"]),
        ("bắp cải", ["bap cai"]),
        ("quýt huyện Bạch Thông", ["quit", "huyen bach thong"]),
        ("loại nào ngon", ["loai", "nao", "ngon"]),
    ],
)
def test_groups(typed: str, groups: list[str]) -> None:
    assert folded(understand(typed)) == groups


def test_figures_are_understood_and_left_out() -> None:
    meaning = understand("cần mua 1,5 tấn quýt tháng 12 dưới 20k loại 4 sao")
    assert (meaning.kg, meaning.month, meaning.price_max, meaning.stars) == (1500, 12, 20_000, 4)
    assert folded(meaning)[0] == "quit"
    small = understand("trà hoa vàng 500g")
    assert small.kg is None, "the size of a pack is not a quantity that somebody needs"
    assert "500g" in folded(small)


def test_words_of_the_other_end_of_the_country_stand_beside_the_typed_ones() -> None:
    (group,) = understand("heo").full[0]
    assert [[word.folded for word in phrase] for phrase in group.same] == [["lon"]]
    (cabbage,) = understand("bắp cải").full[0]
    assert not any(phrase == (words("ngô")[0],) for phrase in cabbage.same), "a cabbage is no maize"
    (bamboo,) = understand("măng lưỡi heo").full[0]
    assert tuple(words("măng lưỡi lợn")) in bamboo.same


def test_marks_choose_between_words_that_fold_alike() -> None:
    assert understand("dứa").marked
    assert not understand("dua").marked
    one, other = (search_levels.first(understand(typed)).all for typed in ("dứa", "dừa"))
    assert one != other


@pytest.mark.parametrize("place", ["Na Rì", "huyện Na Rì", "na ri", "NA RÌ"])
def test_former_districts_mean_the_communes_of_today(place: str) -> None:
    assert "w02185" in facets_of(place)
    assert len(facets_of(place)) == 6


def test_places_by_code_and_by_name() -> None:
    assert facets_of("19") == facets_of("tỉnh Thái Nguyên") == {"p19"}
    assert facets_of("02185") == facets_of("xã Côn Minh") == {"w02185"}
    assert {"wx79", "w25942"} < facets_of("Bình Dương")
    assert "p79" not in facets_of("Bình Dương")  # Only what was Bình Dương, not the whole of TP. Hồ Chí Minh.
    assert facets_of("xã Tân Cương") == {f"w{place.code}" for place in places.find("xã Tân Cương")}
    assert len(facets_of("Bắc Kạn")) == 38, "its 37 communes, and those of whom only the province is known"
    assert not facets_of("Atlantis")


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_nothing_typed_breaks_the_understanding(typed: str) -> None:
    meaning = understand(typed)
    for level in search_levels.levels(meaning):
        assert level.all
    assert all(group.words for reading in meaning.full for group in reading)


WORD = st.text(alphabet="abcdefghiklmnopqrstuvxy", min_size=1, max_size=9)


@given(WORD, WORD)
def test_distance_is_a_distance(one: str, other: str) -> None:
    assert search_typos.distance(one, one) == 0
    assert (search_typos.distance(one, other) > 0) == (one != other)


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (("mein", "mien"), ("mein", "mun")), (("xanh", "sanh"), ("xanh", "banh")),
        (("tre", "che"), ("tre", "be")), (("giam", "dam"), ("giam", "cam")),
    ],
)  # fmt: skip
def test_easy_slips_are_nearer(nearer: tuple[str, str], farther: tuple[str, str]) -> None:
    assert search_typos.distance(*nearer) < search_typos.distance(*farther)


def test_ways_replace_split_and_join() -> None:
    guesses = [("dogn", "dong", "dong", 9), ("mien", "mien", "miến", 9), ("dogn", "dog", "dog", 1)]
    best = search_typos.ways([Word("mien"), Word("dogn")], guesses)[0]
    assert [guess[1] for guess in best] == ["miến", "dong"]
    apart = search_typos.ways([Word("cheshantuyet")], [("cheshantuyet", "shan", "shan", -1)])
    assert ["che", "shan", "tuyet"] in [[guess[0] for guess in way] for way in apart]
    together = search_typos.ways([Word("st"), Word("25")], [("st25", "st25", "ST25", 1)])
    assert ["st25"] in [[guess[0] for guess in way] for way in together]


def test_a_query_of_many_words_stays_small() -> None:
    level = search_levels.first(understand("miến " * 500))
    assert len(level.all) < 2000
    assert fold("miến") in level.all
