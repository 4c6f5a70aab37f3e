"""Barcode numbers of GS1: 8, 12, 13 or 14 digits, of which the last adds up (C5)."""

from __future__ import annotations

import re

from service.core.i18n import _

LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> int:
    """The last digit that belongs behind the digits before it: threes and ones from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def checked_gtin(typed: str) -> str:
    """The number without spaces and dashes. Raises ValueError with a sentence when it is not one."""
    digits = re.sub(r"[\s.-]", "", typed)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in LENGTHS:
        raise ValueError(_("mã vạch có 8, 12, 13 hoặc 14 chữ số"))
    right = check_digit(digits[:-1])
    if right != int(digits[-1]):
        raise ValueError(_("số cuối của mã vạch phải là %(digit)s", digit=right))
    return digits
