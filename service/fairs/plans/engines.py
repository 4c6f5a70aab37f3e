"""Two engines that make a sum of whole-number rows small. Only here and in `highs` is a solver library known.

HiGHS (branch and cut) settles assignments, whose linear relaxation is nearly whole; CP-SAT (clauses and exact integers) settles
neighbours, whose relaxation says little. Each works on one thread: alone, the same rows and the same seed give the same values,
however busy the machine, as long as no clock runs out. Side by side they prove sooner what the best value is; which values
reach it first is then chance, so whoever wants a plan asks one engine. What an engine finds counts after it was checked in
exact arithmetic.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from math import inf

from service.fairs.plans.highs import Prices, branch_and_cut, prices
from service.fairs.plans.rows import Rows, Terms
from service.fairs.plans.work import SLACK, Answer, Limits, Work

__all__ = ["MANY", "SLACK", "Answer", "Beside", "Limits", "Prices", "by_branching", "by_clauses", "load", "prices", "raced"]

UNBOUNDED = 2**50
MANY = 2_500  # Variables from which on clauses need the relaxation's help.

Told = Callable[[int | None, int | None], None]


def load() -> None:
    """Load the libraries; on a busy machine that takes seconds, which belong to no search."""
    import highspy  # noqa: F401, PLC0415 - see the module's docstring.
    from ortools.sat.python import cp_model  # noqa: F401, PLC0415


def by_branching(
    rows: Rows, goal: Terms, limits: Limits, *, start: Sequence[int] | None = None, known: int | None = None,
    told: Told | None = None,
) -> Answer:  # fmt: skip
    """HiGHS alone: for assignments. `known`: a value below which nothing is, as somebody else has proven."""
    return _run([branch_and_cut], rows, goal, limits, start, told, known)


def by_clauses(
    rows: Rows, goal: Terms, limits: Limits, *, start: Sequence[int] | None = None, known: int | None = None,
    told: Told | None = None,
) -> Answer:  # fmt: skip
    """CP-SAT alone: for neighbours. `known` is the same."""
    return _run([_cp_sat], rows, goal, limits, start, told, known)


def raced(rows: Rows, goal: Terms, limits: Limits, *, told: Told | None = None) -> Answer:
    """Both side by side, one core each, until one has proven its best. The value is sure then; the values are one engine's."""
    return _run([branch_and_cut, _cp_sat] if limits.workers > 1 else [branch_and_cut], rows, goal, limits, None, told)


def _run(
    engines: Sequence[Callable[[Work, Limits], None]], rows: Rows, goal: Terms, limits: Limits, start: Sequence[int] | None,
    told: Told | None, known: int | None = None,
) -> Answer:  # fmt: skip
    work = Work(rows, goal, running=len(engines))
    if known is not None:
        work.bound = known
    if start is not None:
        work.found(start)
    if not work.proven and limits.cancelled is not None and limits.cancelled():
        # Many a question is answered before anybody would look.
        return Answer(work.values, known, proven=False, stopped=True)
    threads = _start(engines, work, limits)
    stopped = _wait(work, limits, told)
    return _end(work, threads, stopped)


def _start(engines: Sequence[Callable[[Work, Limits], None]], work: Work, limits: Limits) -> list[threading.Thread]:
    threads = [threading.Thread(target=work.run, args=(engine, limits), daemon=True) for engine in engines]
    for thread in threads:
        thread.start()
    return threads


def _end(work: Work, threads: Sequence[threading.Thread], stopped: bool) -> Answer:
    work.over.set()
    for thread in threads:
        while thread.is_alive():
            # An engine that is just about to begin does not hear the first call.
            for stop in list(work.stops):
                stop()
            thread.join(0.02)
    if work.failure is not None:
        raise work.failure
    bound = None if work.bound == -inf else int(work.bound)
    return Answer(
        work.values, bound, work.proven, work.impossible and work.value is None, stopped and not work.proven, work.effort
    )


class Beside:
    """A question for HiGHS beside others: mostly what nobody can beat is known long before the best is found.

    `least`: whether anything is as small as that is asked first; where such a value is likely, this is the sooner proof.
    """

    def __init__(self, rows: Rows, goal: Terms, limits: Limits, *, least: int | None = None) -> None:
        self.limits, self.work = limits, Work(rows, goal)

        def ask(work: Work, limits: Limits) -> None:
            if least is not None and not work.over.is_set():
                branch_and_cut(work, limits, least)
            if not work.over.is_set():
                branch_and_cut(work, limits)

        self.threads = _start([ask], self.work, limits)

    def wait(self, value: int | None, told: Told | None = None) -> Answer:
        """Until nothing is smaller than this value that is had already, or something smaller is the best."""
        if value is not None:
            self.work.suffice(value)
        return _end(self.work, self.threads, _wait(self.work, self.limits, told))

    def stop(self) -> None:
        """Give it up."""
        _end(self.work, self.threads, stopped=False)


def _wait(work: Work, limits: Limits, told: Told | None) -> bool:
    """Wait for the end, tell how it goes twice a second, and see whether somebody calls it off."""
    next_word = time.monotonic() + 0.5
    while not work.over.wait(0.02):
        now = time.monotonic()
        if limits.cancelled is not None and limits.cancelled():
            return True
        if now > limits.until + 1:
            return False
        if told is not None and now >= next_word:
            next_word = now + 0.5
            told(work.value, None if work.bound == -inf else int(work.bound))
    return False


def _cp_sat(work: Work, limits: Limits) -> None:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a second and 85 MB, only where something is solved.

    model, rows = cp_model.CpModel(), work.rows
    variables = [model.new_int_var(low, high, "") for low, high in zip(rows.low, rows.high, strict=True)]
    for low, terms, high in rows.rows:
        total = cp_model.LinearExpr.weighted_sum([variables[at] for at in terms], list(terms.values()))
        model.add_linear_constraint(total, -UNBOUNDED if low is None else low, UNBOUNDED if high is None else high)
    if work.goal:
        model.minimize(cp_model.LinearExpr.weighted_sum([variables[at] for at in work.goal], list(work.goal.values())))
    for variable, value in zip(variables, work.values or (), strict=False):
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, limits.until - time.monotonic())
    if limits.effort is not None:
        solver.parameters.max_deterministic_time = limits.effort
    solver.parameters.random_seed = limits.seed
    # Two strategies that lean on the relaxation prove in seconds what the usual one does not prove in a minute. Which of them
    # finds something first is chance, so they are asked whether there is anything better at all.
    proving = limits.proving and limits.workers > 1 and len(rows.low) > MANY
    solver.parameters.linearization_level = 2
    solver.parameters.num_workers = 2 if proving else 1
    if proving:
        solver.parameters.subsolvers.extend(["max_lp", "reduced_costs"])
    solver.best_bound_callback = work.none_below
    variables_of = variables

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            work.found([self.value(variable) for variable in variables_of])

    work.stops.append(solver.stop_search)
    if work.over.is_set():
        return
    status = solver.solve(model, Watch())
    work.effort += solver.deterministic_time
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        work.found([solver.value(variable) for variable in variables])
        work.none_below(solver.best_objective_bound if work.goal else 0)
    elif status == cp_model.INFEASIBLE:
        work.nothing()
