"""The months ahead of one product, as the strip shows them: what it yields, what of it is promised, what is free. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.catalogue.ledger import rules

MONTHS = 12


@dataclass(slots=True)
class Cell:
    """One month of the strip. `borrowed_from` names the year whose figure stands in for one that nobody has declared."""

    year: int
    month: int
    capacity: float | None
    season: bool
    borrowed_from: int | None = None
    promised: float = 0.0  # Owed or delivered.
    delivered: float = 0.0
    free: float | None = None  # None where nobody has declared the month.


def cells(
    supply: Iterable[Sequence[Any]],
    season: Sequence[int],
    today: date,
    *,
    reserve: float = 0.0,
    taken: Iterable[Sequence[Any]] = (),
    whole: bool = False,
) -> list[Cell]:
    """The next twelve months. A month that nobody has declared is read from the year that speaks for it, and says so.

    `supply` are (year, month, kg), `taken` are (year, month, promised, delivered). What is kept back is left out of the
    capacity, unless the `whole` is asked for by those who keep it back.
    """
    declared = {(year, month): kg for year, month, kg in supply}
    years = {year for year, _month in declared}
    balances = {(year, month): (promised, delivered) for year, month, promised, delivered in taken}
    out = []
    for step in range(MONTHS):
        year, month = today.year + (today.month - 1 + step) // 12, (today.month - 1 + step) % 12 + 1
        speaks = rules.spoken_for(years, year)
        kg = declared.get((speaks, month)) if speaks is not None else None
        promised, delivered = balances.get((year, month), (0.0, 0.0))
        cell = Cell(year, month, kg, month in season, speaks if kg is not None and speaks != year else None)
        cell.promised, cell.delivered = promised + delivered, delivered
        if kg is not None:
            offered = max(kg - reserve, 0)
            cell.capacity = kg if whole else offered
            cell.free = max(round(offered - cell.promised, 3), 0)
        out.append(cell)
    return out
