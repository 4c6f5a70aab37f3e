"""Two engines that make a sum of whole-number rows small. The only file here that knows a solver library.

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
from dataclasses import dataclass, field
from math import ceil, inf, isinf
from typing import Any

from service.fairs.plans.rows import Rows, Terms

UNBOUNDED = 2**50
HAIR = 1e-6
SLACK = 1e-9  # What the floating point of HiGHS may hide in a bound.
MANY = 2_500  # Variables from which on clauses need the relaxation's help.
PER_ITERATION = 1e-5  # Deterministic units for a step of the simplex method.

Told = Callable[[int | None, int | None], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to look. `effort` are deterministic units of CP-SAT."""

    until: float
    workers: int = 1
    seed: int = 1
    effort: float | None = None
    cancelled: Callable[[], bool] | None = None
    proving: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The best values found; none make the sum smaller than `bound`. `impossible`: nothing keeps all rows."""

    values: list[int] | None
    bound: int | None
    proven: bool
    impossible: bool = False
    stopped: bool = False
    effort: float = 0.0


@dataclass(slots=True)
class _Work:
    """What is known so far, between the engine's thread and the one that waits for it."""

    rows: Rows
    goal: Terms
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)
    values: list[int] | None = None
    value: int | None = None
    bound: float = -inf
    impossible: bool = False
    effort: float = 0.0
    running: int = 1
    enough: int | None = None  # A value that is had elsewhere: that nothing is smaller is all there is to know.
    stops: list[Callable[[], None]] = field(default_factory=list)
    failure: BaseException | None = None

    def found(self, values: Sequence[int]) -> None:
        value = sum(by * values[at] for at, by in self.goal.items())
        with self.lock:
            if (self.value is None or value < self.value) and self.rows.hold(values):
                self.values, self.value = list(values), value
            self._meet()

    def none_below(self, bound: float) -> None:
        if not isinf(bound):
            with self.lock:
                self.bound = max(self.bound, ceil(bound - max(HAIR, abs(bound) * SLACK)))
                self._meet()

    def nothing(self) -> None:
        with self.lock:
            self.impossible = self.value is None
            self.over.set()

    @property
    def proven(self) -> bool:
        """Whether nothing is smaller than what was found."""
        return self.value is not None and self.bound >= self.value

    def suffice(self, value: int) -> None:
        """Say what is had elsewhere."""
        with self.lock:
            self.enough = value
            self._meet()

    def _meet(self) -> None:
        if self.proven or (self.enough is not None and self.bound >= self.enough):
            self.over.set()

    def run(self, engine: Callable[[_Work, Limits], None], limits: Limits) -> None:
        try:
            engine(self, limits)
        except BaseException as failure:  # noqa: BLE001 - raised again by the one who waits.
            self.failure = failure
            self.over.set()
        finally:
            with self.lock:
                self.running -= 1
                if not self.running:
                    self.over.set()


def load() -> None:
    """Load the libraries; on a busy machine that takes seconds, which belong to no search."""
    import highspy  # noqa: F401, PLC0415 - see the module's docstring.
    from ortools.sat.python import cp_model  # noqa: F401, PLC0415


def by_branching(
    rows: Rows, goal: Terms, limits: Limits, *, start: Sequence[int] | None = None, known: int | None = None,
    told: Told | None = None,
) -> Answer:  # fmt: skip
    """HiGHS alone: for assignments. `known`: a value below which nothing is, as somebody else has proven."""
    return _run([_highs], rows, goal, limits, start, told, known)


def by_clauses(
    rows: Rows, goal: Terms, limits: Limits, *, start: Sequence[int] | None = None, known: int | None = None,
    told: Told | None = None,
) -> Answer:  # fmt: skip
    """CP-SAT alone: for neighbours. `known` is the same."""
    return _run([_cp_sat], rows, goal, limits, start, told, known)


def raced(rows: Rows, goal: Terms, limits: Limits, *, told: Told | None = None) -> Answer:
    """Both side by side, one core each, until one has proven its best. The value is sure then; the values are one engine's."""
    return _run([_highs, _cp_sat] if limits.workers > 1 else [_highs], rows, goal, limits, None, told)


def _run(
    engines: Sequence[Callable[[_Work, Limits], None]], rows: Rows, goal: Terms, limits: Limits, start: Sequence[int] | None,
    told: Told | None, known: int | None = None,
) -> Answer:  # fmt: skip
    work = _Work(rows, goal, running=len(engines))
    if known is not None:
        work.bound = known
    if start is not None:
        work.found(start)
    threads = _start(engines, work, limits)
    stopped = _wait(work, limits, told)
    return _end(work, threads, stopped)


def _start(engines: Sequence[Callable[[_Work, Limits], None]], work: _Work, limits: Limits) -> list[threading.Thread]:
    threads = [threading.Thread(target=work.run, args=(engine, limits), daemon=True) for engine in engines]
    for thread in threads:
        thread.start()
    return threads


def _end(work: _Work, threads: Sequence[threading.Thread], stopped: bool) -> Answer:
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
        self.limits, self.work = limits, _Work(rows, goal)

        def ask(work: _Work, limits: Limits) -> None:
            if least is not None and not work.over.is_set():
                _highs(work, limits, least)
            if not work.over.is_set():
                _highs(work, limits)

        self.threads = _start([ask], self.work, limits)

    def wait(self, value: int | None, told: Told | None = None) -> Answer:
        """Until nothing is smaller than this value that is had already, or something smaller is the best."""
        if value is not None:
            self.work.suffice(value)
        return _end(self.work, self.threads, _wait(self.work, self.limits, told))

    def stop(self) -> None:
        """Give it up."""
        _end(self.work, self.threads, stopped=False)


def _wait(work: _Work, limits: Limits, told: Told | None) -> bool:
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


def _cp_sat(work: _Work, limits: Limits) -> None:
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


def _highs(work: _Work, limits: Limits, least: int | None = None) -> None:
    """Search by branch and cut. With `least` only for what is as small as that, and whether anything is."""
    import numpy as np  # noqa: PLC0415 - it comes with the engines and is loaded with them.

    rows = work.rows if least is None else Rows(work.rows.low, work.rows.high, [*work.rows.rows, (None, work.goal, least)])
    engine = _told_to_highs(rows, work.goal)
    engine.setOptionValue("random_seed", limits.seed)
    engine.setOptionValue("time_limit", max(0.01, limits.until - time.monotonic()))
    if work.values is not None:
        engine.setSolution(len(work.values), np.arange(len(work.values), dtype=np.int32), np.array(work.values, dtype=float))

    def improved(event: Any) -> None:
        work.found([round(value) for value in event.data_out.mip_solution])

    def asked(event: Any) -> None:
        if least is None:
            work.none_below(event.data_out.mip_dual_bound)
        if work.over.is_set():
            event.interrupt()

    engine.cbMipImprovingSolution += improved
    engine.cbMipInterrupt += asked
    engine.run()
    _heard(work, engine, least)


def _heard(work: _Work, engine: Any, least: int | None) -> None:
    """Write down what HiGHS says at its end."""
    import highspy  # noqa: PLC0415 - the same.

    info, status = engine.getInfo(), engine.getModelStatus()
    work.effort += PER_ITERATION * max(0, info.simplex_iteration_count)
    if status == highspy.HighsModelStatus.kInfeasible:
        if least is None:
            work.nothing()
        else:
            work.none_below(least + 1)
        return
    solution = engine.getSolution()
    if solution.value_valid:
        work.found([round(value) for value in solution.col_value])
    ended = status == highspy.HighsModelStatus.kOptimal
    if ended or least is None:
        work.none_below(info.mip_dual_bound)
    # At its own end it has looked at everything: sums are whole, and nothing is smaller by one.
    if ended and work.value is not None and work.value - info.mip_dual_bound < 1:
        work.none_below(work.value)


def _told_to_highs(rows: Rows, goal: Terms, *, relaxed: bool = False) -> Any:
    import highspy  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    class Quiet(highspy.Highs):
        """HiGHS greets on the standard output while it is being made; a program that prints JSON cannot have that."""

        def enableCallbacks(self) -> None:  # noqa: N802 - the library's name, called while the engine is being made.
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]  # The library says no types.

    engine: Any = Quiet()  # type: ignore[no-untyped-call]  # As above.
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("mip_rel_gap", 0.0)
    engine.setOptionValue("mip_abs_gap", 0.99)
    # This search among roundings brings HiGHS 1.16 down on some rows, and is no loss on ours.
    engine.setOptionValue("mip_heuristic_run_rens", False)
    many, infinity = len(rows.low), highspy.kHighsInf
    places, costs = np.arange(many, dtype=np.int32), np.zeros(many)
    for at, by in goal.items():
        costs[at] = by
    engine.addVars(many, np.array(rows.low, dtype=float), np.array(rows.high, dtype=float))
    engine.changeColsCost(many, places, costs)
    if not relaxed:
        engine.changeColsIntegrality(many, places, np.ones(many, dtype=np.uint8))
    starts = np.cumsum([0, *(len(terms) for _low, terms, _high in rows.rows)], dtype=np.int32)
    engine.addRows(
        len(rows.rows),
        np.array([-infinity if low is None else low for low, _terms, _high in rows.rows], dtype=float),
        np.array([infinity if high is None else high for _low, _terms, high in rows.rows], dtype=float),
        int(starts[-1]),
        starts[:-1],
        np.array([at for _low, terms, _high in rows.rows for at in terms], dtype=np.int32),
        np.array([by for _low, terms, _high in rows.rows for by in terms.values()], dtype=float),
    )
    return engine


@dataclass(frozen=True, slots=True)
class Prices:
    """The linear relaxation: nothing is smaller than `bound`, and what it costs at least to move a variable or a row."""

    bound: float
    columns: list[float]
    rows: list[float]
    values: list[float]


def prices(rows: Rows, goal: Terms, limits: Limits) -> Prices | None:
    """The relaxation's own word; none where time is up first."""
    import highspy  # noqa: PLC0415

    engine = _told_to_highs(rows, goal, relaxed=True)
    engine.setOptionValue("time_limit", max(0.01, limits.until - time.monotonic()))
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = engine.getSolution()
    bound = engine.getInfo().objective_function_value
    return Prices(bound, list(solution.col_dual), list(solution.row_dual), list(solution.col_value))
