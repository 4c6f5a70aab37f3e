"""The fewest gaps: a walk along chains and a search with proofs side by side, with what they find put together.

The walk finds good timetables where the search finds none for minutes; the search counts upwards what no timetable can go
below. As soon as the two meet, both are over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from service.fairs.meetings.model import Model

PAIR = ("core", "quick_restart_no_lp")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to look."""

    until: float
    workers: int
    seed: int
    cancelled: Callable[[], bool] | None = None

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - time.monotonic()

    @property
    def called_off(self) -> bool:
        """Whether somebody has stopped it."""
        return self.cancelled is not None and self.cancelled()


@dataclass(slots=True)
class Race:
    """What is known together: the best timetable, its figure, and a bound below which nothing is."""

    slots: dict[int, int] | None = None
    value: int | None = None
    bound: int | None = None
    impossible: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    failure: BaseException | None = None
    told: Callable[[int | None, int | None], None] | None = None

    def found(self, slots: Mapping[int, int], value: int) -> None:
        """Somebody has a timetable."""
        with self.lock:
            if self.value is None or value < self.value:
                self.slots, self.value = dict(slots), value
                self._tell()
            self._meet()

    def none_below(self, bound: float) -> None:
        """Somebody knows that nothing is smaller."""
        with self.lock:
            if self.bound is None or round(bound) > self.bound:
                self.bound = round(bound)
                self._tell()
            self._meet()

    @property
    def proven(self) -> bool:
        """Whether nothing is better than what was found."""
        return self.value is not None and self.bound is not None and self.bound >= self.value

    def _tell(self) -> None:
        if self.told is not None:
            self.told(self.value, self.bound)

    def _meet(self) -> None:
        if self.proven:
            self.over.set()


@contextmanager
def _watched(solver: cp_model.CpSolver, limits: Limits, race: Race) -> Iterator[None]:
    """Stops a search as soon as the race is over, the time is up or somebody has called it off."""
    ended = threading.Event()

    def guard() -> None:
        while not ended.wait(0.02):
            if race.over.is_set() or limits.called_off or limits.left < 0:
                solver.stop_search()

    watching = threading.Thread(target=guard, daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def searched(
    model: Model, limits: Limits, race: Race, *, subsolvers: tuple[str, ...] = PAIR, workers: int | None = None,
    counted: bool = False, sign: int = 1, ceiling: int | None = None,
) -> str:  # fmt: skip
    """One run of CP-SAT: `infeasible`, `optimal`, or `stopped` by time or by the others.

    What it finds goes to the race, with its figure where something is `counted` (`sign` -1: the more the better). A model that
    allows no more than the `ceiling` knows nothing of what lies above it: where it has no solution, any bound is true of it.
    """

    def bounded(bound: float) -> None:
        race.none_below(sign * bound if ceiling is None else min(sign * bound, ceiling))

    solver = cp_model.CpSolver()
    many = limits.workers if workers is None else workers
    solver.parameters.num_workers = many
    if subsolvers:
        solver.parameters.subsolvers.extend(subsolvers[: max(1, many)])
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.01, limits.left)
    if counted:
        solver.best_bound_callback = bounded

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            slots = model.slots(self.value)
            race.found(slots, sign * round(self.objective_value) if counted else 0)

    with _watched(solver, limits, race):
        status = solver.solve(model.cp, Watch())
    if status == cp_model.INFEASIBLE:
        return "infeasible"
    if status == cp_model.MODEL_INVALID:
        raise AssertionError(model.cp.validate())
    if counted and status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        bounded(solver.best_objective_bound)
    return "optimal" if status == cp_model.OPTIMAL else "stopped"
