"""The short names of applications and shares, made to be read out on the phone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # No 0, 1, I, L, O.
LENGTH = 5


def code_for(prefix: str, key: UUID, attempt: int = 0) -> str:
    """The code that follows from a key: GH-7K2M9; another attempt gives another one."""
    number = int.from_bytes(hashlib.sha256(key.bytes + bytes([attempt])).digest()[:8], "big")
    letters = ""
    for _position in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"{prefix}-{letters}"


def possible(prefix: str, key: UUID) -> list[str]:
    """The codes that are tried for a key, one after the other."""
    return [code_for(prefix, key, attempt) for attempt in range(8)]


def free(prefix: str, key: UUID, taken: Collection[str]) -> str:
    """The first of them that nobody has."""
    return next(code for code in possible(prefix, key) if code not in taken)


def plain(code: str) -> str:
    """A code as it is stored, however somebody has typed it; what no code can be is no code."""
    return code.strip().upper().replace("\0", "")[:20]
