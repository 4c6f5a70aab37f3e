"""Finds the best plan: level after level, each proven before the next is looked at.

Most of a fair can be settled without its geometry. So the levels are first settled one after the other on rows that know sorts
of booths, rows of several booths and neighbours that somebody asked for, and nothing of smells and like goods (`relaxed`):
whatever is best there, no plan can beat. Then a plan is sought in which everybody has what was settled and like goods stand as
they should (`_realise`). Where it exists, every level of it is proven; where it does not, or like goods could stand better,
the exact rows are asked from that level on. Time that is up, or somebody who stops it, costs the proof and never the plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.fairs.plans import bounds, engines
from service.fairs.plans.allocation import Chooser
from service.fairs.plans.engines import Answer, Limits
from service.fairs.plans.levels import at_best, shown, telling
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.places import Placement, Places
from service.fairs.plans.problem import Level, Plan, Problem, Reached, Solution
from service.fairs.plans.refusals import refusals
from service.fairs.plans.regions import Regions
from service.fairs.plans.relaxed import Ladder
from service.fairs.plans.rows import Terms
from service.fairs.plans.violations import better, moved, violations, worth

MOST_COLUMNS = 150_000  # Exact rows beyond this many variables would take longer to write down than anybody waits.
MOST_PAIRS = 200_000  # So many booths times parties are settled as a whole; larger fairs are made better piece by piece.
WALKED = 2.0  # Deterministic units for what was walked already.
SMALL = 120  # Fairs with fewer booths are settled as a whole sooner than piece by piece.
TOLD_A_SECOND = 800_000  # Booths times parties that are gone through in a second to say why.
SHARE = 0.55  # Of the time that is left, what the levels without geometry may take.


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes: the level at work, the best plan so far, and what nobody can beat."""

    level: Level
    value: int | None
    bound: int | None
    seconds: float


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    seconds: float = 60.0,
    workers: int = 2,
    effort: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan with its proof, and why each wish that was not met was not.

    As long as no level runs out of its time, the same problem and seed give the same plan on every machine, however busy.
    `effort` limits each level in deterministic units instead; it is taken from `seconds` where it is not given.
    """
    engines.load()
    began = time.monotonic()
    broken = violations(problem, Plan({name: booths for name, booths in problem.locked.items() if booths}))
    broken = tuple(each for each in broken if each.rule.value != "locked" or each.party not in problem.by_id)
    if broken:
        return Solution("infeasible", Plan(), (), (), broken, seed, seconds=time.monotonic() - began)
    # Saying why somebody has no booth takes its time on a large floor, and belongs to what may be taken.
    aside = min(0.1 * seconds, len(problem.booths) * len(problem.parties) / TOLD_A_SECOND)
    limits = Limits(
        began + seconds - aside, workers, seed, effort if effort is not None else max(2.0, 0.4 * seconds), cancelled
    )
    search = _Search(problem, limits, progress, began)
    status = search.run()
    return Solution(
        status, search.plan, search.reached(), refusals(problem, search.plan), seed=seed, effort=round(search.effort, 6),
        seconds=time.monotonic() - began,
    )  # fmt: skip


class _Search:
    """One walk down the levels."""

    def __init__(self, problem: Problem, limits: Limits, progress: Callable[[Progress], None] | None, began: float) -> None:
        self.problem, self.limits, self.progress, self.began = problem, limits, progress, began
        self.places = Places(problem)
        self.plan = Chooser(self.places).run().plan()
        self.levels = telling(problem)
        self.base = self._some_settled()
        self.ladder: Ladder | None = None
        self.exact_bounds: dict[Level, int] = {}
        self.took: dict[Level, float] = {}
        self.effort = 0.0
        self.stopped = False

    def run(self) -> str:
        """Relaxed, realised, exact where that is still needed; a large fair piece by piece."""
        if len(self.problem.booths) * len(self.problem.parties) > MOST_PAIRS:
            self._by_regions()
            return "stopped" if self.stopped else "optimal" if self._all_proven() else "feasible"
        self.ladder = ladder = Ladder(self.places, self.levels, self._until(SHARE), self._told, self.base, self._place)
        ladder.climb()
        if self.base is not None:
            # What is the best with some already placed is no bound for all.
            ladder.bounds.clear()
        self.effort, self.stopped = self.effort + ladder.effort, self.stopped or ladder.stopped
        for level, seconds in ladder.took.items():
            self.took[level] = self.took.get(level, 0.0) + seconds
        if ladder.chosen is not None and not self._realise(ladder.chosen) and not self.stopped:
            # The floor does not allow just these choices; what was settled on the floor itself may be better off.
            self._realise(self._choices())
        if not self.stopped and not self._all_proven():
            self._exactly()
        if self.stopped and not self._all_proven():
            return "stopped"
        return "optimal" if self._all_proven() else "feasible"

    def _some_settled(self) -> Keep | None:
        """Who needs several booths on a very large floor stays where the order of choice has put it: rows would be too many."""
        several = [party for party in self.problem.parties if party.booths > 1]
        if sum(len(self.places.open_to(party)) for party in several) <= MOST_COLUMNS:
            return None
        placed = {party.id: self.plan.booths.get(party.id, ()) for party in several}

        def keep(name: str, where: int | Placement) -> bool:
            if name not in placed:
                return True
            return not isinstance(where, int) and set(self.places.names(where)) == set(placed[name])

        return keep

    def _until(self, share: float) -> Limits:
        now = time.monotonic()
        return replace(self.limits, until=now + share * max(0.0, self.limits.until - now))

    def _told(self, level: Level, bound: int | None) -> None:
        if self.progress is not None:
            value = worth(self.problem, self.plan)[level]
            self.progress(Progress(level, value, bound, time.monotonic() - self.began))

    def _take(self, plan: Plan | None) -> None:
        if plan is not None and not violations(self.problem, plan) and better(self.problem, plan, self.plan):
            self.plan = plan

    # --- A large fair -------------------------------------------------------------------------------------------------

    def _by_regions(self) -> None:
        """What nobody can beat, as far as that is cheap to know; then one piece of the floor after the other."""
        self._bound_by(Level.PLACED, bounds.placed(self.places, self._until(0.2)))
        self._bound_by(Level.NEIGHBOURS, bounds.neighbours(self.places))
        limits = self._until(0.85)
        walk = Regions(self.places, self.plan, self.levels, limits, self._moved_on, self._is_bound)
        self._take(walk.improve())
        self._count(walk)
        placed = worth(self.problem, self.plan)[Level.PLACED]
        self._bound_by(Level.WISHES, bounds.wishes(self.places, placed, self.limits))

    def _bound_by(self, level: Level, bound: int | None) -> None:
        if bound is not None and level in self.levels:
            self.exact_bounds[level] = bound

    def _is_bound(self, level: Level, value: int) -> bool:
        return value == self._bound(level)

    def _moved_on(self, level: Level, plan: Plan) -> None:
        self._take(plan)
        self._told(level, self.exact_bounds.get(level))

    # --- What everybody has chosen, on the floor ----------------------------------------------------------------------

    def _realise(self, chosen: dict[str, int | Placement]) -> bool:
        """Put everybody on the floor, neighbours and like goods as well as they can stand.

        A party may have any place that is as good for it as the one that it has chosen, so the levels that count places keep
        their values without a row that says so, and what is left is a question of neighbours alone.
        """
        merits = {name: self._merit(name, where) for name, where in chosen.items()}
        # Who stays where it stood, and what it was given there, is part of its merit; so are the points of its wishes.
        # On a floor that is too large for that, the neighbours are left as they come.
        beside = {Level.NEIGHBOURS, Level.GROUPS} if self._size() <= MOST_COLUMNS else set()
        levels = [level for level in self.levels if level in {*beside, Level.MOVED}]

        def keep(name: str, where: int | Placement) -> bool:
            if name not in merits or (self.base is not None and not self.base(name, where)):
                return False
            return self._merit(name, where) == merits[name]

        model = Model(self.places, levels, exact=True, keep=keep)
        for name in chosen:
            columns = model.columns(name)
            if not columns:
                return False
            model.rows.row(1, dict.fromkeys(columns, 1), None)
        start = model.values(self._walked(list(chosen), levels, keep) or self.plan)
        if start is not None and not model.rows.hold(start):
            start = None
        asked: list[Level] = [level for level in levels if level is not Level.MOVED]
        # Without a question of neighbours it is only asked whether everybody has room.
        asked = asked or [Level.PLACED]
        for level in asked:
            goal = model.goal(level) if level is not Level.PLACED else {}
            limits = self._until(0.5)
            if start is not None and len(model.rows.low) > engines.MANY:
                # Walked already: what the walk has not found is better asked of the exact rows.
                limits = replace(limits, effort=WALKED)
            if self.stopped:
                # Somebody waits: what was found so far is put on the floor at once, or not at all.
                limits = replace(limits, until=time.monotonic() + 3.0, effort=1.0, cancelled=None)
            answer = self._ask(level, model, goal, limits, start, known=self._known(level))
            if answer.values is None:
                return False
            start = answer.values
            self._take(model.plan(start))
            model.rows.row(None, goal, sum(by * start[at] for at, by in goal.items()))
        return True

    def _walked(self, chosen: list[str], levels: list[Level], keep: Keep) -> Plan | None:
        """A plan with just these merits, whoever stands beside whom, and then neighbours made better piece by piece."""
        asked = [level for level in levels if level in {Level.NEIGHBOURS, Level.GROUPS}]
        if not asked or self.stopped or len(self.problem.booths) < SMALL:
            return None
        model = Model(self.places, {Level.PLACED, *levels} - {*asked}, exact=True, keep=keep)
        for name in chosen:
            model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)
        answer = self._ask(asked[0], model, {}, self._until(0.2))
        if answer.values is None:
            return None
        walk = Regions(
            self.places, model.plan(answer.values), asked, self._until(0.4), self._moved_on, self._is_bound, keep=keep
        )  # fmt: skip
        found = walk.improve()
        self._take(found)
        self._count(walk)
        return found

    def _count(self, walk: Regions) -> None:
        self.effort += walk.effort
        self.stopped = self.stopped or walk.stopped
        for level, seconds in walk.took.items():
            self.took[level] = self.took.get(level, 0.0) + seconds

    def _choices(self) -> dict[str, int | Placement]:
        """What everybody has in the plan: the sort of its booth, or the row."""
        found: dict[str, int | Placement] = {}
        for name, booths in self.plan.booths.items():
            row = tuple(self.places.number[booth] for booth in booths)
            before = self.problem.previous.get(name, ()) if Level.MOVED in self.levels else ()
            stays = bool(before) and not moved(before, booths)
            found[name] = self.places.sort_of[row[0]] if len(row) == 1 and not stays else row
        return found

    def _place(self) -> None:
        """The levels that count places, on rows that know smells and every booth, but no wishes for neighbours.

        Asked before those, so that whoever stops the search, or has little time, has a plan with good places by then.
        """
        ladder = self.ladder
        counted = [level for level in self.levels if level in {Level.PLACED, Level.MOVED, Level.WISHES}]
        if ladder is None or not counted or any(level not in ladder.targets for level in counted):
            return
        before: dict[Level, int] = {level: ladder.targets[level] for level in counted}
        model = Model(self.places, counted, exact=True, keep=ladder.keeping(counted, before), tied=frozenset())
        for level in counted[:-1]:
            model.rows.row(None, model.goal(level), ladder.sums[level][0])
        goal, last = model.goal(counted[-1]), counted[-1]
        began = time.monotonic()
        known = ladder.sums[last][0] if ladder.sums[last][1] else None
        answer = engines.by_branching(model.rows, goal, self._until(0.3), known=known)
        self.took[last] = self.took.get(last, 0.0) + time.monotonic() - began
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped
        if answer.values is not None:
            self._take(model.plan(answer.values))

    def _known(self, level: Level) -> int | None:
        """What the sum of this level's rows is at least, where that is known already."""
        if level is Level.GROUPS and self.problem.groups == "spread":
            return 0
        bound = self.ladder.bounds.get(level) if self.ladder else None
        return -bound if bound is not None and level is Level.NEIGHBOURS else None

    def _merit(self, name: str, where: int | Placement) -> tuple[int, bool]:
        """All that the settled levels see of a place: how well wishes are met there, and whether it is the one before."""
        row = (self.places.members[where][0],) if isinstance(where, int) else where
        before = self.problem.previous.get(name, ()) if Level.MOVED in self.levels else ()
        stays = not isinstance(where, int) and bool(before) and not moved(before, self.places.names(row))
        return self.places.points(self.problem.by_id[name], row), stays

    def _ask(
        self, level: Level, model: Model, goal: Terms, limits: Limits, start: list[int] | None = None, known: int | None = None
    ) -> Answer:
        began = time.monotonic()
        answer = engines.by_clauses(
            model.rows, goal, limits, start=start, known=known, told=lambda _value, _bound: self._told(level, None)
        )
        self.took[level] = self.took.get(level, 0.0) + time.monotonic() - began
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped
        return answer

    # --- The exact rows -----------------------------------------------------------------------------------------------

    def _exactly(self) -> None:
        """From the first level that is not proven, with all before it kept as they are."""
        first = next(at for at, level in enumerate(self.levels) if not self._proven(level))
        keep = self.ladder.keeping(self.levels[:first], worth(self.problem, self.plan)) if self.ladder else None
        if self._size() > MOST_COLUMNS:
            return
        model = Model(self.places, self.levels, exact=True, keep=keep)
        for name in self._forced(self.levels[:first]):
            model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)
        for at, level in enumerate(self.levels):
            if at >= first and not self._proven(level):
                goal = model.goal(level)
                start = model.values(self.plan)
                limits = self._until(1.0 if all(self._proven(each) for each in self.levels[at + 1 :]) else 0.6)
                answer = self._ask(level, model, goal, limits, start) if start is None else self._better_than(
                    start, level, model, goal, limits
                )  # fmt: skip
                if answer.values is not None:
                    self._take(model.plan(answer.values))
                if answer.bound is not None:
                    self.exact_bounds[level] = shown(self.problem, level, answer.bound)
            if self.stopped or time.monotonic() > self.limits.until:
                return
            values = model.values(self.plan)
            if values is None:
                return
            goal = model.goal(level)
            model.rows.row(None, goal, sum(by * values[column] for column, by in goal.items()))

    def _forced(self, settled: Sequence[Level]) -> list[str]:
        """Who has a booth in every plan that is as good at these levels."""
        ladder, figures = self.ladder, worth(self.problem, self.plan)
        narrowed = [] if ladder is None else list(ladder.kept)
        if ladder is None or any(level not in settled or ladder.targets[level] != figures[level] for level in narrowed):
            return []
        return sorted(name for name in ladder.forced if name not in self.problem.locked)

    def _better_than(self, start: list[int], level: Level, model: Model, goal: Terms, limits: Limits) -> Answer:
        """Whether anything is better: that there is nothing is sooner proven than what the best is from scratch."""
        value = sum(by * start[at] for at, by in goal.items())
        if level not in {Level.NEIGHBOURS, Level.GROUPS} or len(model.rows.low) <= engines.MANY:
            return self._ask(level, model, goal, limits, start)
        model.rows.row(None, goal, value - 1)
        answer = self._ask(level, model, goal, replace(limits, proving=True), known=self._known(level))
        model.rows.rows.pop()
        if answer.impossible:
            return replace(answer, values=None, bound=value)
        return answer

    def _size(self) -> int:
        kinds = len({(party.commodity, party.smell, party.takes_smell, party.first_day) for party in self.problem.parties})
        return kinds * len(self.problem.booths)

    # --- What is known ------------------------------------------------------------------------------------------------

    def _bound(self, level: Level) -> int:
        """What no plan that is as good at the levels before can beat."""
        known = [at_best(self.problem, level)]
        if level in self.exact_bounds:
            known.append(self.exact_bounds[level])
        if self.ladder is not None and level in self.ladder.bounds:
            figures = worth(self.problem, self.plan)
            before = self.levels[: self.levels.index(level)]
            if all(self.ladder.targets.get(each, figures[each]) == figures[each] for each in before):
                known.append(self.ladder.bounds[level])
        return min(known) if self.problem.more_is_better(level) else max(known)

    def _proven(self, level: Level) -> bool:
        return worth(self.problem, self.plan)[level] == self._bound(level)

    def _all_proven(self) -> bool:
        return all(self._proven(level) for level in self.levels)

    def reached(self) -> tuple[Reached, ...]:
        """Every level that was asked for, in the organiser's order."""
        figures, found = worth(self.problem, self.plan), []
        for level in self.problem.asked:
            bound = self._bound(level) if level in self.levels else figures[level]
            found.append(Reached(level, figures[level], bound, figures[level] == bound, self.took.get(level, 0.0)))
        return tuple(found)
