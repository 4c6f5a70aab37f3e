"""Finds the best plan: level after level, each proven before the next is looked at.

Most of a fair can be settled without its geometry. So the levels are first settled one after the other on rows that know sorts
of booths, rows of several booths and neighbours that somebody asked for, and nothing of smells and like goods (`relaxed`):
whatever is best there, no plan can beat. Then a plan is sought in which everybody has what was settled and like goods stand as
they should (`search`). Where it exists, every level of it is proven; where it does not, or like goods could stand better,
the exact rows are asked from that level on. A fair that is too large for that is made better piece by piece (`regions`) under
bounds that know no geometry (`bounds`). Time that is up, or somebody who stops it, costs the proof and never the plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from service.core.searching import Progress
from service.fairs.plans import engines
from service.fairs.plans.engines import Limits
from service.fairs.plans.problem import Plan, Problem, Solution
from service.fairs.plans.refusals import refusals
from service.fairs.plans.search import Search
from service.fairs.plans.violations import violations

__all__ = ["solve"]

TOLD_A_SECOND = 800_000  # Booths times parties that are gone through in a second to say why.


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

    As long as no level runs out of its time, the same problem and seed give the same plan on every machine, however busy; where
    two strategies asked for something better have found it (neighbours and like goods of large halls), another of equal worth.
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
    search = Search(problem, limits, progress, began)
    status = search.run()
    return Solution(
        status, search.plan, search.reached(), refusals(problem, search.plan), seed=seed, effort=round(search.effort, 6),
        seconds=time.monotonic() - began,
    )  # fmt: skip
