"""What the worker does for meetings: it looks for timetables, tells of changes, asks what came of it, lets requests lapse."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.db import Database
from service.core.events import every, on, on_for_long
from service.fairs.meetings import asks, jobs, publishing, results, timetables
from service.fairs.meetings.events import TimetableAsked, TimetablePublished


@on_for_long(TimetableAsked)
async def find_timetable(database: Database, fact: TimetableAsked) -> None:
    """Look for the best timetable."""
    await jobs.answer(database, fact)


@on(TimetablePublished)
async def tell_of_changes(session: AsyncSession, fact: TimetablePublished) -> None:
    """Write to those for whom something is new."""
    await publishing.tell_changes(session, fact.subject)


@every("*/20 * * * *")
async def ask_results(session: AsyncSession) -> None:
    """In the evening, ask both sides what came of their meetings."""
    await results.ask_results(session)


@every("7 * * * *")
async def lapse_asks(session: AsyncSession) -> None:
    """Let requests lapse that nobody has answered in time."""
    await asks.lapse(session)


@every("*/5 * * * *")
async def give_up(session: AsyncSession) -> None:
    """Say of timetables at which nobody works any more that nothing was found."""
    await timetables.give_up(session)
