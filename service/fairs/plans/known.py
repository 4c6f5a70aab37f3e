"""What is known while a plan is looked for: the best so far, and what no plan can beat."""

from __future__ import annotations

from service.fairs.plans.allocation import Chooser
from service.fairs.plans.levels import at_best, telling
from service.fairs.plans.places import Places
from service.fairs.plans.problem import Level, Plan, Problem, Reached
from service.fairs.plans.relaxed import Ladder
from service.fairs.plans.violations import better, violations, worth


class Known:
    """The plan and its bounds. The order of choice gives the first plan."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.places = Places(problem)
        self.plan = Chooser(self.places).run().plan()
        self.levels = telling(problem)
        self.ladder: Ladder | None = None
        self.exact_bounds: dict[Level, int] = {}
        self.took: dict[Level, float] = {}

    def _take(self, plan: Plan | None) -> None:
        if plan is not None and not violations(self.problem, plan) and better(self.problem, plan, self.plan):
            self.plan = plan

    def _bound_by(self, level: Level, bound: int | None) -> None:
        if bound is not None and level in self.levels:
            self.exact_bounds[level] = bound

    def _is_bound(self, level: Level, value: int) -> bool:
        return value == self._bound(level)

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
