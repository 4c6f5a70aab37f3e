"""Whole-number variables and rows: what may be decided, and what must hold. Pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Terms = dict[int, int]


@dataclass(slots=True)
class Rows:
    """Whole-number variables with bounds, and rows `low <= sum of coefficient × variable <= high`."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    rows: list[tuple[int | None, Terms, int | None]] = field(default_factory=list)

    def variable(self, high: int = 1, low: int = 0) -> int:
        """A new variable."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def row(self, low: int | None, terms: Terms, high: int | None) -> None:
        """Something that must hold."""
        self.rows.append((low, terms, high))

    def hold(self, values: Sequence[int]) -> bool:
        """Whether these values keep every bound and every row, in exact arithmetic."""
        if any(not low <= value <= high for low, value, high in zip(self.low, values, self.high, strict=True)):
            return False
        for low, terms, high in self.rows:
            total = sum(by * values[at] for at, by in terms.items())
            if (low is not None and total < low) or (high is not None and total > high):
                return False
        return True
