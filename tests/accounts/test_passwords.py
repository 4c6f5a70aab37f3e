"""Easy passwords are refused in words; good ones are taken, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.accounts.identity.passwords import SHORTEST_PASSWORD, check_strength, weakness
from service.core.errors import Invalid

OWN = ("Lưu Thị Hoán", "Hợp tác xã Tài Hoan", "hoan@taihoan.vn", "+84912345678")


EASY = [
    "matkhau123", "Mật khẩu 123", "anhyeuem123", "0912345678", "1234567890", "aaaaaaaaaa", "qwertyuiop", "hoptacxa2026",
    "taihoan2026", "Lưu Thị Hoán", "luuthihoan1", "hoan@taihoan.vn", "password123", "chophien2026", "cho-phien-minh-hoa",
    "Chợ phiên minh họa",
]  # fmt: skip
GOOD = [
    "nghệ vàng trâu đen thác bạc", "miến dong gà đồi Ba Bể", "correct horse battery", "tXq9!vLm2#pR", "bánh cuốn voi Sa Pa",
    "🐘🌾🏔🍜🐓🎋🛶🧺🌶🍊",
]  # fmt: skip


@pytest.mark.parametrize("password", EASY)
def test_what_people_guess_first_is_refused(password: str) -> None:
    assert weakness(password, *OWN)


@pytest.mark.parametrize("password", GOOD)
def test_a_few_unrelated_words_are_taken(password: str) -> None:
    assert weakness(password, *OWN) is None


@given(st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_whatever_is_typed_gets_an_answer_in_words(password: str) -> None:
    advice = weakness(password, *OWN)
    assert advice is None or advice.endswith(".")


@pytest.mark.parametrize("password", ["", "ngắn", "x" * (SHORTEST_PASSWORD - 1), "dài " * 60])
async def test_the_length_is_bounded(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await check_strength(password)
    assert "password" in refused.value.errors
