"""HiGHS: branch and cut, and the linear relaxation alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from service.core import highs
from service.fairs.plans.rows import Rows, Terms
from service.fairs.plans.work import Limits, Work

PER_ITERATION = 1e-5  # Deterministic units for a step of the simplex method.


def branch_and_cut(work: Work, limits: Limits, least: int | None = None) -> None:
    """Search by branch and cut. With `least` only for what is as small as that, and whether anything is."""
    import numpy as np  # noqa: PLC0415 - it comes with the engines and is loaded with them.

    rows = work.rows if least is None else Rows(work.rows.low, work.rows.high, [*work.rows.rows, (None, work.goal, least)])
    engine = _told_to(rows, work.goal)
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


def _heard(work: Work, engine: Any, least: int | None) -> None:
    """Write down what HiGHS says at its end."""
    import highspy  # noqa: PLC0415 - 8 MB, only where something is solved.

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


def _told_to(rows: Rows, goal: Terms, *, relaxed: bool = False) -> Any:
    engine = highs.quiet()
    highs.tell(engine, rows.low, rows.high, rows.rows, goal, [not relaxed] * len(rows.low))
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

    engine = _told_to(rows, goal, relaxed=True)
    engine.setOptionValue("time_limit", max(0.01, limits.until - time.monotonic()))
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = engine.getSolution()
    bound = engine.getInfo().objective_function_value
    return Prices(bound, list(solution.col_dual), list(solution.row_dual), list(solution.col_value))
