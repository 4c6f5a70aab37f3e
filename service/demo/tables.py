"""The authored content of the demo: sheets beside this file, and how their cells are read."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

Line = dict[str, str]


@cache
def lines(name: str) -> tuple[Line, ...]:
    """The lines of a sheet, by the names of its columns."""
    with (Path(__file__).parent / "data" / f"{name}.tsv").open(encoding="utf-8", newline="") as sheet:
        return tuple(csv.DictReader(sheet, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def descriptions() -> dict[str, tuple[str, ...]]:
    """What may be said of each kind of goods."""
    found: dict[str, list[str]] = {}
    for line in lines("descriptions"):
        found.setdefault(line["kind"], []).append(line["text"])
    return {kind: tuple(told) for kind, told in found.items()}


def text(cell: str) -> str | None:
    """What is written, or nothing."""
    return cell or None


def whole(cell: str) -> int | None:
    """A whole number, or nothing."""
    return int(cell) if cell else None


def decimal(cell: str) -> Decimal | None:
    """A number, or nothing."""
    return Decimal(cell) if cell else None


def words(cell: str, separator: str = "|") -> tuple[str, ...]:
    """The parts of a cell."""
    return tuple(part for part in cell.split(separator) if part)


def days(cell: str, today: date) -> date | None:
    """The day so many days from today; before it with a minus."""
    return today + timedelta(days=int(cell)) if cell else None


def months(cell: str) -> tuple[int, ...]:
    """Months of the year; `Y` is all of them."""
    return tuple(range(1, 13)) if cell == "Y" else tuple(int(part) for part in words(cell, ","))


def to_step(value: float, step: int) -> int:
    """The value on a step, as prices and weights are said."""
    return max(step, round(value / step) * step)


def next_month(year: int, month: int, ahead: int = 0) -> date:
    """The first day of a month, so many months ahead."""
    years, zero_based = divmod(month - 1 + ahead, 12)
    return date(year + years, zero_based + 1, 1)


# Mùng 1 Tết by the Vietnamese calendar; in 2030 it is a day before the Chinese one.
TET = (
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2),
    date(2031, 1, 23), date(2032, 2, 11),
)  # fmt: skip


def tet_after(today: date, least_days: int = 25) -> date:
    """The next Tết that there is still time to order for."""
    coming: Iterable[date] = (day for day in TET if day >= today + timedelta(days=least_days))
    return next(iter(coming), date(today.year + 1, 2, 5))
