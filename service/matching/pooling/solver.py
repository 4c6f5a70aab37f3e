"""Finds the best lot: level after level, each proven before the next is looked at, with what could be said of it besides.

A level that is settled becomes a row that the next ones must keep. Time that is up, or somebody who stops it, costs the proof
and nothing else: the best plan so far is always there, with how far from the best it can be at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from service.core.searching import Progress
from service.matching.pooling.engines import Answer, Limits, least, load, prices
from service.matching.pooling.narrowing import Valued, kernel, narrow, valued
from service.matching.pooling.problem import (
    MORE_IS_BETTER,
    Level,
    Plan,
    Problem,
    Reached,
    Relaxation,
    Rule,
    Solution,
    Status,
    Violation,
)
from service.matching.pooling.remedies import remedies, stand_ins
from service.matching.pooling.rows import Model, Terms, build, fix
from service.matching.pooling.violations import barred, binding, kept_out, quality_points, room, short, violations, worth

# Beside those that pay for themselves so many suppliers are looked at first; the others are only proven not to be needed.
KERNEL = 25


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    seconds: float = 10.0,
    workers: int = 2,
    effort: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    relaxations: tuple[Relaxation, ...] = (),
    advise: bool = True,
) -> Solution:
    """The best plan, with bound and proof; with `advise` also stand-ins, and the cheapest ways to get what is missing.

    `effort` is a limit in deterministic units for each level; with it and one worker the same problem gives the same plan on
    every machine, however busy. Advice has as much time again as the plan.
    """
    load(workers)
    began = time.monotonic()
    limits = Limits(began + seconds, workers, seed, effort, cancelled)
    out = kept_out(problem)
    reasons = impossible(problem)
    if reasons:
        return Solution("infeasible", Plan(), seed=seed, kept_out=out, reasons=reasons, seconds=time.monotonic() - began)
    search = _Search(problem, limits, began, progress)
    status = search.run()
    took = time.monotonic() - began
    if status == "infeasible":
        reasons = _conflict(problem, limits)
        return Solution(status, Plan(), seed=seed, effort=search.effort, seconds=took, kept_out=out, reasons=reasons)
    plan = search.plan
    found = Solution(
        status=status, plan=plan, levels=tuple(search.levels), seed=seed, effort=search.effort, seconds=took,
        kept_out=out, binding=binding(problem, plan),
    )  # fmt: skip
    if not advise:
        return found
    found = replace(found, stand_ins=stand_ins(problem, plan))
    if status == "stopped" or not (any(short(problem, plan)) and plan.chosen | set(problem.by_id)):
        return found
    until = time.monotonic() + seconds

    def again(changed: Problem) -> Solution:
        left = max(0.5, until - time.monotonic())
        return solve(
            changed, seed=seed, seconds=left, workers=workers, effort=effort, cancelled=cancelled, advise=False
        )  # fmt: skip

    def in_time() -> bool:
        return time.monotonic() < until and not (cancelled is not None and cancelled())

    return replace(found, remedies=remedies(problem, found, relaxations, again, in_time))


class _Search:
    """One walk down the levels."""

    def __init__(self, problem: Problem, limits: Limits, began: float, progress: Callable[[Progress], None] | None) -> None:
        self.problem, self.limits, self.began, self.progress = problem, limits, began, progress
        self.model: Model = build(problem)
        self.plan = Plan()
        self.levels: list[Reached] = []
        self.effort = 0.0
        self.stopped = False
        self.worth: Valued | None = None

    def run(self) -> Status:
        levels = [level for level in self.problem.levels if level is not Level.MOVED or self.problem.previous is not None]
        if len(levels) > 1:
            self._all_at_once(levels[1])
        for place, level in enumerate(levels):
            if place < len(self.levels):
                continue
            if level is Level.FAIR:
                self.model.ask_fairness()
            if self._trivial(level):
                continue
            # What is not proven in most of the time that is left will not be; the rest belongs to the levels below.
            share = 1.0 if place == len(levels) - 1 else (0.4 if level is Level.COVERAGE else 0.8)
            goal = self.model.objective(level)
            answer = self._ask(level, goal, share, self.model.values(self.plan))
            if answer.impossible and not self.levels:
                return "infeasible"
            if answer.values is None and not self.levels:
                return "stopped"
            self._take(level, goal, answer)
            if self.stopped:
                break
        if len(self.levels) == len(levels) and all(reached.proven for reached in self.levels):
            return "optimal"
        return "stopped" if self.stopped else "feasible"

    def _all_at_once(self, level: Level) -> None:
        """Most lots can be filled as far as their months allow: then coverage needs no proof of its own, and is a row at once.

        The best on the next level that fills everything is sought; where nothing fills everything, the first level is asked.
        """
        model = self.model
        full = sum(model.reachable(month) for month in range(self.problem.months))
        coverage = model.objective(Level.COVERAGE)
        goal = model.objective(level)
        rows = model.rows
        model.rows = rows.copy()
        fix(model, Level.COVERAGE, coverage, -full)
        answer = self._ask(level, goal, 0.5, None)
        if answer.values is None:
            model.rows = rows
            return
        self.plan = model.plan(answer.values)
        self.levels.append(Reached(Level.COVERAGE, full, full, proven=True))
        self._take(level, goal, answer)

    def _trivial(self, level: Level) -> bool:
        """Levels on which all plans that are left are equal need no engine."""
        quality = {quality_points(source.supplier) for source in self.model.sources}
        nothing = not self.plan.chosen and level in {Level.FEWEST, Level.FAIR}
        if not nothing and not (level is Level.QUALITY and len(quality) < 2):
            return False
        value = worth(self.problem, self.plan)[level]
        self.levels.append(Reached(level, value, value, proven=True))
        return True

    def _ask(self, level: Level, goal: Terms, share: float, start: list[int] | None) -> Answer:
        known = None
        if level is Level.COVERAGE:
            known = -sum(self.model.reachable(month) for month in range(self.problem.months))
        elif level is Level.FEWEST:
            known = 1
        elif level is Level.FAIR:
            known = -1000

        def told(value: int | None, bound: int | None) -> None:
            if self.progress is not None:
                shown = [None if figure is None else _sign(level) * figure for figure in (value, bound)]
                self.progress(Progress(level, shown[0], shown[1], time.monotonic() - self.began))

        now = time.monotonic()
        until = min(self.limits.until, now + share * max(0.0, self.limits.until - now))
        limits = replace(self.limits, until=until)
        if level in {Level.COVERAGE, Level.COST}:
            start = self._prepare(goal, limits, start)
            if self.worth is not None:
                known = self.worth.none_below if known is None else max(known, self.worth.none_below)
        answer = least(self.model.rows, goal, limits, start=start, known=known, told=told)
        self.effort += answer.effort
        self.stopped = self.stopped or answer.stopped
        return answer

    def _prepare(self, goal: Terms, limits: Limits, start: list[int] | None) -> list[int] | None:
        """A good plan of the most promising few, and with it everybody out who can be in no better one."""
        model = self.model
        self.worth = None
        found = prices(model.rows, goal, limits) if limits.workers > 1 else None
        if found is None:
            return start
        self.worth = valued(model, goal, found)
        few = kernel(model, self.worth, KERNEL)
        if few is not None:
            now = time.monotonic()
            soon = replace(limits, until=now + 0.1 * max(0.0, limits.until - now))
            first = least(few.rows, goal, soon, start=start)
            start = first.values or start
        if start is not None:
            narrow(model, self.worth, sum(by * start[at] for at, by in goal.items()))
        return start

    def _take(self, level: Level, goal: Terms, answer: Answer) -> None:
        """Write down how far the level was brought, and keep it there."""
        problem, model = self.problem, self.model
        plan = self.plan if answer.values is None else model.plan(answer.values)
        figures = worth(problem, plan)
        # Where prices had to be rounded for the engine, a level that was settled could be lost by a hair: then nothing changes.
        lost = any(_sign(each.level) * figures[each.level] > _sign(each.level) * each.value for each in self.levels)
        if lost:
            plan, figures = self.plan, worth(problem, self.plan)
        self.plan = plan
        sign, value = _sign(level), figures[level]
        reached = sum(by * model.values(plan)[at] for at, by in goal.items())
        # What the engine does not see (who is out already, say) is the same in every plan.
        constant = sign * value - reached
        proven = answer.proven and not lost
        bound = value if answer.bound is None else sign * (answer.bound + constant)
        self.levels.append(Reached(level, value, bound, proven))
        fix(model, level, goal, reached)
        if level is Level.COST and self.worth is not None:
            narrow(model, self.worth, reached)


def _sign(level: Level) -> int:
    return -1 if level in MORE_IS_BETTER else 1


def impossible(problem: Problem) -> tuple[Violation, ...]:
    """Why the pins and the required suppliers cannot stand, as far as that is plain without solving anything."""
    known = problem.by_id
    pinned = Plan({
        name: tuple(pin or 0 for pin in pins) for name, pins in problem.pinned.items() if any(pin for pin in pins)
    })  # fmt: skip
    alone = replace(problem, required=frozenset(), pinned={})
    reasons = [each for each in violations(alone, pinned) if each.kind is not Rule.LEAST_TOTAL]
    told = {each.supplier for each in reasons}
    for name in sorted((problem.required | pinned.chosen) - told):
        if name not in known:
            reasons.append(Violation(Rule.UNKNOWN, name))
            continue
        supplier, pins = known[name], problem.pinned.get(name, (None,) * problem.months)
        most = [0 if pin == 0 else kg for kg, pin in zip(room(problem, supplier), pins, strict=True)]
        if not any(most):
            rule = barred(problem, supplier) or next((each.rule for each in kept_out(problem) if each.supplier == name), None)
            reasons.append(Violation(rule or Rule.PINNED, name))
    return tuple(reasons)


def _conflict(problem: Problem, limits: Limits) -> tuple[Violation, ...]:
    """Which of the wishes that exclude each other would have to go, one at a time; all of them if no single one is enough."""
    found: list[tuple[Violation, Problem]] = []
    if problem.max_suppliers is not None:
        found.append((Violation(Rule.MAX_SUPPLIERS), replace(problem, max_suppliers=None)))
    found += [
        (Violation(Rule.REQUIRED, name), replace(problem, required=problem.required - {name}))
        for name in sorted(problem.required)
    ]
    for name in sorted(problem.pinned):
        others = {each: pins for each, pins in problem.pinned.items() if each != name}
        found.append((Violation(Rule.PINNED, name), replace(problem, pinned=others)))
    enough = []
    for violation, changed in found:
        answer = least(build(changed).rows, {}, replace(limits, until=time.monotonic() + 2.0, workers=1))
        if answer.values is not None:
            enough.append(violation)
    return tuple(enough or (violation for violation, _changed in found))
