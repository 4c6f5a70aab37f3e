"""What is free of what a product can yield, and who may promise it. Pure.

free = capacity − what the supplier keeps back − promised − delivered, month by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from service.accounts import Actor, Role

KgT = TypeVar("KgT", float, Decimal)


def may_promise(actor: Actor) -> bool:
    """Whether the actor may move the ledger at all.

    Promises follow from an award, a pool or an order, whose own rules have been asked; here only those who may change nothing
    anywhere are refused.
    """
    return actor.may_write


def sees_promises(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may know to whom a supplier's months are promised and what it keeps back: its people, and officers."""
    return actor is not None and (actor.organisation_id == organisation_id or actor.role in (Role.OFFICER, Role.SYSTEM))


def spoken_for(years: Iterable[int], year: int) -> int | None:
    """The year whose declaration speaks for that year: its own, else the newest before it, else the oldest."""
    declared = set(years)
    return max((each for each in declared if each <= year), default=min(declared)) if declared else None


def free_in(capacity: Mapping[int, KgT], months: Iterable[int], taken: Mapping[int, KgT] | None = None) -> dict[int, KgT]:
    """What is free in each of these months; empty when nothing was ever declared.

    A month of a year that nobody has declared is read from the newest declared year before it, else from the oldest one.
    Within a declared year, a month that was left empty yields nothing. `taken` is what of a month is promised or delivered; it
    belongs to that very month, whichever year's declaration speaks for it. Never less than nothing.
    """
    if not capacity:
        return {}
    first, last = min(capacity) // 12, max(capacity) // 12
    nothing = type(next(iter(capacity.values())))(0)
    if first == last:
        base = first * 12
        found = {month: capacity.get(base + month % 12, nothing) for month in months}
    else:
        declared = sorted({month // 12 for month in capacity})
        found = {}
        for month in months:
            year = max((each for each in declared if each <= month // 12), default=first)
            found[month] = capacity.get(year * 12 + month % 12, nothing)
    if taken:
        for month in taken.keys() & found.keys():
            found[month] = max(round(found[month] - taken[month], 3), nothing)  # Grams: what is finer is the machine's.
    return found


def kept_back(capacity: Mapping[int, KgT], reserve: KgT) -> dict[int, KgT]:
    """The capacity less what the supplier keeps back of every month."""
    nothing = type(reserve)(0)
    return {month: max(kg - reserve, nothing) for month, kg in capacity.items()}
