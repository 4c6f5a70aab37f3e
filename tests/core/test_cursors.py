"""Cursors come back as they went out, and nothing else is taken for one."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import cursors

PARTS = st.one_of(st.integers(), st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")))


@given(st.lists(PARTS, max_size=4))
def test_a_cursor_comes_back(key: list[int | str]) -> None:
    sealed = cursors.sealed(key)
    assert sealed.isascii()
    assert cursors.opened(sealed) == key


@pytest.mark.parametrize("inside", ['["\\ud800",5]', '["\\u0000",5]', '{"a":1}', "5", "null", "[" * 100_000, "[1,", ""])
def test_what_is_none_of_ours_is_refused(inside: str) -> None:
    with pytest.raises(ValueError):
        cursors.opened(base64.urlsafe_b64encode(inside.encode()).decode())


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(typed: str) -> None:
    with contextlib.suppress(ValueError):
        cursors.opened(typed)
