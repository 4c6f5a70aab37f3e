"""What the worker does for matching rounds: it clears them, and writes to both sides when one has been published."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.db import Database
from service.core.events import on, on_for_long
from service.matching.rounds import clearings, proposals, solver
from service.matching.rounds.events import RoundClearingAsked, RoundPublished


@on_for_long(RoundClearingAsked)
async def clear_round(database: Database, fact: RoundClearingAsked) -> None:
    """Clear the round; the solver is known here and on the command line only."""
    await clearings.work(database, fact.subject, solver.solve_all)


@on(RoundPublished)
async def tell_of_proposals(session: AsyncSession, fact: RoundPublished) -> None:
    """Write to everybody for whom something is proposed."""
    await proposals.tell_both_sides(session, fact.subject, fact.clearing_id)
