"""GS1 Digital Link: the address of an article or a lot in one line that a phone and a till both understand (V7). Pure.

    https://chophien.vn/01/08936012345678/10/L261123-1        GTIN and lot
    https://chophien.vn/01/08936012345678/10/L261123-1?17=271123   … with the best-before day beside them

The number of an article has 14 digits here: shorter ones (8, 12, 13) get noughts in front, which changes neither the article
nor the digit that adds up. A lot has 1 to 20 characters of the set that GS1 allows in a barcode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from service.catalogue.gtin import LENGTHS, check_digit

GTIN, LOT = "01", "10"
LONGEST_LOT = 20
# The 82 characters of GS1 (those of ISO/IEC 646 that every system shows alike).
LOT_CHARACTERS = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
# What may stand in an address as it is; everything else is written with a percent sign.
PLAIN = "-._~"


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What an address names: an article, and a lot of it where one is named."""

    gtin: str  # 14 digits.
    lot: str | None = None

    @property
    def path(self) -> str:
        """The address without the house: `/01/08936012345678/10/L1`."""
        article = f"/{GTIN}/{self.gtin}"
        return article if self.lot is None else f"{article}/{LOT}/{quote(self.lot, safe=PLAIN)}"


def gtin14(digits: str) -> str | None:
    """The number with 14 digits, or None when it is no number of an article."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS:
        return None
    return digits.zfill(14) if check_digit(digits[:-1]) == int(digits[-1]) else None


def forms_of(gtin: str) -> list[str]:
    """Every way in which the same article may be written down: with 14 digits, and without the noughts in front."""
    return [gtin[14 - length :] for length in LENGTHS if gtin[: 14 - length].strip("0") == ""]


def is_lot(text: str) -> bool:
    """Whether the text can be a lot in a barcode."""
    return 0 < len(text) <= LONGEST_LOT and LOT_CHARACTERS.issuperset(text)


def link(gtin: str, lot: str | None = None) -> DigitalLink | None:
    """The link of an article and a lot; None where either cannot stand in one."""
    number = gtin14(gtin)
    return DigitalLink(number, lot) if number is not None and (lot is None or is_lot(lot)) else None


def parse(address: str) -> DigitalLink | None:
    """What the path of an address names; None when it is no link of ours. What stands behind `?` or `#` is left aside."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    found = re.fullmatch(r"/01/([^/]+)(?:/10/([^/]+))?/?", path)
    if found is None:
        return None
    gtin, lot = _plain(found[1]), None if found[2] is None else _plain(found[2])
    if gtin is None or (found[2] is not None and lot is None):
        return None
    return link(gtin, lot)


def _plain(part: str) -> str | None:
    try:
        return unquote_to_bytes(part).decode("ascii")
    except UnicodeError:
        return None
