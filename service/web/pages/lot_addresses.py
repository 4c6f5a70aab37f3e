"""Where the pages of a lot are: its codes may hold signs that mean something in an address."""

from __future__ import annotations

from urllib.parse import quote


def lot_address(supplier_code: str, lot_code: str) -> str:
    """The page that everybody reads."""
    return f"/lo/{quote(supplier_code, safe='')}/{quote(lot_code, safe='')}"


def own_address(lot_code: str) -> str:
    """The page on the supplier's desk."""
    return f"/ban-hang/lo/{quote(lot_code, safe='')}"
