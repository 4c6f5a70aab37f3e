"""Floors for tests: an island of two rows back to back with aisles around it, and whatever a test adds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from service.fairs.layouts import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft

STANDARD = ClassDraft(code="TC", name="Gian tiêu chuẩn", price_vnd=5_000_000)
RAW = ClassDraft(code="DT", name="Đất trống", kind="raw", width=6, depth=3, price_vnd=400_000, price_by="m2")


def booth(code: str, x: float, y: float, width: float = 3, depth: float = 3, **said: Any) -> BoothDraft:
    """A standard booth at a place."""
    place = {name: Decimal(str(value)) for name, value in (("x", x), ("y", y), ("width", width), ("depth", depth))}
    return BoothDraft(**{"code": code, "class_code": "TC", **place, **said})


def thing(kind: str, x: float, y: float, width: float, depth: float, label: str | None = None) -> ThingDraft:
    """An aisle, an entrance and so on."""
    place = {name: Decimal(str(value)) for name, value in (("x", x), ("y", y), ("width", width), ("depth", depth))}
    return ThingDraft(kind=kind, label=label, **place)


def island(length: int = 5, x: float = 3, y: float = 3) -> tuple[BoothDraft, ...]:
    """Two rows back to back: A1 … above, B1 … below."""
    return tuple(booth(f"{row}{n + 1}", x + 3 * n, y + 3 * line) for line, row in enumerate("AB") for n in range(length))


def hall(
    *booths: BoothDraft, things: tuple[ThingDraft, ...] = (), width: float = 30, depth: float = 12, name: str = "Sảnh A"
) -> HallLayout:
    """A hall with these booths."""
    return HallLayout(name=name, width=Decimal(str(width)), depth=Decimal(str(depth)), booths=booths, things=things)


def draft(*halls: HallLayout, **said: Any) -> FloorDraft:
    """A floor of these halls."""
    return FloorDraft(**{"classes": (STANDARD, RAW), "halls": halls or (hall(*island()),), **said})
