"""Presolve by hand: who cannot be in any plan that is good enough, as the prices of the linear relaxation tell. Pure.

The relaxation puts a price on every row that several suppliers share: a kilogram of a month, a place among the chosen. At these
prices each supplier stands alone: what it costs at least to have it in, less what its kilograms are worth. Added up over all,
that is a bound for every plan; whoever would lift it above what is in hand can be left out, and whoever would do so by staying
out must be in. It says more than the relaxation's own reduced costs, which may hide a supplier's loss in its own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from service.matching.pooling.rows import Model, Source, Terms

# Rounding of sums of many doubles, as a share of them.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Valued:
    """What everything is worth at the prices of the relaxation."""

    bound: float
    # By the place among the model's sources: what it costs at least to have this one in.
    joining: tuple[float, ...]
    reduced: Sequence[float]

    @property
    def none_below(self) -> int:
        """Sums are whole: the bound rounded up, less what adding up may have lost."""
        return ceil(self.bound - max(1e-6, abs(self.bound) * ROUNDING / 10))


def valued(model: Model, goal: Terms, prices: Sequence[float]) -> Valued:
    """The worth of all sources at the given prices of the rows; any prices give a bound that holds."""
    rows = model.rows
    owner = _owners(model)
    reduced = [0.0] * len(rows.low)
    for at, by in goal.items():
        reduced[at] = float(by)
    bound = 0.0
    for (low, terms, high), price in zip(rows.rows, prices, strict=True):
        side = low if price > 0 else high
        if price == 0 or side is None or len({owner[at] for at in terms}) == 1:
            continue
        bound += price * side
        for at, by in terms.items():
            reduced[at] -= price * by
    joining = tuple(_joining(model, source, reduced) for source in model.sources)
    for source, least in zip(model.sources, joining, strict=True):
        bound += least if rows.low[source.switch] else min(0.0, least) if rows.high[source.switch] else 0.0
    for at, who in enumerate(owner):
        if who < 0:
            bound += min(reduced[at] * rows.low[at], reduced[at] * rows.high[at])
    return Valued(bound, joining, reduced)


def _owners(model: Model) -> list[int]:
    """Which source a variable belongs to; what belongs to none (the count of a group, say) has a negative number of its own."""
    owner = [-1 - at for at in range(len(model.rows.low))]
    for place, source in enumerate(model.sources):
        owner[source.switch] = place
        for lane in source.lanes:
            owner[lane.packs] = place
            if lane.switch is not None:
                owner[lane.switch] = place
    return owner


def _joining(model: Model, source: Source, reduced: Sequence[float]) -> float:
    rows = model.rows
    total = reduced[source.switch]
    for lane in source.lanes:
        packs = reduced[lane.packs]
        used = min(packs * rows.high[lane.packs], packs * rows.low[lane.packs])
        if lane.switch is not None:
            used += reduced[lane.switch]
        total += used if rows.low[lane.packs] else min(0.0, used)
    return total


def narrow(model: Model, worth: Valued, value: int) -> int:
    """Settle what every plan with a goal of at most `value` must leave or take; how many sources and lanes that were."""
    rows, settled = model.rows, 0
    between = value - worth.bound + max(1.0, abs(value) * ROUNDING)
    for source, least in zip(model.sources, worth.joining, strict=True):
        if rows.low[source.switch] == rows.high[source.switch]:
            continue
        if least > between:
            rows.high[source.switch] = 0
            for lane in source.lanes:
                rows.high[lane.packs] = 0
                if lane.switch is not None:
                    rows.high[lane.switch] = 0
            settled += 1
        elif -least > between:
            rows.low[source.switch] = 1
            settled += 1
        else:
            settled += _close_lanes(model, source, worth, between - max(0.0, least))
    return settled


def _close_lanes(model: Model, source: Source, worth: Valued, between: float) -> int:
    """Months in which one pack of this source alone would cost more than there is between bound and value."""
    rows, closed = model.rows, 0
    for lane in source.lanes:
        each = worth.reduced[lane.packs] + (worth.reduced[lane.switch] if lane.switch is not None else 0.0)
        if rows.low[lane.packs] == 0 < rows.high[lane.packs] and each > between:
            rows.high[lane.packs] = 0
            if lane.switch is not None:
                rows.high[lane.switch] = 0
            closed += 1
    return closed


def kernel(model: Model, worth: Valued, more: int) -> Model | None:
    """The same model with only the sources that pay for themselves and so many more; none where that leaves out too few."""
    open_ones = [place for place, source in enumerate(model.sources) if model.rows.high[source.switch]]
    paying = sum(worth.joining[place] <= 1.0 for place in open_ones)
    if len(open_ones) <= 1.5 * (paying + more):
        return None
    kept = sorted(open_ones, key=lambda place: worth.joining[place])[: paying + more]
    rows = model.rows.copy()
    for place in set(open_ones) - set(kept):
        source = model.sources[place]
        if not rows.low[source.switch]:
            rows.high[source.switch] = 0
            for lane in source.lanes:
                rows.high[lane.packs] = 0
    return Model(model.problem, rows, model.sources, model.counted, model.fair)
