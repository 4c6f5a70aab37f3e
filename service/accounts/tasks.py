"""What the clock asks of accounts."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Session
from service.accounts.organisation_models import Invitation
from service.core import clock
from service.core.events import every


@every("17 3 * * *")
async def forget_ended_sessions(session: AsyncSession) -> None:
    """Take away the sessions that nobody can use any more; the journal keeps when they were opened and ended."""
    await session.execute(delete(Session).where(Session.expires_at < clock.now()))


@every("37 3 * * *")
async def forget_old_invitations(session: AsyncSession) -> None:
    """Take away invitations that nobody has accepted in time, with the addresses they went to."""
    await session.execute(delete(Invitation).where(Invitation.accepted_at.is_(None), Invitation.expires_at < clock.now()))
