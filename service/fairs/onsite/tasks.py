"""What the worker does for the days of a fair: whoever has a booth has a pass, without anybody asking for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.core import clock
from service.core.events import on
from service.fairs.bookings.events import BoothTaken, PlanSettled
from service.fairs.models import Fair
from service.fairs.onsite import roster


@on(PlanSettled)
async def after_a_plan(session: AsyncSession, fact: PlanSettled) -> None:
    """Write down who is new by the published plan, and give each a pass."""
    await _complete(session, fact.subject)


@on(BoothTaken)
async def after_a_booking(session: AsyncSession, fact: BoothTaken) -> None:
    """The same for who has taken a booth herself, or was given one that was held."""
    await _complete(session, fact.fair_id)


async def _complete(session: AsyncSession, fair_id: UUID) -> None:
    fair = await session.scalar(select(Fair).where(Fair.id == fair_id).with_for_update())
    if fair is not None and fair.ends_on >= clock.today():
        await roster.complete(session, SYSTEM, fair)
