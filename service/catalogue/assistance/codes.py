"""The code by which a supplier agrees to what an officer has typed for it: short enough to be read out, hard enough to guess.

Eight letters without look-alikes. The first three find the entry, the other five are its secret: kept as an argon2 hash only,
locked after ten wrong tries. So whoever guesses has ten chances in 28 million, and whoever reads the table has no code.
"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # No 0, 1, I, L, O.
LOCATOR = 3
LENGTH = 8
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def new_code() -> str:
    """A code that nobody can foresee."""
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def spoken(code: str) -> str:
    """The code as it is printed and read out: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def understood(typed: str) -> str | None:
    """The code that is meant by what was typed, in any letters and with any gaps; None when it can be none.

    >>> understood("k7m2-9x4q")
    'K7M29X4Q'
    """
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return plain if len(plain) == LENGTH and all(letter in LETTERS for letter in plain) else None


def locator_of(code: str) -> str:
    """The letters that find the entry."""
    return code[:LOCATOR]


def hashed(code: str) -> str:
    """What is kept of a code; slow on purpose, so call it in a thread."""
    return _hasher.hash(code)


def fits(stored: str, code: str) -> bool:
    """Whether the code is the one that was given out; slow on purpose, so call it in a thread."""
    try:
        return _hasher.verify(stored, code)
    except (Argon2Error, InvalidHashError):
        return False
