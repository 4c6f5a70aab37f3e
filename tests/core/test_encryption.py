"""What is sealed opens only here and only for its purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from service.core.encryption import open_sealed, seal

OURS, OTHERS = SecretStr("bí mật của chợ, dài hơn ba mươi hai ký tự"), SecretStr("bí mật khác")


@given(st.text(max_size=200))
def test_sealed_words_come_back(words: str) -> None:
    sealed = seal(OURS, "totp:1", words)
    assert open_sealed(OURS, "totp:1", sealed) == words
    assert len(words) < 4 or words.encode() not in sealed


def test_the_same_words_are_never_sealed_alike() -> None:
    assert seal(OURS, "totp:1", "JBSWY3DP") != seal(OURS, "totp:1", "JBSWY3DP")


@pytest.mark.parametrize(("secret", "purpose"), [(OTHERS, "totp:1"), (OURS, "totp:2"), (OURS, "tax_code:1")])
def test_another_secret_or_purpose_opens_nothing(secret: SecretStr, purpose: str) -> None:
    with pytest.raises(ValueError, match="sealed with another"):
        open_sealed(secret, purpose, seal(OURS, "totp:1", "JBSWY3DP"))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_opens_nothing(place: int, change: int) -> None:
    sealed = bytearray(seal(OURS, "totp:1", "JBSWY3DP"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(ValueError, match="sealed"):
        open_sealed(OURS, "totp:1", bytes(sealed))


@given(st.binary(max_size=60))
def test_what_nobody_sealed_opens_nothing(found: bytes) -> None:
    with pytest.raises(ValueError, match="sealed"):
        open_sealed(OURS, "totp:1", found)
