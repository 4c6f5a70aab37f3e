"""What was asked, offered, awarded and missed of one need, and of many together. Pure.

A need is one request in one month. Of what it asked for, so much was awarded on this market; the rest is *still open* while the
request takes answers or is being decided and its month is not over, and is *missed* afterwards. So for each need and every sum
    asked = awarded + missed + still open
holds exactly. What was awarded beyond what was asked stands beside it (`beyond`) and fills nobody else's need. `offered` is all
that was quoted; `usable` counts of it no more than was asked, need by need, because three offers of the same kilogram are one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Need:
    """One request in one month. `over`: it is closed, or its month is."""

    asked: Decimal
    offered: Decimal
    awarded: Decimal
    over: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Kilograms of one need, or of many."""

    asked: Decimal = NOTHING
    offered: Decimal = NOTHING
    usable: Decimal = NOTHING
    awarded: Decimal = NOTHING
    beyond: Decimal = NOTHING
    missed: Decimal = NOTHING
    still_open: Decimal = NOTHING

    def __add__(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(
            self.asked + other.asked, self.offered + other.offered, self.usable + other.usable,
            self.awarded + other.awarded, self.beyond + other.beyond, self.missed + other.missed,
            self.still_open + other.still_open,
        )  # fmt: skip


def figures(need: Need) -> Figures:
    """The figures of one need."""
    awarded = min(need.awarded, need.asked)
    rest = need.asked - awarded
    return Figures(
        need.asked, need.offered, min(need.offered, need.asked), awarded, need.awarded - awarded,
        rest if need.over else NOTHING, NOTHING if need.over else rest,
    )  # fmt: skip


def together(parts: Iterable[Figures]) -> Figures:
    """The sum of figures."""
    return sum(parts, Figures())
