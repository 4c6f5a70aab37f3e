"""The way from the order of choice to the best plan: which rows are asked, of which engine, for how long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from service.core.searching import Progress
from service.fairs.plans import bounds, engines
from service.fairs.plans.engines import Answer, Limits
from service.fairs.plans.known import Known
from service.fairs.plans.levels import merit, shown
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.places import Placement
from service.fairs.plans.problem import Level, Plan, Problem
from service.fairs.plans.regions import Regions
from service.fairs.plans.relaxed import Ladder
from service.fairs.plans.rows import Terms
from service.fairs.plans.violations import moved, worth

MOST_COLUMNS = 150_000  # Exact rows beyond this many variables would take longer to write down than anybody waits.
MOST_PAIRS = 400_000  # So many booths times parties are settled as a whole; larger fairs are made better piece by piece.
PAIRS_A_SECOND = 8_000  # And so many of them need a second; where there is less time, pieces give more.
SMALL = 120  # Fairs with fewer booths are settled as a whole sooner than piece by piece.
SHARE = 0.55  # Of the time that is left, what the levels without geometry may take.


class Search(Known):
    """One walk down the levels: relaxed, realised on the floor, exact; or piece by piece."""

    def __init__(self, problem: Problem, limits: Limits, progress: Callable[[Progress], None] | None, began: float) -> None:
        super().__init__(problem)
        self.limits, self.progress, self.began = limits, progress, began
        self.effort = 0.0
        self.stopped = False
        self.beside: tuple[Model, engines.Beside] | None = None

    def run(self) -> str:
        """Relaxed, realised, exact where that is still needed; a large fair piece by piece."""
        try:
            return self._run()
        finally:
            if self.beside is not None:
                self.beside[1].stop()

    def _run(self) -> str:
        pairs = len(self.problem.booths) * len(self.problem.parties)
        if pairs > min(MOST_PAIRS, PAIRS_A_SECOND * (self.limits.until - self.began)):
            self._by_regions()
            return "stopped" if self.stopped else "optimal" if self._all_proven() else "feasible"
        self.ladder = ladder = Ladder(self.places, self.levels, self._until(SHARE), self._told, self._take, self._reached)
        ladder.climb()
        self.effort, self.stopped = self.effort + ladder.effort, self.stopped or ladder.stopped
        for level, seconds in ladder.took.items():
            self.took[level] = self.took.get(level, 0.0) + seconds
        if ladder.chosen is not None and not self._realise(ladder.chosen) and not self.stopped:
            # The floor does not allow just these choices; what was settled on the floor itself may be better off.
            self._realise(self._choices())
        self._hear()
        short = not self._proven(self.levels[0]) and len(self.problem.booths) >= SMALL
        if short and not self.stopped:
            # Time was too short, or the floor contradicts: what the order of choice has given is not left as it is.
            self._walk(0.5)
        if not self.stopped and not self._all_proven():
            self._exactly()
        if self.stopped and not self._all_proven():
            return "stopped"
        return "optimal" if self._all_proven() else "feasible"

    def _until(self, share: float) -> Limits:
        now = time.monotonic()
        return replace(self.limits, until=now + share * max(0.0, self.limits.until - now))

    def _told(self, level: Level, bound: int | None) -> None:
        if self.progress is not None:
            value = worth(self.problem, self.plan)[level]
            self.progress(Progress(level, value, bound, time.monotonic() - self.began))

    # --- A large fair -------------------------------------------------------------------------------------------------

    def _by_regions(self) -> None:
        """What nobody can beat, as far as that is cheap to know; then one piece of the floor after the other."""
        self._bound_by(Level.PLACED, bounds.placed(self.places, self._until(0.2)))
        self._bound_by(Level.NEIGHBOURS, bounds.neighbours(self.places))
        self._walk(0.85)
        placed = worth(self.problem, self.plan)[Level.PLACED]
        self._bound_by(Level.WISHES, bounds.wishes(self.places, placed, self.limits))

    def _walk(self, share: float) -> None:
        walk = Regions(self.places, self.plan, self.levels, self._until(share), self._moved_on, self._is_bound)
        self._take(walk.improve())
        self._count(walk)

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
            return name in merits and self._merit(name, where) == merits[name]

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
        if asked == [Level.NEIGHBOURS, Level.GROUPS] and self._at_once(model, start):
            return True
        for level in asked:
            goal = model.goal(level) if level is not Level.PLACED else {}
            limits = self._until(0.5)
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
        """A plan with just these merits, whoever stands beside whom, and then like goods kept together piece by piece.

        What little the rows as a whole say of goods that are to be kept together, a walk over the floor makes up for.
        """
        asked = [level for level in levels if level in {Level.NEIGHBOURS, Level.GROUPS}]
        walks = self.problem.groups == "cluster" and Level.GROUPS in asked and len(self.problem.booths) >= SMALL
        if self.stopped or not walks:
            return None
        model = Model(self.places, {Level.PLACED, *levels} - {*asked}, exact=True, keep=keep)
        for name in chosen:
            model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)
        answer = self._ask(asked[0], model, {}, self._until(0.2))
        if answer.values is None:
            return None
        walk = Regions(
            self.places, model.plan(answer.values), asked, self._until(0.6), self._moved_on, self._is_bound, keep=keep
        )  # fmt: skip
        found = walk.improve()
        self._take(found)
        self._count(walk)
        return found

    def _at_once(self, model: Model, start: list[int] | None) -> bool:
        """Like goods as well as they can stand where neighbours stand as well as they can: mostly both can be had."""
        most = self._known(Level.NEIGHBOURS)
        if most is None or self.stopped:
            return False
        goal = model.goal(Level.GROUPS)
        model.rows.row(None, model.goal(Level.NEIGHBOURS), most)
        answer = self._ask(Level.GROUPS, model, goal, self._until(0.5), start, known=self._known(Level.GROUPS))
        model.rows.rows.pop()
        if answer.values is not None:
            self._take(model.plan(answer.values))
        return answer.values is not None

    # --- Like goods, beside the rest -----------------------------------------------------------------------------------

    def _reached(self, settled: int) -> None:
        """Once all levels before like goods are settled, another core may look how well they can stand at best."""
        ladder = self.ladder
        if ladder is None or self.beside or self.problem.groups != "spread" or Level.GROUPS not in self.levels:
            return
        before = self.levels[: self.levels.index(Level.GROUPS)]
        known = all(ladder.sums.get(level, (0, False))[1] for level in before)
        if self.limits.workers < 2 or settled != len(before) or not known or self._size() > MOST_COLUMNS:
            return
        model = Model(self.places, {*before, Level.GROUPS}, exact=True, keep=ladder.keep_at(settled))
        ladder.fix(model, settled)
        self.beside = model, engines.Beside(model.rows, model.goal(Level.GROUPS), self.limits, least=0)

    def _hear(self) -> None:
        """See whether like goods could stand better than they do, if all before them is as good as it can be."""
        if self.beside is None or self.ladder is None:
            return
        (model, question), self.beside = self.beside, None
        figures = worth(self.problem, self.plan)
        before = self.levels[: self.levels.index(Level.GROUPS)]
        reached = all(self.ladder.targets[level] == figures[level] for level in before)
        if self.stopped or not reached or self._proven(Level.GROUPS):
            question.stop()
            return
        began = time.monotonic()
        answer = question.wait(figures[Level.GROUPS])
        self._counted(Level.GROUPS, answer, began)
        if answer.values is not None:
            self._take(model.plan(answer.values))
        self._bound_by(Level.GROUPS, answer.bound)

    def _counted(self, level: Level, answer: Answer, began: float) -> None:
        self.took[level] = self.took.get(level, 0.0) + time.monotonic() - began
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped

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

    def _known(self, level: Level) -> int | None:
        """What the sum of this level's rows is at least, where that is known already."""
        if level is Level.GROUPS and self.problem.groups == "spread":
            return 0
        bound = self.ladder.bounds.get(level) if self.ladder else None
        return -bound if bound is not None and level is Level.NEIGHBOURS else None

    def _merit(self, name: str, where: int | Placement) -> tuple[int, bool]:
        return merit(self.places, self.levels, name, where)

    def _ask(
        self, level: Level, model: Model, goal: Terms, limits: Limits, start: list[int] | None = None, known: int | None = None
    ) -> Answer:
        began = time.monotonic()
        # Like goods that are to be spread are rows that the relaxation sees through; those to be kept together are not.
        spread = level is Level.GROUPS and self.problem.groups == "spread"
        engine = engines.by_branching if spread else engines.by_clauses
        answer = engine(model.rows, goal, limits, start=start, known=known, told=lambda _value, _bound: self._told(level, None))
        self._counted(level, answer, began)
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
        if self.ladder is None:
            return []
        level = self.ladder.known_by(settled, worth(self.problem, self.plan))
        return sorted(self.ladder.forced[level] - self.problem.locked.keys()) if level else []

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
        return answer if answer.bound is None else replace(answer, bound=min(answer.bound, value))

    def _size(self) -> int:
        kinds = len({(party.commodity, party.smell, party.takes_smell, party.first_day) for party in self.problem.parties})
        return kinds * len(self.problem.booths)
