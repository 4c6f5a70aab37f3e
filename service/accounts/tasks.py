"""What the clock asks of accounts."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Session
from service.core import clock
from service.core.events import every


@every("17 3 * * *")
async def forget_ended_sessions(session: AsyncSession) -> None:
    """Take away the sessions that nobody can use any more; the journal keeps when they were opened and ended."""
    await session.execute(delete(Session).where(Session.expires_at < clock.now()))
