"""What the clock asks of the core."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import mail
from service.core.events import every


@every("23 3 * * *")
async def forget_limits(session: AsyncSession) -> None:
    """Take away the counts that hold nobody back any more."""
    await session.execute(text("DELETE FROM core_limit WHERE used_up_at < clock_timestamp()"))


@every("29 3 * * *")
async def forget_mails(session: AsyncSession) -> None:
    """Take away old mails."""
    await mail.forget_old_mails(session)
