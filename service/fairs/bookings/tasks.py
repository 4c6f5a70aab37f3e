"""What the worker does for bookings."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.core import clock
from service.core.events import announce_all, every
from service.fairs.bookings.events import BoothReleased

# Bookings that come at the same moment lock their booth and release what has run out there; those rows are left to them.
_RUN_OUT = text(
    "UPDATE fairs_occupancy SET state = 'released', released_at = :now WHERE id IN (SELECT o.id FROM fairs_occupancy o"
    " WHERE o.state = 'held' AND o.held_until <= :now ORDER BY o.id LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING id, fair_id"
)


@every("*/5 * * * *")
async def note_run_out(session: AsyncSession) -> None:
    """Write down which holds have run out; nobody has waited for it, every reading knows."""
    found = (await session.execute(_RUN_OUT, {"now": clock.now()})).all()
    facts = [(BoothReleased(each, fair_id), {"state": "held"}, {"state": "released"}) for each, fair_id in found]
    await announce_all(session, facts, actor=SYSTEM)
