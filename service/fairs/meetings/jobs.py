"""The worker's part that needs the solver: seconds of work in a thread, with no transaction held meanwhile.

Progress is written at most once a second in a transaction of its own; the same statement says whether the answer is still
wanted. Only the worker, the command line and the demo load this file.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import searching
from service.core.db import Database
from service.fairs.meetings import timetables
from service.fairs.meetings.events import TimetableAsked
from service.fairs.meetings.frozen import Frozen
from service.fairs.meetings.inputs import TimetableWish
from service.fairs.meetings.models import TimetableRow
from service.fairs.meetings.problem import Solution
from service.fairs.meetings.solver import solve

log = structlog.get_logger("meetings")


async def answer(database: Database, fact: TimetableAsked) -> None:
    """Look for the timetable that was asked for; one that is answered, or not wanted any more, is left alone."""
    async with database.transaction() as session:
        frozen = await timetables.take_up(session, fact.subject)
    if frozen is None:
        return
    async with database.transaction() as session:
        row = await session.get(TimetableRow, fact.subject)
        wish = timetables.wish_of(row) if row is not None else TimetableWish()
    solution = await _solve(database, fact.subject, frozen, wish)
    async with database.transaction() as session:
        await timetables.record(session, fact.subject, frozen, solution)
    log.info("timetable found", timetable=str(fact.subject), status=solution.status, seconds=round(solution.seconds, 2))


async def answer_in(session: AsyncSession, timetable_id: UUID, *, seconds: float = 4.0) -> None:
    """The same within one transaction, for a market that is stocked as a whole."""
    frozen = await timetables.take_up(session, timetable_id)
    if frozen is not None:
        solution = await asyncio.to_thread(solve, frozen.problem(), seed=1, seconds=seconds)
        await timetables.record(session, timetable_id, frozen, solution)


async def _solve(database: Database, timetable_id: UUID, frozen: Frozen, wish: TimetableWish) -> Solution:
    """Solve in a thread, and tell once a second how it goes."""

    async def tell(shown: dict[str, Any]) -> bool:
        async with database.transaction() as session:
            return await timetables.tell(session, timetable_id, shown)

    return await searching.followed(
        lambda progress, cancelled: solve(
            frozen.problem(), seed=wish.seed, seconds=float(wish.seconds), progress=progress, cancelled=cancelled
        ),
        tell,
    )
