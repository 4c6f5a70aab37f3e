"""The worker's part that needs the solver: seconds of work in a thread, with no transaction held meanwhile.

Progress is written at most once a second in a transaction of its own; the same statement says whether the answer is still
wanted. Only the worker and the command line load this file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import searching
from service.core.db import Database
from service.core.searching import Progress
from service.matching.pooling import mending, solver, working
from service.matching.pooling.events import PoolAsked, PoolShareRefused
from service.matching.pooling.frozen import Frozen
from service.matching.pooling.problem import Solution

log = structlog.get_logger("pooling")

SECONDS = 10.0
MOST_TRIES = 3  # A lot whose answers come in while it is mended is looked at again so often.


def solve(
    frozen: Frozen,
    *,
    seed: int = 1,
    seconds: float = SECONDS,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan for a frozen question, with what could be given up if something is missing."""
    return solver.solve(
        frozen.problem(), seed=seed, seconds=seconds, progress=progress, cancelled=cancelled, relaxations=frozen.relaxations()
    )


async def answer(database: Database, fact: PoolAsked) -> None:
    """Look for the lot that was asked for; one that is answered, or not wanted any more, is left alone."""
    async with database.transaction() as session:
        frozen = await working.take_up(session, fact.subject)
    if frozen is None:
        return
    solution = await _solve(database, fact.subject, frozen)
    async with database.transaction() as session:
        await working.record(session, fact.subject, frozen, solution)
    log.info("lot found", pool=str(fact.subject), status=solution.status, seconds=round(solution.seconds, 2))


async def mend(database: Database, fact: PoolShareRefused) -> None:
    """Deal out anew what a refused share has left, around those who have accepted."""
    for _attempt in range(MOST_TRIES):
        async with database.transaction() as session:
            question = await mending.look(session, fact.subject, fact.share_id)
        if question is None:
            return
        solution = await asyncio.to_thread(solve, question.frozen)
        async with database.transaction() as session:
            if await mending.mend(session, fact.subject, question, solution):
                return
    log.warning("lot not mended: its answers changed each time", pool=str(fact.subject))


async def mend_in(session: AsyncSession, pool_id: UUID, share_id: UUID) -> bool:
    """The same within one transaction, for a market that is stocked as a whole; tells whether there was something to do."""
    question = await mending.look(session, pool_id, share_id)
    return question is not None and await mending.mend(session, pool_id, question, solve(question.frozen))


async def _solve(database: Database, pool_id: UUID, frozen: Frozen) -> Solution:
    """Solve in a thread, and tell once a second how it goes."""

    async def tell(shown: dict[str, Any]) -> bool:
        async with database.transaction() as session:
            return await working.tell(session, pool_id, shown)

    return await searching.followed(lambda progress, cancelled: solve(frozen, progress=progress, cancelled=cancelled), tell)
