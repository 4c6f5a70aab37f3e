"""Finds a timetable: level after level, each settled before the next, with how far from the best it can be at most.

A first timetable that keeps all rules is found before anything is made better, and is never lost: time that is up, or somebody
who stops it, costs the proof and nothing else. Only the worker and the command line load this file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from service.core.searching import Progress
from service.fairs.meetings import clashes, model, places
from service.fairs.meetings.first import first
from service.fairs.meetings.gaps import even, fewest, made_even
from service.fairs.meetings.model import Model
from service.fairs.meetings.narrowing import Shape, narrowed
from service.fairs.meetings.problem import (
    MORE_IS_BETTER,
    Level,
    Problem,
    Reached,
    Solution,
    Status,
    Timetable,
    Violation,
)
from service.fairs.meetings.race import PAIR, Limits, Race, searched
from service.fairs.meetings.timetable import gaps, moved, tables, worth
from service.fairs.meetings.violations import violations

# What a level may take of the time that is left while others wait for it.
SHARES = {Level.VALUE: 0.4, Level.MOVED: 0.4, Level.GAPS: 0.8, Level.DIFFERENCE: 0.4, Level.TABLES: 0.5, Level.WALKING: 1.0}

AT_FIRST = 0.25  # Of the time of the first level, for a first timetable without the search.
PACKING = ("max_lp", "reduced_costs")


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    seconds: float = 60.0,
    workers: int = 2,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best timetable that is found in this time, with a bound for each level, or the rules that cannot all be kept."""
    began = time.monotonic()
    limits = Limits(began + seconds, max(1, workers), seed, cancelled)
    unknown = clashes.unknown(problem)
    if unknown:
        return Solution("infeasible", Timetable(), reasons=unknown, seed=seed, seconds=time.monotonic() - began)
    search = _Search(problem, limits, began, progress)
    status = search.run()
    reasons: tuple[Violation, ...] = ()
    if status == "infeasible":
        some = min(max(limits.left, clashes.LEAST_SECONDS), clashes.MOST_SECONDS)
        reasons = clashes.clash(problem, replace(limits, until=time.monotonic() + some))
    held = search.timetable()
    names = {meeting.id for meeting in problem.meetings}
    return Solution(
        status, held, tuple(search.levels), reasons,
        dropped=() if status in {"infeasible", "unknown"} else tuple(sorted(names - held.held.keys())),
        seed=seed, seconds=time.monotonic() - began,
    )  # fmt: skip


class _Search:
    """One walk down the levels. `rules` are what the levels that are settled have left for the ones after them."""

    def __init__(
        self, problem: Problem, limits: Limits, began: float, progress: Callable[[Progress], None] | None
    ) -> None:  # fmt: skip
        self.problem, self.limits, self.began, self.progress = problem, limits, began, progress
        self.shape: Shape = narrowed(problem)
        self.levels: list[Reached] = []
        self.slots: dict[int, int] | None = None
        self.seated: Timetable | None = None
        self.rules: list[Callable[[Model], None]] = []
        self.moved: int | None = None
        # Where meetings may be left out, or the old timetable weighs, a limited difference is a rule from the first level on:
        # what was settled without it might leave no timetable that keeps it.
        most = problem.max_gap_difference
        self.strict = most is not None and (not all(self.shape.required) or bool(problem.previous))
        if self.strict and most is not None:
            self.rules.append(lambda built: model.share(built, most, least=0))

    def timetable(self) -> Timetable:
        """What was found, with a table for each meeting that needs one."""
        if self.slots is None:
            return Timetable()
        return self.seated or tables(self.problem, self._named())

    def _named(self) -> dict[str, int]:
        return {self.problem.meetings[meeting].id: slot for meeting, slot in (self.slots or {}).items()}

    def run(self) -> Status:
        """Settles all levels that are asked for, as far as the time goes."""
        if self.shape.impossible:
            return "infeasible"
        ways: dict[Level, Callable[[Limits], Race]] = {
            Level.VALUE: self._value, Level.MOVED: self._moved, Level.GAPS: self._gaps, Level.DIFFERENCE: self._difference,
            Level.TABLES: self._places, Level.WALKING: self._places,
        }  # fmt: skip
        levels = [level for level in Level if level in self.problem.levels and self._asked(level)]
        if not levels or levels[0] is not Level.VALUE:
            levels.insert(0, Level.VALUE)  # A first timetable, whatever it is worth.
        for level in levels:
            now = time.monotonic()
            last = level is levels[-1]
            alone = level is Level.VALUE and not self._asked(level)
            until = self.limits.until if last or alone else now + SHARES[level] * max(0.0, self.limits.until - now)
            race = ways[level](replace(self.limits, until=until))
            if race.impossible:
                return self._none("infeasible")
            if race.slots is None:
                return self._none("unknown")
            self.slots = race.slots
            if level is not Level.VALUE or self._asked(level):
                self._take(level, race, now)
            if self.limits.called_off:
                break
        proven = len(self.levels) == sum(map(self._asked, levels)) and all(each.proven for each in self.levels)
        if violations(self.problem, self.timetable()):
            # The first timetable need not keep the difference of gaps; where none was found that does, there is none to show.
            return self._none("unknown")
        return "optimal" if proven else "feasible"

    def _none(self, status: Status) -> Status:
        """There is no timetable to show, whatever was found on the way."""
        self.slots = self.seated = None
        self.levels.clear()
        return status

    def _asked(self, level: Level) -> bool:
        """Levels on which all timetables are equal need no search."""
        if level is Level.VALUE:
            return not all(self.shape.required)
        return level is not Level.MOVED or bool(self.problem.previous)

    def _race(self, level: Level) -> Race:
        sign = -1 if level in MORE_IS_BETTER else 1

        def told(value: int | None, bound: int | None) -> None:
            if self.progress is not None:
                shown = [None if figure is None else sign * figure for figure in (value, bound)]
                self.progress(Progress(level, shown[0], shown[1], time.monotonic() - self.began))

        return Race(told=told)

    def _take(self, level: Level, race: Race, since: float) -> None:
        """Writes down how far the level was brought."""
        sign = -1 if level in MORE_IS_BETTER else 1
        value = worth(self.problem, self.timetable())[level]
        bound = value if race.proven or race.bound is None else sign * race.bound
        self.levels.append(Reached(level, value, bound, race.proven, time.monotonic() - since))

    def _built(self, *, with_gaps: bool) -> Model:
        built = model.build(self.shape, gaps=with_gaps or self.strict)
        for rule in self.rules:
            rule(built)
        return built

    def _value(self, limits: Limits) -> Race:
        race = self._race(Level.VALUE)
        now = time.monotonic()
        begun = first(self.shape, now + AT_FIRST * limits.left, limits.seed, lambda: limits.called_off)
        if self.strict and begun is not None:
            begun = made_even(self.shape, begun, now + 2 * AT_FIRST * limits.left, limits.seed, lambda: limits.called_off)
        if not self._asked(Level.VALUE):
            if begun is not None and self._keeps_most(begun):
                race.found(begun, 0)
                return race
            outcome = searched(self._built(with_gaps=False), limits, race, subsolvers=())
        else:
            built = self._built(with_gaps=False)
            built.cp.maximize(model.value(built))
            if begun is not None and self._keeps_most(begun):
                race.found(begun, -sum(self.problem.meetings[meeting].value for meeting in begun))
                built.hint(begun)
            outcome = searched(built, limits, race, subsolvers=PACKING, sign=-1, counted=True)
            if race.value is not None:
                least = -race.value
                self.rules.append(lambda other: other.cp.add(model.value(other) >= least))
        race.impossible = outcome == "infeasible" and race.value is None
        return race

    def _keeps_most(self, slots: dict[int, int]) -> bool:
        """Whether nobody has more meetings than it wants."""
        for who, each in enumerate(self.problem.participants):
            mine = [slots[meeting] for meeting in self.shape.of[who] if meeting in slots]
            limits = [(len(mine), each.most), *((sum(slot in part for slot in mine), cap) for part, cap in each.caps)]
            if any(most is not None and many > most for many, most in limits):
                return False
        return True

    def _moved(self, limits: Limits) -> Race:
        race = self._race(Level.MOVED)
        weight = self.problem.gaps_per_move
        built = self._built(with_gaps=weight is not None)
        goal = model.moved(built)
        built.cp.minimize(goal if weight is None else weight * goal + model.gaps(built))
        built.hint(self.slots or {})
        searched(built, limits, race, subsolvers=PAIR, counted=True)
        if race.slots is None:
            race.slots = self.slots
        most = len(moved(self.problem, tables(self.problem, {
            self.problem.meetings[meeting].id: slot for meeting, slot in (race.slots or {}).items()
        })))  # fmt: skip
        if weight is not None:
            race.value = most if race.proven else None
            race.bound = most if race.proven else 0
        self.moved = most
        self.rules.append(lambda other: other.cp.add(model.moved(other) <= most))
        return race

    def _gaps(self, limits: Limits) -> Race:
        race = self._race(Level.GAPS)
        fewest(self.shape, self.slots or {}, self._keep, limits, race, self.moved)
        most = race.value
        if most is not None:
            self.rules.append(lambda other: other.cp.add(model.gaps(other) <= most))
        return race

    def _keep(self, built: Model) -> None:
        for rule in self.rules:
            rule(built)

    def _difference(self, limits: Limits) -> Race:
        race = self._race(Level.DIFFERENCE)
        even(self.shape, self.slots or {}, self._keep, limits, race, self.moved)
        return race

    def _places(self, limits: Limits) -> Race:
        """Changes of place and walking are brought down together, in one go."""
        slots = self.slots or {}
        level = Level.TABLES if not any(each.level is Level.TABLES for each in self.levels) else Level.WALKING
        if self.seated is None or level is Level.TABLES:
            counts = gaps(self.problem, self.timetable())
            fair = Level.DIFFERENCE in self.problem.levels or self.problem.max_gap_difference is not None
            walks = places.Walks(
                self.shape, slots, most=max(counts.values(), default=0) if fair else None,
                least=min(counts.values(), default=0) if fair else 0, moved=self.moved, seed=limits.seed,
            )  # fmt: skip
            slots = walks.shorten(limits.until, lambda: limits.called_off)
            self.slots = slots
            self.seated = places.seated(self.problem, self._named(), limits.until, limits.seed, lambda: limits.called_off)
        race = self._race(level)
        changes, far = places.least_walk(self.problem, self._named())
        race.none_below(changes if level is Level.TABLES else far)
        race.found(slots, worth(self.problem, self.timetable())[level])
        return race
