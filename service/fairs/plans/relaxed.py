"""The levels settled without smells and like goods: what is best here no plan can beat.

Before somebody's wish for a neighbour is looked at, a party with one booth chooses a sort and nothing else; most choices that
no best plan can contain fall out by their reduced costs, and only then the wished neighbours get switches for each booth.
Halfway, what is settled is tried on the floor (`on_the_floor`), which may settle it anew with smells.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from service.fairs.plans import engines
from service.fairs.plans.engines import Answer, Limits
from service.fairs.plans.levels import merit
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.on_the_floor import settle_on_the_floor
from service.fairs.plans.places import Placement, Places
from service.fairs.plans.problem import Level, Plan
from service.fairs.plans.rows import Terms

MOST_SWITCHES = 120_000  # With more of them, wishes for neighbours are left to luck.
ROUNDS = 3
COUNTED = (Level.PLACED, Level.MOVED, Level.WISHES)  # What a place is worth, whoever stands beside it.

Choice = tuple[str, int | Placement]


class Ladder:
    """One level after the other, each kept for the next ones."""

    def __init__(
        self, places: Places, levels: Sequence[Level], limits: Limits, told: Callable[[Level, int | None], None],
        take: Callable[[Plan], None], reached: Callable[[int], None],
    ) -> None:  # fmt: skip
        self.places, self.problem, self.limits = places, places.problem, limits
        self.told, self.take, self.reached = told, take, reached
        self.levels = [level for level in levels if level is not Level.GROUPS]
        self.bounds: dict[Level, int] = {}
        self.targets: dict[Level, int] = {}
        self.took: dict[Level, float] = {}
        self.kept: dict[Level, frozenset[Choice]] = {}
        self.forced: dict[Level, frozenset[str]] = {}
        self.sums: dict[Level, tuple[int, bool]] = {}
        self.chosen: dict[str, int | Placement] | None = None
        self.smells = False
        self.effort = 0.0
        self.stopped = False

    def climb(self) -> None:
        """Settle what can be settled; `chosen` is the best that was found."""
        many = self.levels.index(Level.NEIGHBOURS) if Level.NEIGHBOURS in self.levels else len(self.levels)
        counted = next((at for at, level in enumerate(self.levels) if level not in COUNTED), len(self.levels))
        if not self._climb(0, counted):
            return
        # Before wishes for neighbours are looked at: whoever stops the search, or has little time, has good places by then.
        settle_on_the_floor(self, counted)
        self.reached(counted)
        if self.stopped or not self._climb(counted, many) or many == len(self.levels):
            return
        if self._switches(self.keep_at(many)) > MOST_SWITCHES:
            # The levels after the neighbours are settled without them: their bounds hold all the same.
            self.levels.remove(Level.NEIGHBOURS)
        self._climb(many, len(self.levels))

    def _climb(self, first: int, end: int) -> bool:
        """One level after the other, all before it kept; says whether each has a value."""
        if first >= end:
            return True
        model = Model(self.places, self.levels[:end], exact=False, keep=self.keep_at(first), smells=self.smells)
        self.fix(model, first)
        for at in range(first, end):
            if not self._settle(model, self.levels[at]):
                return False
            if first:
                self.reached(at + 1)
        return True

    def keep_at(self, settled: int) -> Keep | None:
        """What is left to choose from when so many levels are settled."""
        last = self._narrowed(settled)
        return self._keep(self.kept[last]) if last else None

    def fix(self, model: Model, settled: int) -> None:
        """Make the values of so many levels rows of the model, and what follows from them."""
        for level in self.levels[:settled]:
            self._fix(model, level)
        last = self._narrowed(settled)
        for name in sorted(self.forced[last]) if last else ():
            model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)

    def _narrowed(self, settled: int) -> Level | None:
        return next((level for level in reversed(self.levels[:settled]) if level in self.kept), None)

    def narrow(self, at: int, value: int) -> None:
        """Look again which choices are left by the level at this place, when its sum is this value."""
        level = self.levels[at]
        model = Model(self.places, self.levels[: at + 1], exact=False, keep=self.keep_at(at), smells=self.smells)
        self.fix(model, at)
        self._narrow(model, level, model.goal(level), value)

    def settled(self, model: Model, level: Level, answer: Answer) -> None:
        """Write down what has come out for a level."""
        if answer.bound is not None:
            self.bounds[level] = _shown(self.problem.previous, model, level, answer.bound)
        if answer.values is not None:
            value = model.sum(level, answer.values)
            self.sums[level] = (value, answer.proven)
            self.targets[level] = _shown(self.problem.previous, model, level, value)
            self.chosen = model.chosen(answer.values)

    def _settle(self, model: Model, level: Level) -> bool:
        began = time.monotonic()
        goal = model.goal(level)
        small = self._likely(level) if len(model.rows.low) > engines.MANY else None
        if small is None:
            known, answer = model, self._ask(model, level, goal)
        else:
            known, answer = self._found(model, small, level)
        self.settled(known, level, answer)
        if answer.values is not None:
            if answer.proven and level in COUNTED:
                # Before the level becomes a row: such a row would take the prices upon itself.
                self._narrow(model, level, goal, self.sums[level][0])
            self._fix(model, level)
        self.count(level, answer, began)
        return answer.values is not None and not self.stopped

    def _likely(self, level: Level) -> Model | None:
        """Far fewer choices, among which the best of a level mostly is, so that it is found in a moment.

        For neighbours these are places that are as good for everybody as the one that each has; for luck, all places of those
        who need neither several booths nor neighbours.
        """
        if level is not Level.NEIGHBOURS and level is not Level.LUCK:
            return None
        chosen, at = self.chosen, self.levels.index(level)
        before, parties, tied = self.keep_at(at), self.problem.by_id, Model.tied_of(self.problem)
        if chosen is None or before is None:
            return None
        merits = {name: merit(self.places, self.levels, name, where) for name, where in chosen.items()}

        def keep(name: str, where: int | Placement) -> bool:
            if level is Level.NEIGHBOURS:
                likely = name in merits and merit(self.places, self.levels, name, where) == merits[name]
            else:
                likely = chosen.get(name) == where or (name not in tied and parties[name].booths == 1)
            return likely and before(name, where)

        model = Model(self.places, self.levels[: at + 1], exact=False, keep=keep, smells=self.smells)
        self.fix(model, at)
        return model

    def _found(self, model: Model, small: Model, level: Level) -> tuple[Model, Answer]:
        """The best among few choices, and then whether anything of all the others is better."""
        limits = self._within(level)
        found = engines.by_branching(small.rows, small.goal(level), limits)
        value = None if found.values is None else small.sum(level, found.values)
        least = None if value is None else value - 1
        question = engines.Beside(model.rows, model.goal(level), limits, least=least)
        whole = question.wait(value, lambda _value, bound: self._tell(model, level, bound))
        effort, stopped = found.effort + whole.effort, found.stopped or whole.stopped
        if value is None or (whole.values is not None and model.sum(level, whole.values) < value):
            return model, replace(whole, effort=effort, stopped=stopped)
        proven = whole.bound is not None and whole.bound >= value
        return small, replace(found, bound=whole.bound, proven=proven, effort=effort, stopped=stopped and not proven)

    def count(self, level: Level, answer: Answer, began: float) -> None:
        """What a question has taken, and whether somebody has called it off."""
        self.took[level] = self.took.get(level, 0.0) + time.monotonic() - began
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped

    def _ask(self, model: Model, level: Level, goal: Terms) -> Answer:
        # Of places only the value goes on to the floor, and it is the same whichever engine proves it first. Who chooses what
        # comes from one engine, which makes the choices again the same way.
        if level in COUNTED and level is not self.levels[-1]:
            engine = engines.raced
        else:
            engine = engines.by_clauses if level is Level.NEIGHBOURS else engines.by_branching
        return engine(model.rows, goal, self._within(level), told=lambda _value, bound: self._tell(model, level, bound))

    def _within(self, level: Level) -> Limits:
        now = time.monotonic()
        share = 1.0 if level is self.levels[-1] else 0.6
        return replace(self.limits, until=now + share * max(0.0, self.limits.until - now))

    def _tell(self, model: Model, level: Level, bound: int | None) -> None:
        self.told(level, None if bound is None else _shown(self.problem.previous, model, level, bound))

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
        self.forced[level] = frozenset(party.id for party in self.problem.parties if frozenset(model.columns(party.id)) in full)

    def _keep(self, kept: frozenset[Choice]) -> Keep:
        def keep(name: str, where: int | Placement) -> bool:
            if (name, where) in kept:
                return True
            # One booth of a sort that is still open to this party.
            return isinstance(where, tuple) and len(where) == 1 and (name, self.places.sort_of[where[0]]) in kept

        return keep

    def known_by(self, settled: Sequence[Level], figures: Mapping[Level, int]) -> Level | None:
        """The last level whose choices were narrowed for plans that are as good as this at these levels."""
        found = None
        for level in settled:
            if level is not Level.GROUPS and self.targets.get(level) != figures[level]:
                break
            found = level if level in self.kept else found
        return found

    def keeping(self, settled: Sequence[Level], figures: Mapping[Level, int]) -> Keep | None:
        """What is left to choose from for plans that are as good as this at these levels."""
        level = self.known_by(settled, figures)
        return self._keep(self.kept[level]) if level else None

    def _switches(self, kept: Keep | None) -> int:
        """How many variables the wished neighbours would bring."""
        tied = {name for party in self.problem.parties for name in (party.id, *party.near, *party.apart)
                if party.near or party.apart}  # fmt: skip
        keep = kept or (lambda _name, _where: True)
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
