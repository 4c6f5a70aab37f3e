"""The worker's part that needs the solver: a minute of work in a thread, with no transaction held meanwhile.

Progress is written at most once a second in a transaction of its own; the same statement says whether the answer is still
wanted. Only the worker and the command line load this file.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog

from service.core import searching
from service.core.db import Database
from service.fairs.plans import solver, working
from service.fairs.plans.events import PlanAsked
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.problem import Solution

log = structlog.get_logger("booths")


async def answer(database: Database, fact: PlanAsked) -> None:
    """Look for the plan that was asked for; one that is answered, or not wanted any more, is left alone."""
    async with database.transaction() as session:
        frozen = await working.take_up(session, fact.subject)
        told = await working.limits(session, fact.subject)
    if frozen is None:
        return
    solution = await _solve(database, fact.subject, frozen, *told)
    async with database.transaction() as session:
        await working.record(session, fact.subject, frozen, solution)
    log.info("booths given out", plan=str(fact.subject), status=solution.status, seconds=round(solution.seconds, 2))


async def _solve(database: Database, plan_id: UUID, frozen: Frozen, seed: int, seconds: float) -> Solution:
    """Solve in a thread, and tell once a second how it goes."""

    async def tell(shown: dict[str, Any]) -> bool:
        async with database.transaction() as session:
            return await working.tell(session, plan_id, shown)

    return await searching.followed(
        lambda progress, cancelled: solver.solve(
            frozen.problem, seed=seed, seconds=seconds, progress=progress, cancelled=cancelled
        ),
        tell,
    )
