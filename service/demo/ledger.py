"""What is promised already, so that the ledger is not empty. All of it is invented."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_ledger(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
