"""What the worker does for the allocation of booths."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.db import Database
from service.core.events import every, on_for_long
from service.fairs.plans import jobs, working
from service.fairs.plans.events import PlanAsked


@on_for_long(PlanAsked)
async def give_out_booths(database: Database, fact: PlanAsked) -> None:
    """Look for the best plan."""
    await jobs.answer(database, fact)


@every("*/5 * * * *")
async def give_up(session: AsyncSession) -> None:
    """Say of versions at which nobody works any more that nothing was found."""
    await working.give_up(session)
