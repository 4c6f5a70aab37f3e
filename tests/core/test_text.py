"""Folding, decoding and ordering of Vietnamese text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import text

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -,.0123456789", max_size=40)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Miến dong Tài Hoan", "mien dong tai hoan"),
        ("ĐẮK  LẮK", "dak lak"),
        ("quýt", "quit"),
        ("quít", "quit"),
        ("mỳ chũ", "mi chu"),
        ("Thuyền", "thuyen"),
        ("nước-mắm, 500ml", "nuoc mam 500ml"),
        ("hoà", "hoa"),
        ("\x00…", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


def test_marks_are_kept_apart_from_where_they_stood() -> None:
    assert text.words("hoà thuỷ") == text.words("hòa thủy")
    assert len({text.words(word)[0].marked for word in ("dứa", "dừa", "dưa", "đũa", "dua")}) == 5
    assert len({text.words(word)[0].folded for word in ("dứa", "dừa", "dưa", "đũa", "dua")}) == 1


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("mieens", "miến"),
        ("mieesn", "miến"),
        ("mien61", "miến"),
        ("mie6n1", "miến"),
        ("d9o6ng", "đông"),
        ("ddoong", "đông"),
        ("nwowcs", "nước"),
        ("nuowcs", "nước"),
        ("chef", "chè"),
        ("ddawks", "đắk"),
        ("boojt", "bột"),
        ("nghej", "nghẹ"),
    ],
)
def test_raw_keys(keys: str, syllable: str) -> None:
    assert text.fold(text.decode(keys) or "") == text.fold(syllable)
    assert text.words(text.decode(keys) or "") == text.words(syllable)


@pytest.mark.parametrize("word", ["dong", "ong", "honey", "st25", "500g", "miến", "shan", "", "o2o", "x" * 400])
def test_what_is_not_raw_keys(word: str) -> None:
    assert text.decode(word) is None


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("miendong", "mien dong"),
        ("tinhbotnghe", "tinh bot nghe"),
        ("thittraugacbep", "thit trau gac bep"),
        ("mieensdong", "mien dong"),
        ("mậtongrừng", "mat ong rung"),
    ],
)
def test_joined_words(joined: str, apart: str) -> None:
    assert text.fold(" ".join(text.split_joined(joined)[0])) == apart


def test_joined_words_with_a_vocabulary() -> None:
    assert text.split_joined("cheshantuyet", frozenset({"shan"}))[0] == ["che", "shan", "tuyet"]


def test_dictionary_order() -> None:
    right = ["am", "àm", "ảm", "ạm", "an", "An Giang", "ăn", "ân", "da", "dạ", "đá", "e", "ê"]
    mixed = [*right[1::2], *right[::2]]
    assert sorted(mixed, key=text.sort_key) == right


@given(vietnamese)
def test_folding_is_settled(value: str) -> None:
    folded = text.fold(value)
    assert text.fold(folded) == folded
    assert text.fold(value.upper()) == folded
    assert text.fold(unicodedata.normalize("NFD", value)) == folded
    assert folded.split() == [word.folded for word in text.words(value)]


@given(st.text(max_size=60))
def test_no_text_breaks_anything(value: str) -> None:
    assert "  " not in text.fold(value)
    assert text.slug(value)
    text.sort_key(value)
    text.strip_marks(value)
    for word in text.words(value):
        text.decode(word.folded)
        assert word.marked.endswith("z")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", max_size=14))
def test_decoded_keys_are_a_syllable(keys: str) -> None:
    decoded = text.decode(keys)
    assert decoded is None or text.is_syllable(text.strip_marks(decoded))


@given(st.text(alphabet=VIETNAMESE, max_size=60))
def test_pieces_make_the_whole(value: str) -> None:
    for pieces in text.split_joined(value):
        assert len(pieces) > 1
