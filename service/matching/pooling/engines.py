"""Two engines that make a sum of whole-number rows small, raced against each other. The only file that knows a solver library.

HiGHS (branch and cut in floating point) is the stronger one where openings and flows decide, as in facility location; CP-SAT
(clauses and exact integers, with every row in its linear relaxation) where packs, least shares and counts do. They run side by
side, one core each; what one finds is checked in exact arithmetic before it counts, the lower bounds are put together, and as
soon as the best value meets the best bound both are stopped. With one worker only CP-SAT runs, and the same seed gives the same
plan.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, gcd, inf, isinf
from typing import Any

from service.core import highs
from service.matching.pooling.rows import Rows, Terms

# A double counts whole numbers exactly up to here; sums of prices are brought below it.
COUNTED_EXACTLY = 2**52
# Up to here HiGHS tells sums apart that differ by one; above, a lot is called the best when it is so to nine digits.
TOLD_APART = 10**13
# HiGHS takes 0.000001 of a switch for nothing; above so many packs behind one switch that could be a pack too many.
MOST_PACKS = 1_000_000
# What the floating point of HiGHS may hide in a bound.
SLACK = 1e-9
HAIR = 1e-6
HEAD_START = 0.1
UNBOUNDED = 2**62

Told = Callable[[int | None, int | None], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to look."""

    until: float
    workers: int
    seed: int
    effort: float | None = None
    cancelled: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The best values found; no values make the sum smaller than `bound`. `impossible`: nothing keeps all rows."""

    values: list[int] | None
    bound: int | None
    proven: bool
    impossible: bool = False
    stopped: bool = False
    effort: float = 0.0


@dataclass(slots=True)
class _Race:
    """What both engines know together, in the units of the goal that they were given."""

    rows: Rows
    goal: Terms
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)
    values: list[int] | None = None
    value: int | None = None
    bound: float = -inf
    impossible: bool = False
    effort: float = 0.0
    running: int = 0
    stops: list[Callable[[], None]] = field(default_factory=list)
    failure: BaseException | None = None

    def found(self, values: Sequence[int]) -> None:
        value = sum(by * values[at] for at, by in self.goal.items())
        with self.lock:
            if (self.value is None or value < self.value) and self.rows.hold(values):
                self.values, self.value = list(values), value
            self._meet()

    def none_below(self, bound: float, *, exact: bool) -> None:
        """Take note that nothing is smaller. Sums are whole, so a bound is rounded up, less what floating point may hide."""
        if isinf(bound):
            return
        hidden = HAIR if exact else max(HAIR, abs(bound) * SLACK)
        with self.lock:
            self.bound = max(self.bound, ceil(bound - hidden))
            self._meet()

    def nothing(self) -> None:
        with self.lock:
            self.impossible = self.value is None
            self.over.set()

    @property
    def proven(self) -> bool:
        """Whether nothing is smaller than what was found."""
        if self.value is None:
            return False
        return self.bound >= self.value - (abs(self.value) * SLACK if abs(self.value) > TOLD_APART else 0)

    def _meet(self) -> None:
        if self.proven:
            self.over.set()

    def run(self, engine: Callable[[], None]) -> None:
        try:
            engine()
        except BaseException as failure:  # noqa: BLE001 - raised again by the one who waits.
            self.failure = failure
            self.over.set()
        finally:
            with self.lock:
                self.running -= 1
                if not self.running:
                    self.over.set()


def load(workers: int) -> None:
    """Load the library that looks first; on a busy machine that takes seconds, which belong to no search."""
    if workers > 1:
        import highspy  # noqa: F401, PLC0415 - see the module's docstring.
    else:
        from ortools.sat.python import cp_model  # noqa: F401, PLC0415


def least(
    rows: Rows,
    goal: Terms,
    limits: Limits,
    *,
    start: Sequence[int] | None = None,
    known: int | None = None,
    told: Told | None = None,
) -> Answer:
    """Values that keep all rows and make the goal small, and a bound below which nothing is (`known`: one that is known)."""
    scaled, unit = _in_units(rows, goal)
    race = _Race(rows, scaled)
    if known is not None:
        race.bound = -(-known // unit)
    if start is not None:
        race.found(start)
    if race.over.is_set():
        return Answer(race.values, known, proven=True)
    engines: list[Callable[[], None]] = [lambda: _cp_sat(race, limits, max(1, limits.workers - 1))]
    if limits.workers > 1 and max(rows.high, default=0) <= MOST_PACKS:
        import highspy  # noqa: F401, PLC0415 - loaded before the clock of the head start runs.

        engines.insert(0, lambda: _highs(race, limits))
    race.running = len(engines)
    threads = [threading.Thread(target=race.run, args=(engine,), daemon=True) for engine in engines]
    threads[0].start()
    if len(threads) > 1:
        # Small lots are done before the second engine, which takes a second to load, is needed at all.
        race.over.wait(HEAD_START)
        threads[1].start()
    stopped = _wait(race, limits, unit, told)
    race.over.set()
    for thread in threads:
        while thread.is_alive():
            # An engine that is just about to begin does not hear the first call.
            for stop in list(race.stops):
                stop()
            thread.join(0.02)
    if race.failure is not None:
        raise race.failure
    bound = None if race.bound == -inf else int(race.bound) * unit
    return Answer(race.values, bound, race.proven, race.impossible, stopped and not race.proven, race.effort)


def _in_units(rows: Rows, goal: Terms) -> tuple[Terms, int]:
    """The goal divided by what all its terms share; where sums would still be too large to count exactly, rounded down.

    A sum of terms rounded down is never larger than the sum itself, so a bound stays a bound.
    """
    if not goal:
        return {}, 1
    unit = gcd(*goal.values()) or 1
    largest = sum(abs(by) * max(abs(rows.low[at]), abs(rows.high[at])) for at, by in goal.items()) // unit
    if largest > COUNTED_EXACTLY:
        unit *= largest // COUNTED_EXACTLY + 1
    return {at: by // unit for at, by in goal.items() if by // unit}, unit


def _wait(race: _Race, limits: Limits, unit: int, told: Told | None) -> bool:
    """Wait for the end, tell how it goes twice a second, and see whether somebody calls it off."""
    said: tuple[float | None, float] = (None, -inf)
    next_word = time.monotonic() + 0.5
    while not race.over.wait(0.02):
        if limits.cancelled is not None and limits.cancelled():
            return True
        now = time.monotonic()
        if now > limits.until + 1:
            return False
        if told is not None and now >= next_word and said != (race.value, race.bound):
            said, next_word = (race.value, race.bound), now + 0.5
            told(
                None if race.value is None else race.value * unit,
                None if race.bound == -inf else int(race.bound) * unit,
            )
    return False


def _cp_sat(race: _Race, limits: Limits, workers: int) -> None:
    if race.over.is_set():
        return
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a second and 85 MB, only where something is solved.

    model, variables = _told_to_cp_sat(race)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, limits.until - time.monotonic())
    if limits.effort is not None:
        solver.parameters.max_deterministic_time = limits.effort
    solver.parameters.random_seed = limits.seed
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    if workers > 1:
        solver.parameters.subsolvers.extend(["max_lp", "reduced_costs"])
    solver.best_bound_callback = lambda bound: race.none_below(bound, exact=True)

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            race.found([self.value(variable) for variable in variables])

    race.stops.append(solver.stop_search)
    if race.over.is_set():
        return
    status = solver.solve(model, Watch())
    race.effort += solver.deterministic_time
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        race.found([solver.value(variable) for variable in variables])
        race.none_below(solver.best_objective_bound, exact=True)
    elif status == cp_model.INFEASIBLE:
        race.nothing()


def _told_to_cp_sat(race: _Race) -> tuple[Any, list[Any]]:
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model, rows = cp_model.CpModel(), race.rows
    variables = [model.new_int_var(low, high, "") for low, high in zip(rows.low, rows.high, strict=True)]
    for low, terms, high in (*rows.rows, *rows.implied):
        total = cp_model.LinearExpr.weighted_sum([variables[at] for at in terms], list(terms.values()))
        model.add_linear_constraint(total, -UNBOUNDED if low is None else low, UNBOUNDED if high is None else high)
    model.minimize(cp_model.LinearExpr.weighted_sum([variables[at] for at in race.goal], list(race.goal.values())))
    if race.values is not None:
        for variable, value in zip(variables, race.values, strict=True):
            model.add_hint(variable, value)
    return model, variables


def _highs(race: _Race, limits: Limits) -> None:
    import highspy  # noqa: PLC0415 - the same.
    import numpy as np  # noqa: PLC0415 - it comes with the engines and is loaded with them.

    engine = highs.quiet()
    engine.setOptionValue("random_seed", limits.seed)
    engine.setOptionValue("time_limit", max(0.01, limits.until - time.monotonic()))
    rows = race.rows
    whole = [at not in rows.loose for at in range(len(rows.low))]
    highs.tell(engine, rows.low, rows.high, rows.rows, race.goal, whole)
    if race.values is not None:
        engine.setSolution(len(race.values), np.arange(len(race.values), dtype=np.int32), np.array(race.values, dtype=float))

    def improved(event: Any) -> None:
        race.found([round(value) for value in event.data_out.mip_solution])

    def asked(event: Any) -> None:
        race.none_below(event.data_out.mip_dual_bound, exact=False)
        called_off(event)

    def called_off(event: Any) -> None:
        if race.over.is_set():
            event.interrupt()

    engine.cbMipImprovingSolution += improved
    engine.cbMipInterrupt += asked
    engine.cbSimplexInterrupt += called_off
    engine.run()
    if engine.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        race.nothing()
        return
    solution = engine.getSolution()
    if solution.value_valid:
        race.found([round(value) for value in solution.col_value])
    bound = engine.getInfo().mip_dual_bound
    # At its own end HiGHS has looked at everything: nothing is better by one than what it calls the best.
    ended = engine.getModelStatus() == highspy.HighsModelStatus.kOptimal
    race.none_below(bound, exact=ended and abs(bound) <= TOLD_APART)


def prices(rows: Rows, goal: Terms, limits: Limits) -> list[float] | None:
    """What one more of each row would be worth in the linear relaxation; none where it cannot be told."""
    import highspy  # noqa: PLC0415

    largest = max(map(abs, goal.values()), default=0)
    if not largest or largest > COUNTED_EXACTLY or max(rows.high, default=0) > MOST_PACKS:
        return None
    engine = highs.quiet()
    engine.setOptionValue("time_limit", max(0.01, limits.until - time.monotonic()))
    highs.tell(engine, rows.low, rows.high, rows.rows, goal, [False] * len(rows.low))
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return list(engine.getSolution().row_dual)
