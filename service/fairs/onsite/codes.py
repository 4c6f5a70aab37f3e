"""The code of a pass: drawn by lot, so that nobody guesses one, short enough to be typed, with a sign that shows a slip. PURE.

    K7M2-9PQR-X     eight signs by lot (31^8 possibilities) and one that follows from them

The last sign tells one wrong sign and two neighbours that have changed places from a pass that is not there.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # Without those that look alike: 0 O, 1 I L. Their number, 31, is prime.
DRAWN = 8
_WORTH = {sign: n for n, sign in enumerate(SIGNS)}


def drawn() -> str:
    """A new code."""
    body = "".join(secrets.choice(SIGNS) for _ in range(DRAWN))
    return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that follows from the others: each counts by its place, modulo a prime."""
    return SIGNS[sum((place + 1) * _WORTH[sign] for place, sign in enumerate(body)) % len(SIGNS)]


def read(typed: str) -> str | None:
    """The code that was typed or scanned, however it was spaced; an address of ours that carries one too. None: it is none."""
    if "ma=" in typed:
        typed = (parse_qs(typed.partition("?")[2]).get("ma") or [""])[0]
    plain = re.sub(r"[\s.·–-]", "", typed).upper()
    if len(plain) != DRAWN + 1 or any(sign not in _WORTH for sign in plain) or check_sign(plain[:DRAWN]) != plain[DRAWN]:
        return None
    return plain


def shown(code: str) -> str:
    """The code as it is printed and read out."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
