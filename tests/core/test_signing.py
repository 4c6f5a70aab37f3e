"""What comes back is ours or it is nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from service.core.signing import read_signed, sign

OURS, OTHERS = SecretStr("bí mật của chợ"), SecretStr("bí mật khác")


@given(st.text(max_size=200))
def test_signed_words_come_back(words: str) -> None:
    signed = sign(OURS, "flash", words)
    assert signed.isascii()
    assert read_signed(OURS, "flash", signed) == words
    assert read_signed(OTHERS, "flash", signed) is None
    assert read_signed(OURS, "link", signed) is None


@given(st.text(max_size=100))
def test_what_nobody_signed_is_nothing(words: str) -> None:
    assert read_signed(OURS, "flash", words) is None
