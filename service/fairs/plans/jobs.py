"""The worker's part: the question is frozen, answered in a thread with no transaction held meanwhile, and recorded."""

from __future__ import annotations

import asyncio

import structlog

from service.core.db import Database
from service.fairs.plans import working
from service.fairs.plans.allocation import first_fit
from service.fairs.plans.events import PlanAsked
from service.fairs.plans.problem import Problem, Reached, Solution
from service.fairs.plans.refusals import refusals
from service.fairs.plans.violations import worth

log = structlog.get_logger("booths")


async def answer(database: Database, fact: PlanAsked) -> None:
    """Look for the plan that was asked for; one that is answered, or not wanted any more, is left alone."""
    async with database.transaction() as session:
        frozen = await working.take_up(session, fact.subject)
    if frozen is None:
        return
    solution = await asyncio.to_thread(constructive, frozen.problem)
    async with database.transaction() as session:
        await working.record(session, fact.subject, frozen, solution)
    log.info("booths given out", plan=str(fact.subject), status=solution.status)


def constructive(problem: Problem) -> Solution:
    """One party after the other in the order of choice: a plan at once, and nothing is claimed of how good it is."""
    plan = first_fit(problem)
    reached = worth(problem, plan)
    levels = tuple(Reached(level, reached[level], reached[level], proven=False) for level in problem.asked)
    return Solution("feasible", plan, levels, refusals(problem, plan))
