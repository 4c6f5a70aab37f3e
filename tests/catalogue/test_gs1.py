"""The address of a lot in one line: built and read back for any article and any lot, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.gtin import check_digit
from service.catalogue.lots import gs1

BODIES = st.sampled_from((7, 11, 12, 13)).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length))
GTINS = BODIES.map(lambda body: f"{body}{check_digit(body)}")
LOTS = st.text(sorted(gs1.LOT_CHARACTERS), min_size=1, max_size=gs1.LONGEST_LOT)


@given(GTINS, st.none() | LOTS)
def test_a_link_is_read_back_as_it_was_built(gtin: str, lot: str | None) -> None:
    link = gs1.link(gtin, lot)
    assert link is not None
    assert gs1.parse(link.path) == link
    assert gs1.parse(f"{link.path}?17=271123&linkType=gs1:pip") == link
    assert gs1.parse(f"{link.path}#top") == link


@given(GTINS)
def test_noughts_in_front_change_neither_the_article_nor_its_check_digit(gtin: str) -> None:
    full = gs1.gtin14(gtin)
    assert full is not None
    assert len(full) == 14
    assert check_digit(full[:-1]) == int(full[-1])
    assert gtin in gs1.forms_of(full)
    assert all(gs1.gtin14(form) == full for form in gs1.forms_of(full))


@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_never_an_article(gtin: str, place: int, added: int) -> None:
    place %= len(gtin)
    wrong = gtin[:place] + str((int(gtin[place]) + added) % 10) + gtin[place + 1 :]
    assert gs1.gtin14(wrong) is None
    assert gs1.link(wrong, "L1") is None


@given(LOTS)
def test_a_lot_stands_in_an_address_without_parting_it(lot: str) -> None:
    link = gs1.link("8936012345674", lot)
    assert link is not None
    assert link.path.count("/") == 4
    assert not set(link.path) & set(' ?#"<>')


@given(st.text(max_size=60))
def test_whatever_is_no_link_is_no_link(text: str) -> None:
    found = gs1.parse(text)
    assert found is None or gs1.parse(found.path) == found


@pytest.mark.parametrize(
    "path", ["/01/08936012345674/10/", "/01/08936012345670", "/01/08936012345674/10/%C3%A9",
             "/01/08936012345674/10/" + "A" * 21, "/01/08936012345674/21/7", "/01/%30", "/01/08936012345674/10/A%20B"],
)  # fmt: skip
def test_these_are_no_links(path: str) -> None:
    assert gs1.parse(path) is None


def test_the_address_of_a_lot() -> None:
    link = gs1.link("8936012345674", "L1/2")
    assert link is not None
    assert link.path == "/01/08936012345674/10/L1%2F2"
