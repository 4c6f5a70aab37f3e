"""What the worker does for pooled lots: it looks for them, mends them, and writes down who was silent."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.db import Database
from service.core.events import every, on, on_for_long
from service.matching.events import RequestClosed
from service.matching.pooling import ending, jobs, mending, reminding, working
from service.matching.pooling.events import PoolAsked, PoolShareRefused
from service.matching.quotes.events import QuoteLost


@on_for_long(PoolAsked)
async def find_lot(database: Database, fact: PoolAsked) -> None:
    """Look for the best lot."""
    await jobs.answer(database, fact)


@on_for_long(PoolShareRefused)
async def mend_lot(database: Database, fact: PoolShareRefused) -> None:
    """Deal out anew what nobody stands in for."""
    await jobs.mend(database, fact)


@on(RequestClosed)
async def end_lots(session: AsyncSession, fact: RequestClosed) -> None:
    """A closed request holds nobody's kilograms."""
    await ending.end_for_request(session, fact.subject)


@on(QuoteLost)
async def end_lot(session: AsyncSession, fact: QuoteLost) -> None:
    """A lot whose quote was not chosen is over."""
    await ending.end_for_quote(session, fact.subject)


@every("*/10 * * * *")
async def note_silence(session: AsyncSession) -> None:
    """Write down who has let the last day go by, and ask another."""
    await mending.note_silence(session)


@every("*/10 * * * *")
async def remind(session: AsyncSession) -> None:
    """In the morning, remind those whose last day to answer is tomorrow."""
    await reminding.remind(session)


@every("*/5 * * * *")
async def give_up(session: AsyncSession) -> None:
    """Say of lots at which nobody works any more that nothing was found."""
    await working.give_up(session)
