"""The levels settled without smells and like goods: what is best here no plan can beat.

Before somebody's wish for a neighbour is looked at, a party with one booth chooses a sort and nothing else; most choices that
no best plan can contain fall out by their reduced costs, and only then the wished neighbours get switches for each booth.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from service.fairs.plans import engines
from service.fairs.plans.engines import Answer, Limits
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.places import Placement, Places
from service.fairs.plans.problem import Level
from service.fairs.plans.rows import Terms

MOST_SWITCHES = 120_000  # With more of them, wishes for neighbours are left to luck.
ROUNDS = 3

Choice = tuple[str, int | Placement]


class Ladder:
    """One level after the other, each kept for the next ones."""

    def __init__(
        self, places: Places, levels: Sequence[Level], limits: Limits, told: Callable[[Level, int | None], None],
        base: Keep | None = None, halfway: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.places, self.problem, self.limits, self.told = places, places.problem, limits, told
        self.base, self.halfway = base, halfway
        self.levels = [level for level in levels if level is not Level.GROUPS]
        self.bounds: dict[Level, int] = {}
        self.targets: dict[Level, int] = {}
        self.took: dict[Level, float] = {}
        self.kept: dict[Level, frozenset[Choice]] = {}
        self.sums: dict[Level, tuple[int, bool]] = {}
        self.forced: set[str] = set()
        self.chosen: dict[str, int | Placement] | None = None
        self.effort = 0.0
        self.stopped = False

    def climb(self) -> None:
        """Settle what can be settled; `chosen` is the best that was found."""
        many = self.levels.index(Level.NEIGHBOURS) if Level.NEIGHBOURS in self.levels else len(self.levels)
        model = Model(self.places, self.levels[:many], exact=False, keep=self.base)
        if not all(self._settle(model, level) for level in self.levels[:many]):
            return
        if many == len(self.levels) or self.stopped:
            return
        if self.halfway is not None:
            self.halfway()
        last = self.kept.get(self.levels[many - 1])
        if self._switches(last) > MOST_SWITCHES:
            # The levels after the neighbours are settled without them: their bounds hold all the same.
            self.levels.remove(Level.NEIGHBOURS)
            if many == len(self.levels):
                return
        model = Model(self.places, self.levels, exact=False, keep=self._keep(last))
        for level in self.levels[:many]:
            self._fix(model, level)
        for name in sorted(self.forced):
            model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)
        all(self._settle(model, level) for level in self.levels[many:])

    def _settle(self, model: Model, level: Level) -> bool:
        began = time.monotonic()
        goal = model.goal(level)
        answer = self._ask(model, level, goal)
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped
        if answer.bound is not None:
            self.bounds[level] = _shown(self.problem.previous, model, level, answer.bound)
        if answer.values is not None:
            value = sum(by * answer.values[at] for at, by in goal.items())
            self.sums[level] = (value, answer.proven)
            self.targets[level] = _shown(self.problem.previous, model, level, value)
            self.chosen = model.chosen(answer.values)
            if answer.proven and level in {Level.PLACED, Level.MOVED, Level.WISHES}:
                # Before the level becomes a row: such a row would take the prices upon itself.
                self._narrow(model, level, goal, value)
            self._fix(model, level)
        self.took[level] = time.monotonic() - began
        return answer.values is not None and not self.stopped

    def _ask(self, model: Model, level: Level, goal: Terms) -> Answer:
        # Of all but the last level only the value goes on, and it is the same whichever engine proves it first; the choices
        # of the last one are what the plan is made of, so one engine makes them, and makes them again the same way.
        if level is not self.levels[-1]:
            engine = engines.raced
        else:
            engine = engines.by_clauses if level is Level.NEIGHBOURS else engines.by_branching
        now = time.monotonic()
        share = 1.0 if level is self.levels[-1] else 0.6
        limits = replace(self.limits, until=now + share * max(0.0, self.limits.until - now))

        def told(_value: int | None, bound: int | None) -> None:
            self.told(level, None if bound is None else _shown(self.problem.previous, model, level, bound))

        return engine(model.rows, goal, limits, told=told)

    def _fix(self, model: Model, level: Level) -> None:
        value, proven = self.sums[level]
        goal = model.goal(level)
        model.rows.row(value if proven else None, goal, value)

    def _narrow(self, model: Model, level: Level, goal: Terms, value: int) -> None:
        """Take out what is in no plan that is as good: to choose it would cost more than the relaxation leaves."""
        rows = model.rows
        for _round in range(ROUNDS):
            found = engines.prices(rows, goal, self.limits)
            if found is None:
                return
            spare = value - found.bound + max(1e-3, abs(value) * 1e-7)
            out = 0
            for at, cost in enumerate(found.columns):
                if rows.low[at] == 0 < rows.high[at] and cost > spare and found.values[at] < 0.5:
                    rows.high[at] = 0
                    out += 1
            for at, cost in enumerate(found.rows):
                low, terms, high = rows.rows[at]
                if low is None and high == 1 and -cost > spare:
                    rows.rows[at] = (1, terms, 1)
            if not out:
                break
        self.kept[level] = frozenset(
            (name, where)
            for table in (model.by_sort, model.by_row)
            for name, columns in table.items()
            for where, column in columns.items()
            if rows.high[column]
        )
        full = {frozenset(terms) for low, terms, high in rows.rows if low == high == 1}
        self.forced |= {party.id for party in self.problem.parties if frozenset(model.columns(party.id)) in full}

    def _keep(self, kept: frozenset[Choice] | None) -> Keep | None:
        if kept is None:
            return self.base

        def keep(name: str, where: int | Placement) -> bool:
            if (name, where) in kept:
                return True
            # One booth of a sort that is still open to this party.
            return isinstance(where, tuple) and len(where) == 1 and (name, self.places.sort_of[where[0]]) in kept

        return keep

    def keeping(self, settled: Sequence[Level], figures: Mapping[Level, int]) -> Keep | None:
        """What is left to choose from for plans that are as good as this at these levels."""
        found: frozenset[Choice] | None = None
        for level in settled:
            if level is not Level.GROUPS and self.targets.get(level) != figures[level]:
                break
            found = self.kept.get(level, found)
        return self._keep(found)

    def _switches(self, kept: frozenset[Choice] | None) -> int:
        """How many variables the wished neighbours would bring."""
        tied = {name for party in self.problem.parties for name in (party.id, *party.near, *party.apart)
                if party.near or party.apart}  # fmt: skip
        keep = self._keep(kept) or (lambda _name, _where: True)
        return sum(
            len(self.places.members[sort])
            for party in self.problem.parties
            if party.id in tied and party.booths == 1
            for sort in self.places.sorts_for(party)
            if keep(party.id, sort)
        )


def _shown(previous: Mapping[str, tuple[str, ...]], model: Model, level: Level, summed: int) -> int:
    if level is Level.MOVED:
        return sum(bool(booths) and name in model.parties for name, booths in previous.items()) + summed
    return -summed if model.problem.more_is_better(level) else summed
